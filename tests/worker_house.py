"""A project whose jobs are run in the tests' own process, by pipelines made for the tests."""

import asyncio
import contextlib
import shutil
import tempfile
import threading
import time
import weakref
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator
from pathlib import Path

import kombu.exceptions
import redis
import sqlalchemy as sa

from catalog.context import Context
from catalog.model import Column, Snapshot, Table
from contract import bus, channels
from contract import events as wire
from contract.states import JobKind, JobStatus
from contract.steps import Step
from store import clock, events, jobs, projects, submissions, users
from store.database import Database
from store.schema import jobs as table
from tests.fake_ollama import MODEL, FakeOllama
from worker.dispatch import Dispatch
from worker.ollama import pulling, usage
from worker.ollama.limits import Limits
from worker.ollama.models import Models
from worker.pipeline.ports import Milestone, Progress, Prompt, Request, Scanned, World, Written
from worker.runner import Runner, Timing
from worker.upkeep import Upkeep
from worker.work import Generate
from worker.worlds import Prepared

SNAPSHOT = Snapshot(
    dialect="sqlite",
    database="shop",
    tables=(
        Table(name="orders", columns=(Column(name="id", type="INTEGER"),), primary_key=("id",)),
        Table(name="open_orders", kind="view", columns=(Column(name="id", type="INTEGER"),)),
    ),
)
CONTEXT = Context(
    database="shop",
    dialect="sqlite",
    engine="structural",
    model=None,
    language="en",
    description="A shop.",
    summary="Orders.",
    insights=(),
    prompts=(),
    domains=(),
    tables=(),
)
SCANNING = Milestone(step=Step.SCANNING, progress=0, message="Fetching project and schema...")
READ = Milestone(
    step=Step.SCANNING, progress=20, message="Analyzing 1 tables...", stats={"tables": 1}
)
ANALYZING = Milestone(step=Step.ANALYZING, progress=50, message="Analyzing database structure...")
DONE = Written(
    snapshot=SNAPSHOT,
    context=CONTEXT,
    milestone=Milestone(step=Step.COMPLETE, progress=100, message="Done.", data={"a": 1}),
)
PROJECT = projects.NewProject(
    name="shop", kind="demo", dialect=None, location="demo", sealed_source="x"
)
#: Returns what was published so far.
Heard = Callable[[], list[wire.Event]]
PROMPT = Prompt(system="s", user="u", schema={"type": "object"}, max_tokens=10)


async def succeed(_request: Request, _world: World) -> AsyncGenerator[Progress, None]:
    """Do a whole generation at once."""
    for item in (SCANNING, Scanned(snapshot=SNAPSHOT), READ, ANALYZING, DONE):
        yield item


async def hang(_request: Request, _world: World) -> AsyncGenerator[Progress, None]:
    """Begin, and wait for ever."""
    yield SCANNING
    await asyncio.sleep(3600)


async def ask(_request: Request, world: World) -> AsyncGenerator[Progress, None]:
    """Begin, and let the model write."""
    yield ANALYZING
    assert world.model is not None
    async for _ in world.model.write(PROMPT):
        pass


class FakeWorlds:
    """A world without sources; with a model when there is a server."""

    def __init__(self, fake: FakeOllama | None = None) -> None:
        self._fake = fake
        self._slots = Path(tempfile.mkdtemp(prefix="slots-"))
        weakref.finalize(self, shutil.rmtree, self._slots)

    @contextlib.asynccontextmanager
    async def open(self, _job: jobs.Job, *, record: usage.Record) -> AsyncIterator[Prepared]:
        async with contextlib.AsyncExitStack() as stack:
            model = None
            if self._fake is not None:
                model = await stack.enter_async_context(self._models().open(MODEL, record=record))
            yield Prepared(
                request=Request(project="shop"),
                world=World(reader=NoReader(), model=model),
                engine="ollama" if model else "structural",
                model=MODEL if model else None,
                tables=None,
            )

    def pull(self, job: jobs.Job) -> AsyncGenerator[pulling.Progress, None]:
        assert job.model is not None
        return self._models().pull(job.model)

    def _models(self) -> Models:
        assert self._fake is not None
        limits = Limits(num_ctx=4096, first_pause_seconds=0.05)
        return Models(self._fake.url, limits=limits, parallel=1, slots=self._slots)


class NoReader:
    async def read(self) -> Snapshot:
        raise AssertionError("these pipelines read nothing")


class FakeBroker:
    """Remembers which jobs were enqueued, and that nobody took them; refuses when it is told to."""

    def __init__(self) -> None:
        self.jobs: list[str] = []
        self.lost: set[str] = set()  # jobs whose tasks it has forgotten
        self.tries = 0
        self.away = False

    def enqueue(self, job_id: str) -> None:
        self._answer()
        self.jobs.append(job_id)
        self.lost.discard(job_id)

    def waiting(self) -> frozenset[str]:
        self._answer()
        return frozenset(self.jobs) - self.lost

    def drop_sweeps(self) -> None:
        self._answer()

    def _answer(self) -> None:
        self.tries += 1
        if self.away:
            raise kombu.exceptions.OperationalError("away")


class House:
    """A user's project, and all that runs its jobs."""

    def __init__(self, database: Database, redis_url: str) -> None:
        self.database = database
        self.redis_url = redis_url
        self.queue = FakeBroker()
        self.bus = bus.connect(redis_url)
        with database.write() as connection:
            self.user = users.create(connection, email="a@b.example", password_hash="x")
            self.project = projects.create(connection, self.user.id, PROJECT)

    def dispatch(self, *, max_losses: int = 3) -> Dispatch:
        upkeep = Upkeep(self.database, days=90)
        return Dispatch(self.database, self.bus, self.queue, upkeep=upkeep, max_losses=max_losses)

    def runner(
        self,
        generate: Generate,
        *,
        fake: FakeOllama | None = None,
        sweep_every: float = 10.0,
        pull: float = 60.0,
        database: Database | None = None,
    ) -> Runner:
        return Runner(
            database=database or self.database,
            bus=self.bus,
            dispatch=self.dispatch(),
            worlds=FakeWorlds(fake),
            generate=generate,
            timing=Timing(lease=30, sweep_every=sweep_every, pull=pull),
        )

    def submit(self) -> jobs.Job:
        new = submissions.NewJob(user_id=self.user.id, project_id=self.project.id, options={})
        with self.database.write() as connection:
            return submissions.submit(connection, new)[0]

    def submit_pull(self, model: str) -> jobs.Job:
        new = submissions.NewJob(
            user_id=self.user.id,
            project_id=None,
            kind=JobKind.PULL_MODEL,
            options={"model": model},
        )
        with self.database.write() as connection:
            return submissions.submit(connection, new)[0]

    def submit_elsewhere(self) -> jobs.Job:
        """Submit a job of another project."""
        with self.database.write() as connection:
            other = projects.create(connection, self.user.id, PROJECT)
            new = submissions.NewJob(user_id=self.user.id, project_id=other.id, options={})
            return submissions.submit(connection, new)[0]

    def job(self, job: jobs.Job) -> jobs.Job:
        with self.database.read() as connection:
            found = jobs.get(connection, job.id)
        assert found is not None
        return found

    def stored(self, job: jobs.Job) -> list[wire.Event]:
        with self.database.read() as connection:
            return [wire.decode(event.payload) for event in events.after(connection, job.id, 0)]

    def lose(self, job: jobs.Job) -> None:
        """Let the job's lease end, as if its worker had been silent: it renews no more, either."""
        with self.database.write() as connection:
            connection.execute(
                sa.update(table)
                .where(table.c.id == job.id)
                .values(lease_expires_at=clock.now_plus(-1), claim_token="nobody's")
            )

    def overdue(self) -> None:
        """Let all tasks that were published have waited for long."""
        with self.database.write() as connection:
            connection.execute(
                sa.update(table)
                .where(table.c.published_at.is_not(None))
                .values(published_at=clock.now_plus(-60))
            )

    @contextlib.contextmanager
    def listening(self) -> Iterator[Heard]:
        """Yield a function that returns what was published so far."""
        client = redis.Redis.from_url(self.redis_url)
        listener = client.pubsub()  # type: ignore[no-untyped-call]  # redis-py leaves it bare
        listener.psubscribe("job:*")
        assert listener.get_message(timeout=5) is not None  # subscribed
        found: list[wire.Event] = []

        def collect() -> list[wire.Event]:
            while (message := listener.get_message(timeout=0.2)) is not None:
                found.append(wire.decode(channels.unpack(message["data"])[1]))
            return found

        yield collect
        listener.close()
        client.close()

    def until(self, job: jobs.Job, check: Callable[[jobs.Job], bool]) -> None:
        """Wait until the job is as `check` wants it."""
        deadline = time.monotonic() + 10
        while not check(self.job(job)):
            assert time.monotonic() < deadline, "it never came so far"
            time.sleep(0.02)


class InBackground:
    """Runs a job in a thread, as another process would."""

    def __init__(self, runner: Runner, job: jobs.Job) -> None:
        self.ended: list[JobStatus | None] = []
        self._thread = threading.Thread(target=lambda: self.ended.append(runner.run(job.id)))
        self._thread.start()

    def wait(self) -> JobStatus | None:
        self._thread.join(timeout=10)
        return self.ended[0]

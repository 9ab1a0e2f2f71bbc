"""A running stack with a model server, and the ways to hurt it."""

import contextlib
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import sqlalchemy as sa

from contract import bus
from contract import events as wire
from contract import queue as queues
from stack import local, plans
from store import clock, database, events, jobs
from store.schema import checkpoints as checkpoints_table
from store.schema import jobs as table
from tests.fake_ollama import Answer, Call, FakeOllama
from tests.people import Person
from worker.broker import Broker
from worker.dispatch import Dispatch
from worker.pipeline.ports import Prompt
from worker.pipeline.writing.asking import fingerprint_of
from worker.upkeep import Upkeep

PATIENCE_SECONDS = 30.0
#: Three areas that have nothing to do with each other: each is asked about in a batch of its own.
AREAS = {
    "order": ("customer", "invoice"),
    "recipe": ("cook", "ingredient"),
    "flight": ("pilot", "airplane"),
}
DDL = "\n".join(
    f"CREATE TABLE {hub} (id INTEGER PRIMARY KEY, remark TEXT, mood TEXT);"
    + "".join(
        f"CREATE TABLE {leaf} (id INTEGER PRIMARY KEY, {hub}_id INTEGER NOT NULL"
        f" REFERENCES {hub} (id), flavour TEXT, weirdness NUMERIC(8, 2));"
        for leaf in leaves
    )
    for hub, leaves in AREAS.items()
)
SOURCE = {"kind": "ddl", "dialect": "sqlite", "ddl": DDL}


class FaultWorld:
    """Looks at jobs from behind, in SQL, and at the worker's processes."""

    def __init__(self, stack: local.Stack, fake: FakeOllama) -> None:
        self.stack = stack
        self.fake = fake
        self.store = database.connect(stack.database_url)
        self._dispatch = Dispatch(
            self.store,
            bus.connect(stack.redis_url),
            Broker(queues.make(stack.redis_url)),
            upkeep=Upkeep(self.store, days=0),
            max_losses=3,
        )

    def submit(self, person: Person, **options: object) -> str:
        """Generate for a new project, and return the job's id."""
        asked = {"engine": "ollama", **options}
        return str(person.generate(person.project(SOURCE), **asked)["id"])

    def answer_only(self, count: int) -> threading.Event:
        """Let the model answer so many questions; all others end when the event is set."""
        go_on = threading.Event()
        first = iter([Answer()] * count)
        self.fake.answer = lambda _body: next(first, Answer(until=go_on))
        return go_on

    def job(self, job_id: str) -> jobs.Job:
        with self.store.read() as connection:
            found = jobs.get(connection, job_id)
        assert found is not None
        return found

    def told(self, job_id: str) -> list[wire.Event]:
        """Return the job's milestones."""
        with self.store.read() as connection:
            return [wire.decode(event.payload) for event in events.after(connection, job_id, 0)]

    def checkpoints(self, job_id: str) -> int:
        """Return how many answers are kept for the job's project."""
        return len(self.fingerprints(job_id))

    def fingerprints(self, job_id: str) -> set[str]:
        """Return the fingerprints of the answers that are kept for the job's project."""
        project_id = self.job(job_id).project_id
        query = sa.select(checkpoints_table.c.fingerprint)
        with self.store.read() as connection:
            found = connection.execute(query.where(checkpoints_table.c.project_id == project_id))
            return set(found.scalars())

    def child(self) -> int:
        """Return the number of the worker's child, which runs its jobs."""
        main = psutil.Process(self.stack.pid("worker"))
        self.until(lambda: len(main.children()) == 1)
        return main.children()[0].pid

    def kill_child(self) -> None:
        """Send SIGKILL to the process that runs the job."""
        psutil.Process(self.child()).send_signal(signal.SIGKILL)

    def lose(self, job_id: str) -> None:
        """Let the lease run out at once, and sweep, as beat would have somebody do in a while."""
        with self.store.write() as connection:
            connection.execute(
                sa.update(table)
                .where(table.c.id == job_id, table.c.lease_expires_at.is_not(None))
                .values(lease_expires_at=clock.now_plus(-1))
            )
        self._dispatch.sweep()

    def overdue(self) -> None:
        """Let every task in the queue have waited for long."""
        with self.store.write() as connection:
            connection.execute(
                sa.update(table)
                .where(table.c.published_at.is_not(None))
                .values(published_at=clock.now_plus(-60))
            )

    def until(self, met: Callable[[], Any], *, seconds: float = PATIENCE_SECONDS) -> None:
        """Wait until something has come true."""
        deadline = time.monotonic() + seconds
        while not met():
            if time.monotonic() > deadline:
                raise AssertionError(f"it never came so far:\n{self.stack.tail('worker')}")
            time.sleep(0.02)

    def answered(self, since: int = 0) -> list[str]:
        """Return the prompts that were answered to the end, from the `since`th call on."""
        return [prompt(call) for call in self.fake.chats[since:] if call.outcome == "done"]

    @contextlib.contextmanager
    def another_worker(self) -> Iterator[None]:
        """Let a second worker run during the block, as on another machine."""
        command = plans.command("worker", self.stack.plan, redis_url=self.stack.redis_url)
        name = self.stack.plan.worker_name
        argv = ["another@there" if part == name else part for part in command.argv]
        with (self.stack.data_dir / "another.log").open("ab") as log:
            process = subprocess.Popen(
                argv,
                cwd=command.cwd,
                env=dict(command.environ),
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        try:
            yield
        finally:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def close(self) -> None:
        self.store.close()


def prompt(call: Call) -> str:
    """Return what the call asked the model."""
    return str(call.body["messages"][-1]["content"])


def fingerprint(call: Call) -> str:
    """Return the fingerprint of what the call asked."""
    system, user = call.body["messages"]
    asked = Prompt(
        system=system["content"],
        user=user["content"],
        schema=call.body["format"],
        max_tokens=call.body["options"]["num_predict"],
    )
    return fingerprint_of(call.body["model"], asked)


@contextlib.contextmanager
def running(directory: Path, **environ: str) -> Iterator[FaultWorld]:
    """Yield a stack with one worker that writes with a fake model."""
    with FakeOllama() as fake:
        settings = {
            "OLLAMA_HOST": fake.url,
            "GENERATE_RATE_LIMIT": "10000/minute",
            "LOGIN_RATE_LIMIT": "10000/minute",
            **environ,
        }
        processes = ("web", "relay", "worker", "beat")
        with (
            local.Stack(directory, environ=settings, processes=processes) as stack,
            contextlib.closing(FaultWorld(stack, fake)) as world,
        ):
            yield world

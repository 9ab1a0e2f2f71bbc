"""What people do all the time: submit, submit twice, cancel, retry, and watch."""

import asyncio
import random
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

from tests.chaos import schemas
from tests.chaos.followers import Follower, Kind
from tests.chaos.people import Person
from tests.chaos.records import Record

PROJECTS = 3  # of each person
SLOW_EVERY = 6  # the how-manieth person has a project with a slow model
UNDER_WAY = 12  # jobs that are waited for at a time
#: What watches each person's jobs.
WATCHERS = (*(Kind.STEADY,) * 7, *(Kind.RESTLESS,) * 5, *(Kind.SLOW,) * 2, Kind.POLLING)
BURST = 8  # streams on top, which is more than a person may have
LOOK_SECONDS = 0.7
TERMINAL = ("succeeded", "failed", "cancelled")


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where the load goes and where it is written down."""

    seed: int
    app_url: str
    relay_url: str
    folder: Path
    requests: Record
    stopping: asyncio.Event = field(default_factory=asyncio.Event)
    under_way: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(UNDER_WAY))


class Life:
    """One person with projects, watchers and habits; all dice follow from seed and name."""

    def __init__(self, number: int, place: Place) -> None:
        self._number = number
        self._place = place
        self._dice = random.Random(f"{place.seed}:person:{number}")
        self.person = Person(
            f"p{number:02d}-{place.seed}", app_url=place.app_url, record=place.requests
        )
        self._projects: list[str] = []
        self._clients = 0

    async def settle(self) -> None:
        """Register and make the projects."""
        await self.person.register()
        for count in range(PROJECTS):
            code = schemas.code(self._dice, slow=count == 0 and self._number % SLOW_EVERY == 0)
            source = {"kind": "ddl", "dialect": "postgres", "ddl": schemas.ddl(code, self._dice)}
            self._projects.append(await self.person.project(code, source))

    def watch(self) -> list[asyncio.Task[None]]:
        """Start the watchers; they end once the load stops and what they watch has ended."""
        watchers = [self._follower(kind) for kind in WATCHERS]
        tasks = [asyncio.create_task(each.live(self._place.stopping)) for each in watchers]
        return [*tasks, asyncio.create_task(self._crowd())]

    async def work(self) -> None:
        """Do things until the load stops."""
        while not self._place.stopping.is_set():
            async with self._place.under_way:
                await self.person.keep_signed_in()
                if not self._place.stopping.is_set():
                    await self._generate()
            await asyncio.sleep(self._dice.uniform(0, 1))

    async def warm_up(self) -> None:
        """Let one job through, with one client."""
        job = await self.person.submit(self._projects[-1], key=None, engine="ollama")
        if job is not None:
            await self._follower(Kind.STEADY).follow(job)

    async def _generate(self) -> None:
        project = self._dice.choice(self._projects)
        engine = "structural" if self._dice.random() < 0.25 else "ollama"
        key = str(uuid.UUID(int=self._dice.getrandbits(128))) if self._dice.random() < 0.5 else None

        pulls = self._dice.random() < 0.05

        def submit() -> Awaitable[str | None]:
            if pulls:
                return self.person.pull("tiny", key=key)
            return self.person.submit(project, key=key, engine=engine)

        twice = self._dice.random() < 0.3
        jobs = await asyncio.gather(*(submit() for _ in range(2 if twice else 1)))
        while key and not any(jobs) and not self._place.stopping.is_set():
            # Nobody knows whether it was accepted: the key makes asking again harmless.
            await asyncio.sleep(LOOK_SECONDS)
            jobs = [await submit()]
        job = next((each for each in jobs if each), None)
        if job is not None:
            await self._see_through(job, submit if key else None)

    async def _see_through(
        self, job: str, again: Callable[[], Awaitable[str | None]] | None
    ) -> None:
        cancel_in = self._dice.uniform(0, 4) if self._dice.random() < 0.25 else None
        looked, status = 0.0, ""
        while status not in TERMINAL and not self._place.stopping.is_set():
            await asyncio.sleep(LOOK_SECONDS)
            looked += LOOK_SECONDS
            if cancel_in is not None and looked >= cancel_in:
                cancel_in = None
                await asyncio.gather(
                    *(self.person.cancel(job) for _ in range(self._dice.choice((1, 2))))
                )
            status = (await self.person.look(job)).get("status", "")
        if again is not None and self._dice.random() < 0.3:
            await again()  # the same key long after: still the same job
        if status == "failed" and self._dice.random() < 0.5:
            await self.person.retry(job)

    async def _crowd(self) -> None:
        """Now and then open more streams than a person may have."""
        seen = 0
        while not self._place.stopping.is_set():
            await asyncio.sleep(self._dice.uniform(5, 25))
            if len(self.person.jobs) > seen:
                job, seen = await self.person.next_job(seen)
                crowd = [self._follower(Kind.BRIEF) for _ in range(BURST)]
                await asyncio.gather(*(each.follow(job) for each in crowd))

    def _follower(self, kind: Kind) -> Follower:
        self._clients += 1
        name = f"{self.person.name}-{self._clients:03d}"
        return Follower(
            self.person,
            kind,
            relay_url=self._place.relay_url,
            record=Record(self._place.folder / "clients" / f"{name}.jsonl"),
            dice=random.Random(f"{self._place.seed}:client:{name}"),
        )

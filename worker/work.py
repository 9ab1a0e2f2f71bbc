"""The pipeline at work on one job, its progress told to the journal."""

import asyncio
import contextlib
import dataclasses
import time
from collections.abc import AsyncGenerator, Callable, Sequence
from datetime import UTC, datetime
from typing import Any, Protocol

from contract import events as wire
from contract.states import JobKind
from contract.steps import Step
from store import claims, model_calls
from store.jobs import Job
from worker import estimates
from worker.journal import Journal
from worker.ollama import pulling, usage
from worker.ollama.pulling import Installed, Transfer
from worker.outbox import Outbox
from worker.pipeline.ports import (
    Answered,
    Milestone,
    Progress,
    Request,
    Scanned,
    Tick,
    Unchanged,
    World,
    Written,
)
from worker.worlds import Prepared

RESUMING = "Resuming after an interruption..."

FIRST = {JobKind.GENERATE: Step.SCANNING, JobKind.PULL_MODEL: Step.PULLING}

Told = Progress | pulling.Progress
Generate = Callable[[Request, World], AsyncGenerator[Progress, None]]
PastRuns = Callable[[str, str | None], Sequence[estimates.Past]]  # of an engine and model


class Worlds(Protocol):
    """Prepares the world of a job."""

    def open(
        self, job: Job, *, record: usage.Record
    ) -> contextlib.AbstractAsyncContextManager[Prepared]:
        """Return a context that holds the world; calls of its model are told to `record`."""

    def pull(self, job: Job) -> AsyncGenerator[pulling.Progress, None]:
        """Yield the progress of the pull that the job is."""


class Work:
    """Runs the pipeline once, from its first word to the stored result."""

    def __init__(
        self,
        job: Job,
        *,
        journal: Journal,
        outbox: Outbox,
        worlds: Worlds,
        generate: Generate,
        past_runs: PastRuns,
    ) -> None:
        self._job = job
        self._journal = journal
        self._outbox = outbox
        self._worlds = worlds
        self._generate = generate
        self._past_runs = past_runs
        self._runs: Sequence[estimates.Past] = ()
        self._tables: int | None = None
        self._step = FIRST[job.kind]
        self._began = time.monotonic()

    async def run(self) -> None:
        """Do the job; whatever goes wrong in any part of it is raised."""
        if self._resumed:
            await self._tell(self._resuming())
        match self._job.kind:
            case JobKind.GENERATE:
                await self._write()
            case JobKind.PULL_MODEL:
                await self._tell_all(self._worlds.pull(self._job))

    async def _write(self) -> None:
        async with self._worlds.open(self._job, record=self._spend) as prepared:
            self._tables = prepared.tables
            await self._journal.choose_engine(prepared.engine, prepared.model)
            self._runs = await asyncio.to_thread(self._past_runs, prepared.engine, prepared.model)
            await self._tell_all(self._generate(prepared.request, prepared.world))

    async def _tell_all(self, steps: AsyncGenerator[Told, None]) -> None:
        # Closed here, not whenever the garbage collector comes by: it may hold a model call.
        async with contextlib.aclosing(steps) as progress:
            async for item in progress:
                if isinstance(item, Tick | Milestone):
                    self._step = item.step
                await self._tell(item)

    @property
    def _resumed(self) -> bool:
        return self._job.attempt > 1

    def _resuming(self) -> Milestone:
        # The answers behind these tables were stored with the milestones that counted them.
        kept = (self._job.stats or {}).get("tablesDescribed")
        stats = {"keptTables": kept} if kept else None
        return Milestone(step=self._step, progress=0, message=RESUMING, stats=stats)

    def _spend(self, spent: usage.Usage) -> None:
        call = model_calls.ModelCall(step=self._step, **dataclasses.asdict(spent))
        self._journal.spend(call)

    async def _tell(self, item: Told) -> None:
        match item:
            case Tick():
                self._outbox.tick(self._tick(item))
            case Transfer():
                self._outbox.tick(self._transfer(item))
            case Milestone():
                await self._journal.report(self._report(item), item.answered)
            case Answered():
                await self._journal.keep(item)
            case Scanned():
                await self._journal.snapshot(item.snapshot)
            case Written():
                await self._journal.succeed(item)
            case Installed() | Unchanged():
                await self._journal.complete(self._report(item.milestone))

    def _report(self, milestone: Milestone) -> claims.Report:
        stats = None if milestone.stats is None else dict(milestone.stats)
        if stats and stats.get("tables"):
            self._tables = int(stats["tables"])
        return claims.Report(
            step=milestone.step,
            progress=milestone.progress,
            message=milestone.message,
            stats=stats,
            eta=estimates.remaining(
                self._runs,
                # An attempt begins anew: what is left follows from its own progress and time, not
                # from how far the one before came.
                progress=milestone.progress,
                tables=self._tables,
                elapsed=time.monotonic() - self._began,
            ),
            data=None if milestone.data is None else dict(milestone.data),
        )

    def _tick(self, tick: Tick) -> wire.Event:
        data = {"tokens": tick.tokens, "tokensPerSecond": tick.tokens_per_second, "tail": tick.tail}
        return self._sign_of_life(tick.step, tick.progress, tick.message, data)

    def _transfer(self, moved: Transfer) -> wire.Event:
        data = {
            "completed": moved.completed,
            "total": moved.total,
            "bytesPerSecond": moved.bytes_per_second,
        }
        return self._sign_of_life(Step.PULLING, moved.progress, moved.message, data)

    def _sign_of_life(
        self, step: Step, progress: int, message: str, data: dict[str, Any]
    ) -> wire.Event:
        return wire.Event(
            job_id=self._job.id,
            seq=None,
            at=datetime.now(UTC),
            step=step,
            progress=max(progress, self._job.progress),
            message=message,
            data=data,
        )

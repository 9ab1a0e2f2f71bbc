"""From a project's schema to its context, telling every step at the point where it is done."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from catalog.model import Snapshot
from catalog.profile import Profile
from catalog.search import documents
from catalog.structure import analysis
from contract.failures import FailureCode, failure
from contract.steps import Step
from worker.pipeline import finishing, wording
from worker.pipeline.checking import Checker
from worker.pipeline.facts import Facts
from worker.pipeline.finishing import Finisher
from worker.pipeline.indexing import Library
from worker.pipeline.manuscript import Manuscript
from worker.pipeline.metering import Meter
from worker.pipeline.ports import (
    Milestone,
    PortError,
    Present,
    Progress,
    Request,
    Scanned,
    Unchanged,
    World,
    Written,
)
from worker.pipeline.writing import crew, describing, introducing, questioning, translating
from worker.pipeline.writing.asking import Author
from worker.pipeline.writing.desk import Desk
from worker.pipeline.writing.introducing import Outline


async def generate(request: Request, world: World) -> AsyncGenerator[Progress, None]:
    """Yield the job's progress, at the end the finished context; PortError when a port fails."""
    meter = Meter(clock=world.clock)
    meter.begin(Step.SCANNING)
    yield _milestone(Step.SCANNING, 0, "Fetching project and schema...")
    snapshot = await world.reader.read()
    if not snapshot.tables:
        message = f"The database {snapshot.database} has no tables that can be read."
        raise PortError(failure(FailureCode.SCHEMA_EMPTY, message))
    yield Scanned(snapshot=snapshot)
    present = await world.shelf.present(snapshot) if world.shelf is not None else None
    if present is not None:
        yield Unchanged(milestone=_unchanged(present))
        return
    known = await _know(request, world, snapshot)
    tables = wording.counted(known.stats["tables"], "table")
    yield _milestone(Step.SCANNING, 20, f"Analyzing {tables}...", stats=known.stats)
    meter.begin(Step.INDEXING)
    library = Library(embedder=world.embedder)
    async with aclosing(library.build(known, {}, step=Step.INDEXING, progress=20)) as ticks:
        async for tick in ticks:
            yield tick
    yield _milestone(Step.INDEXING, 40, library.message)

    writer = _Writer(request=request, world=world, known=known, meter=meter)
    async with aclosing(writer.write()) as steps:
        async for progress in steps:
            yield progress
    texts = documents.descriptions(writer.manuscript.tables.values())
    async with aclosing(library.build(known, texts, step=Step.OPTIMIZING, progress=90)) as ticks:
        async for tick in ticks:
            yield tick
    await library.tidy()
    finisher = Finisher(
        request=request,
        author=writer.author,
        known=known,
        library=library,
        plain=writer.plain,
        meter=meter,
    )
    context = await finisher.finish(writer.manuscript)
    yield Written(snapshot=snapshot, context=context, milestone=finishing.complete(context))


async def _know(request: Request, world: World, snapshot: Snapshot) -> Facts:
    # Everything that computes runs in a thread: the loop has a lease to renew and cancels to hear.
    structure = await asyncio.to_thread(analysis.analyse, snapshot)
    profile = Profile()
    if world.profiler is not None:
        profile = await world.profiler.profile(snapshot, structure.roles)
    return Facts(project=request.project, snapshot=snapshot, structure=structure, profile=profile)


@dataclass(kw_only=True)
class _Writer:
    """Writes all parts from facts, and lets the model better them."""

    request: Request
    world: World
    known: Facts
    meter: Meter

    def __post_init__(self) -> None:
        self.plain, self.manuscript = Manuscript(), Manuscript()
        self.checker = Checker(snapshot=self.known.snapshot, planner=self.world.planner)
        self.author: Author | None = None
        if self.world.model is not None:
            model, memory = self.world.model, self.world.memory
            self.author = Author(model=model, memory=memory, meter=self.meter)

    async def write(self) -> AsyncGenerator[Progress, None]:
        """Yield what is done."""
        desk = self._desk()
        who = "AI analyzing" if desk is not None else "Analyzing"
        self.meter.begin(Step.ANALYZING)
        yield _milestone(Step.ANALYZING, 50, f"{who} database structure...")
        await asyncio.to_thread(self.plain.describe, self.known)
        self.manuscript.adopt(self.plain)
        if desk is not None:
            async with aclosing(describing.write(desk)) as batches:
                async for progress in batches:
                    yield progress
        yield _milestone(Step.ANALYZING, 70, "Understanding patterns and relationships...")

        self.meter.begin(Step.GENERATING)
        await asyncio.to_thread(self.plain.introduce, self.known)
        self.manuscript.adopt(self.plain)
        if desk is None:
            yield self._introduced()
            await self._propose()
        else:
            async with aclosing(self._condense(desk)) as parts:
                async for part in parts:
                    yield part
        yield _milestone(Step.OPTIMIZING, 90, "Creating suggestion prompts...")

    async def _condense(self, desk: Desk) -> AsyncGenerator[Progress, None]:
        """Yield what is done until the model has introduced the database and asked questions."""
        desk.begin(Step.GENERATING, 70)
        outline = await asyncio.to_thread(introducing.outline, desk)
        async with aclosing(introducing.sum_up(desk, outline)) as ticks:
            async for tick in ticks:
                yield tick
        # Neither needs the other, and one introduction would leave most of the model's places free.
        both = (partial(self._introduce, desk, outline), partial(self._ask, desk))
        async with aclosing(crew.together(both, at_once=len(both))) as told:
            async for progress in told:
                yield progress
        if not self.request.english:
            async with aclosing(translating.write(desk)) as ticks:
                async for tick in ticks:
                    yield tick
        self.manuscript.notes.insert(0, desk.note())

    async def _introduce(self, desk: Desk, outline: Outline) -> AsyncGenerator[Progress, None]:
        async with aclosing(introducing.introduce(desk, outline)) as ticks:
            async for tick in ticks:
                yield tick
        desk.begin(Step.OPTIMIZING, 80)
        yield self._introduced()

    async def _ask(self, desk: Desk) -> AsyncGenerator[Progress, None]:
        await self._propose()
        async with aclosing(questioning.write(desk)) as ticks:
            async for tick in ticks:
                yield tick

    def _introduced(self) -> Milestone:
        self.meter.begin(Step.OPTIMIZING)
        return _milestone(Step.GENERATING, 80, "Extracting key insights...")

    async def _propose(self) -> None:
        self.plain.prompts = await self.checker.propose(self.known)
        self.manuscript.adopt(self.plain)

    def _desk(self) -> Desk | None:
        if self.author is None:
            return None
        return Desk(
            request=self.request,
            author=self.author,
            known=self.known,
            manuscript=self.manuscript,
            checker=self.checker,
        )


def _unchanged(present: Present) -> Milestone:
    told = {"contextVersion": present.version, "unchanged": True}
    done = finishing.complete(present.context)
    message = "The schema is unchanged: its context stays as it is."
    return replace(done, message=message, data={**(done.data or {}), **told})


def _milestone(
    step: Step, progress: int, message: str, *, stats: dict[str, Any] | None = None
) -> Milestone:
    return Milestone(step=step, progress=progress, message=message, stats=stats)

"""From a project's schema to its context, telling every step at the point where it is done."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import replace
from typing import Any

from catalog.context import Context
from catalog.model import Snapshot
from catalog.profile import Profile
from catalog.search import documents
from catalog.structure import analysis
from contract.failures import FailureCode, failure
from contract.steps import Step
from worker.pipeline import disclosing, wording
from worker.pipeline.checking import Checker
from worker.pipeline.facts import Facts
from worker.pipeline.indexing import Library
from worker.pipeline.manuscript import Manuscript
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
from worker.pipeline.writing import describing, introducing, questioning
from worker.pipeline.writing.asking import Author

_UNREAD = 20  # statements named one by one
FOUND_WITHIN = 10  # a starting prompt counts as found when its tables are among this many hits


async def generate(request: Request, world: World) -> AsyncGenerator[Progress, None]:
    """Yield the job's progress, at the end the finished context; PortError when a port fails."""
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
    library = Library(embedder=world.embedder)
    async with aclosing(library.build(known, {}, step=Step.INDEXING, progress=20)) as ticks:
        async for tick in ticks:
            yield tick
    yield _milestone(Step.INDEXING, 40, library.message)

    manuscript = Manuscript()
    checker = Checker(snapshot=snapshot, planner=world.planner)
    author = _author(world)
    async with aclosing(_write(request, author, known, manuscript, checker)) as steps:
        async for progress in steps:
            yield progress
    texts = documents.descriptions(manuscript.tables.values())
    async with aclosing(library.build(known, texts, step=Step.OPTIMIZING, progress=90)) as ticks:
        async for tick in ticks:
            yield tick
    await library.tidy()
    manuscript.notes += await _notes(request, author, known, manuscript, library)
    context = _context(request, author, known, manuscript)
    yield Written(snapshot=snapshot, context=context, milestone=_complete(context))


async def _know(request: Request, world: World, snapshot: Snapshot) -> Facts:
    # Everything that computes runs in a thread: the loop has a lease to renew and cancels to hear.
    structure = await asyncio.to_thread(analysis.analyse, snapshot)
    profile = Profile()
    if world.profiler is not None:
        profile = await world.profiler.profile(snapshot, structure.roles)
    return Facts(project=request.project, snapshot=snapshot, structure=structure, profile=profile)


async def _write(
    request: Request,
    author: Author | None,
    known: Facts,
    manuscript: Manuscript,
    checker: Checker,
) -> AsyncGenerator[Progress, None]:
    """Write all parts from facts, let the model better them, and yield what is done."""
    who = "AI analyzing" if author is not None else "Analyzing"
    yield _milestone(Step.ANALYZING, 50, f"{who} database structure...")
    await asyncio.to_thread(manuscript.describe, known)
    if author is not None:
        async with aclosing(describing.write(request, author, known, manuscript)) as batches:
            async for progress in batches:
                yield progress
    yield _milestone(Step.ANALYZING, 70, "Understanding patterns and relationships...")

    await asyncio.to_thread(manuscript.introduce, known)
    if author is not None:
        async with aclosing(introducing.write(request, author, known, manuscript)) as ticks:
            async for progress in ticks:
                yield progress
    yield _milestone(Step.GENERATING, 80, "Extracting key insights...")

    manuscript.prompts = await checker.propose(known)
    if author is not None:
        asking = questioning.write(request, author, known, manuscript, checker)
        async with aclosing(asking) as ticks:
            async for progress in ticks:
                yield progress
    yield _milestone(Step.OPTIMIZING, 90, "Creating suggestion prompts...")


def _author(world: World) -> Author | None:
    return Author(model=world.model, memory=world.memory) if world.model is not None else None


async def _notes(
    request: Request,
    author: Author | None,
    known: Facts,
    manuscript: Manuscript,
    library: Library,
) -> list[str]:
    """Return what a reader should know about how the context came about."""
    notes = list(disclosing.notes(known, model=author.name if author is not None else None))
    if request.language != "en":
        notes.append("What is written from facts alone is in English.")
    notes += [
        f"Not read: {unread.what} ({unread.reason})" for unread in known.snapshot.unread[:_UNREAD]
    ]
    hidden = len(known.snapshot.unread) - _UNREAD
    if hidden > 0:
        notes.append(f"Not read: {wording.counted(hidden, 'more statement')}.")
    questions = [prompt.question for prompt in manuscript.prompts]
    finds = await library.finds(questions, within=FOUND_WITHIN)
    found = sum(
        set(prompt.tables) <= tables
        for prompt, tables in zip(manuscript.prompts, finds, strict=True)
    )
    notes.append(library.note)
    if manuscript.prompts:
        notes.append(
            f"The index finds every table of {found} of the "
            f"{wording.counted(len(manuscript.prompts), 'starting prompt')} "
            f"among its first {FOUND_WITHIN} hits."
        )
    return notes


def _context(
    request: Request, author: Author | None, known: Facts, manuscript: Manuscript
) -> Context:
    return Context(
        database=known.snapshot.database,
        dialect=known.snapshot.dialect,
        engine="structural" if author is None else "ollama",
        model=author.name if author is not None else None,
        prompt_hash=author.prompt_hash if author is not None else None,
        language="en" if author is None else request.language,  # facts are told in English only
        description=manuscript.description,
        summary=manuscript.summary,
        insights=manuscript.insights,
        prompts=manuscript.prompts,
        domains=manuscript.domains,
        tables=tuple(manuscript.tables.values()),
        stats=known.stats,
        notes=tuple(manuscript.notes),
        profile=known.profile,
        disclosure=disclosing.of(known),
    )


def _unchanged(present: Present) -> Milestone:
    told = {"contextVersion": present.version, "unchanged": True}
    done = _complete(present.context)
    message = "The schema is unchanged: its context stays as it is."
    return replace(done, message=message, data={**(done.data or {}), **told})


def _complete(context: Context) -> Milestone:
    data = {
        "aiGeneratedContext": context.description,
        "contextSummary": context.summary,
        "keyInsights": [
            {"text": insight.text, "evidence": list(insight.evidence)}
            for insight in context.insights
        ],
        "initialPrompts": [
            {
                "question": prompt.question,
                "sql": prompt.sql,
                "tables": list(prompt.tables),
                "difficulty": prompt.difficulty,
                "check": prompt.check,
            }
            for prompt in context.prompts
        ],
        "engine": context.engine,
        "model": context.model,
        "stats": context.stats,
    }
    return Milestone(
        step=Step.COMPLETE,
        progress=100,
        message="Context generated successfully!",
        stats=context.stats,
        data=data,
    )


def _milestone(
    step: Step, progress: int, message: str, *, stats: dict[str, Any] | None = None
) -> Milestone:
    return Milestone(step=step, progress=progress, message=message, stats=stats)

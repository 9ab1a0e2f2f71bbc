"""Lets a model describe tables and columns, batch by batch, on top of the texts from facts."""

from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Any

from catalog.context import Text
from contract.steps import Step
from worker.pipeline import wording
from worker.pipeline.facts import Facts
from worker.pipeline.manuscript import Manuscript
from worker.pipeline.ports import Answered, Milestone, Request, Tick
from worker.pipeline.writing import answers, asking, batches, grounding, table_prompts
from worker.pipeline.writing.asking import Author
from worker.pipeline.writing.batches import Ask
from worker.pipeline.writing.grounding import Ground

_FIRST, _LAST = 50, 69  # 70 is told when everything is described
_ROUNDS = 2
_UNKNOWN = frozenset({"unknown", "unknown.", "n/a", "not known", "unclear"})


@dataclass(kw_only=True)
class Tally:
    """How much of what was asked the model answered."""

    asked: int = 0
    answered: int = 0


@dataclass(kw_only=True)
class _Desk:
    """What every batch of one run works with."""

    request: Request
    author: Author
    known: Facts
    manuscript: Manuscript
    tally: Tally = field(default_factory=Tally)
    progress: int = _FIRST
    recalled: bool = True  # whether the model was asked nothing for the present batch
    unsaved: tuple[Answered, ...] = ()


async def write(
    request: Request, author: Author, known: Facts, manuscript: Manuscript
) -> AsyncGenerator[Milestone | Answered | Tick, None]:
    """Yield ticks while the model writes, and a milestone for every batch that it finished.

    Batches that were finished before are counted by the next milestone.
    """
    desk = _Desk(request=request, author=author, known=known, manuscript=manuscript)
    plan = batches.plan(known)
    done, kept = _done(known, plan), 0
    for number, batch in enumerate(plan, start=1):
        async with aclosing(_batch(desk, batch)) as pieces:
            async for piece in pieces:
                yield piece
        desk.progress = _FIRST + (_LAST - _FIRST) * number // len(plan)
        before, done = done, _done(known, plan[number:])
        if desk.recalled:
            kept += done - before
        if not desk.recalled or number == len(plan):
            yield _milestone(desk, done, kept)
    manuscript.notes.append(
        f"{author.name} was asked for {wording.counted(desk.tally.asked, 'text')} about tables and "
        f"columns and gave {wording.number(desk.tally.answered)} that passed the checks; "
        "the others are written from facts."
    )


def _done(known: Facts, waiting: tuple[tuple[Ask, ...], ...]) -> int:
    """Return how many tables none of the batches asks about."""
    asked = {ask.table for batch in waiting for ask in batch}
    return sum(found.id not in asked for found in known.base_tables)


def _milestone(desk: _Desk, done: int, kept: int) -> Milestone:
    total = len(desk.known.base_tables)
    fallback = sum(table.id in desk.manuscript.doubted for table in desk.known.base_tables)
    earlier = f", {wording.number(kept)} of them earlier" if kept else ""
    unsaved, desk.unsaved = desk.unsaved, ()
    return Milestone(
        step=Step.ANALYZING,
        progress=desk.progress,
        message=f"Described {wording.number(done)} of {wording.counted(total, 'table')}{earlier}.",
        stats={
            "tablesDescribed": done,
            "tables": total,
            **({"keptTables": kept} if kept else {}),
            **({"fallbackTables": fallback} if fallback else {}),
        },
        answered=unsaved,
    )


async def _batch(desk: _Desk, batch: tuple[Ask, ...]) -> AsyncGenerator[Tick | Answered, None]:
    """Yield ticks and answers; the one that finishes the batch is left to its milestone."""
    missing = batch
    desk.recalled = True
    desk.tally.asked += sum(len(ask.columns) + ask.description for ask in batch)
    for _ in range(_ROUNDS):
        prompt = table_prompts.ask_about(desk.request, desk.known, missing)
        names = wording.listing([ask.table for ask in missing], limit=3)
        tick = Tick(
            step=Step.ANALYZING,
            progress=desk.progress,
            message=f"Describing {names}...",
            tokens=0,
            tokens_per_second=None,
            tail="",
        )
        async with aclosing(asking.ask(desk.author, prompt, tick)) as pieces:
            async for piece in pieces:
                if isinstance(piece, Tick):
                    yield piece
                else:
                    ground = grounding.of(desk.known, prompt.user)
                    missing = _take(desk, missing, piece.value, ground)
                    desk.recalled &= piece.recalled
                    desk.unsaved = (piece.new,) if piece.new is not None else ()
        if not missing:
            return
        for answered in desk.unsaved:
            yield answered
        desk.unsaved = ()
    for ask in missing:
        for column in (*([None] if ask.description else []), *ask.columns):
            desk.manuscript.doubt(ask.table, column, "no usable answer of the model")


def _take(
    desk: _Desk, asks: tuple[Ask, ...], answer: Mapping[str, Any] | None, ground: Ground
) -> tuple[Ask, ...]:
    """Write down what is usable in the answer and return what is still missing."""
    missing = []
    for ask in asks:
        found = answers.section(answer, ask.table)
        given = answers.section(found, "columns")
        left = tuple(
            name for name in ask.columns if not _put(desk, ask.table, name, given.get(name), ground)
        )
        open_description = ask.description and not _put(
            desk, ask.table, None, found.get("description"), ground
        )
        if left or open_description:
            missing.append(Ask(table=ask.table, columns=left, description=open_description))
    return tuple(missing)


def _put(desk: _Desk, table: str, column: str | None, value: object, ground: Ground) -> bool:
    """Write one text down; False when it is missing or claims what is no fact."""
    text = answers.prose(value)
    if text is None or not ground.bears(text):
        return False
    if text.lower() in _UNKNOWN:
        desk.manuscript.doubt(table, column, "the model does not know")
        return True
    desk.tally.answered += 1
    written = Text(
        text=wording.sentence(text), source="model", confidence="medium", evidence=("model",)
    )
    desk.manuscript.put(table, column, written)
    return True

"""Lets a model describe tables and columns, several batches at once, on top of facts' texts."""

import asyncio
from collections import Counter, deque
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass
from functools import partial

from contract.steps import Step
from worker.pipeline import wording
from worker.pipeline.facts import Facts
from worker.pipeline.ports import Answered, Milestone, Prompt, Tick
from worker.pipeline.writing import batches, table_prompts
from worker.pipeline.writing.batches import Batch
from worker.pipeline.writing.desk import Desk, Result, Told
from worker.pipeline.writing.pages import Page

_FIRST, _LAST = 50, 69  # 70 is told when everything is described


@dataclass(frozen=True, kw_only=True)
class _Finished:
    """A batch has all its texts; the answer that finished it is left to its milestone."""

    recalled: bool  # whether the model was asked nothing for it
    unsaved: tuple[Answered, ...]


async def write(desk: Desk) -> AsyncGenerator[Milestone | Told, None]:
    """Yield ticks while the model writes, and a milestone for every batch that it finished.

    Batches that were finished before are counted by the next milestone.
    """
    found = await asyncio.to_thread(
        batches.plan, desk.known, partial(_fits, desk), obvious=not desk.request.english
    )
    # The longest first: whoever began it last would keep the other places waiting at the end.
    plan = sorted(found, key=batches.sentences, reverse=True)
    await asyncio.to_thread(lambda: desk.lexicon)  # a second's work for thousands of names
    left = Counter(ask.table for batch in plan for ask in batch)
    waiting = len(plan)
    done, kept = _done(desk.known, left), 0
    works = [partial(_batch, desk, batch) for batch in plan]
    async with aclosing(desk.run(works)) as told:
        async for item in told:
            if not isinstance(item, Result):
                yield item
                continue
            waiting -= 1
            desk.progress = _LAST - (_LAST - _FIRST) * waiting // len(plan)
            left.subtract(ask.table for ask in plan[item.number])
            before, done = done, _done(desk.known, left)
            kept += (done - before) * item.value.recalled
            if not item.value.recalled or not waiting:
                yield _milestone(desk, done, kept, item.value.unsaved)


def _fits(desk: Desk, batch: Batch) -> bool:
    # As it is asked the second time, which takes a few words more.
    return desk.author.fits(table_prompts.ask_about(desk.request, desk.known, batch, {}))


def _done(known: Facts, left: Counter[str]) -> int:
    """Return how many tables are asked about in no batch any more."""
    return sum(not left[found.id] for found in known.base_tables)


def _milestone(desk: Desk, done: int, kept: int, unsaved: tuple[Answered, ...]) -> Milestone:
    total = len(desk.known.base_tables)
    fallback = sum(table.id in desk.manuscript.doubted for table in desk.known.base_tables)
    earlier = f", {wording.number(kept)} of them earlier" if kept else ""
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


async def _batch(desk: Desk, batch: Batch) -> AsyncGenerator[Told | _Finished, None]:
    """Yield ticks and answers, at the end that all is written.

    What is missing is asked for once more, then in halves; then it is left as facts tell it.
    """
    desk.asked += sum(ask.pieces for ask in batch)
    page, recalled = Page(desk=desk), True
    unsaved: tuple[Answered, ...] = ()
    rounds = deque([(batch, 0)])
    while rounds:
        asks, earlier = rounds.popleft()
        for answered in unsaved:
            yield answered
        unsaved, missing = (), asks
        names = wording.listing([ask.table for ask in asks], limit=3)
        prompt = _prompt(desk, page, asks, again=earlier > 0)
        async with aclosing(desk.ask(prompt, f"Describing {names}...")) as pieces:
            async for piece in pieces:
                if isinstance(piece, Tick):
                    yield piece
                    continue
                missing = page.take(asks, piece.value)
                recalled &= piece.recalled
                unsaved = (piece.new,) if piece.new is not None else ()
        smaller = _next(missing, earlier)
        rounds.extend((part, earlier + 1) for part in smaller)
        if not smaller:
            page.give_up(missing)
    yield _Finished(recalled=recalled, unsaved=unsaved)


def _prompt(desk: Desk, page: Page, asks: Batch, *, again: bool) -> Prompt:
    rejected = page.rejected if again else None
    prompt = table_prompts.ask_about(desk.request, desk.known, asks, rejected)
    if again and not desk.author.fits(prompt):
        return table_prompts.ask_about(desk.request, desk.known, asks, {})
    return prompt


def _next(missing: Batch, earlier: int) -> tuple[Batch, ...]:
    """Return how to ask for what is missing after so many earlier rounds."""
    if not missing or earlier > 1:
        return ()
    if earlier == 0:
        return (missing,)
    parts = batches.halves(missing)
    return parts if len(parts) > 1 else ()

"""Asks for texts under keys, holds each against the facts, and asks once more for the rest."""

from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from worker.pipeline.ports import Prompt, Tick
from worker.pipeline.writing import briefs
from worker.pipeline.writing.desk import Desk, Result, Told
from worker.pipeline.writing.grounding import Judged

_LONGEST_REASON = 200
_AGAIN = (
    "\n\nYou were asked before and gave no usable text for these. Where a reason stands here, "
    "answer without that: "
)


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """What is asked: texts under these keys, by a prompt about some of them."""

    keys: tuple[str, ...]
    brief: Callable[[Sequence[str]], Prompt]
    judge: Callable[[str, object], Judged | None]  # of a key's answer; None when it is no text
    message: str


async def fill_all(
    desk: Desk, wanted: Sequence[Sheet]
) -> AsyncGenerator[Told | list[Mapping[str, str]], None]:
    """Yield ticks and answers of all at once, then what holds of each, in their order."""
    found: dict[int, Mapping[str, str]] = {}
    works = [partial(_fill, desk, sheet) for sheet in wanted]
    async with aclosing(desk.run(works)) as told:
        async for item in told:
            if isinstance(item, Result):
                found[item.number] = item.value
            else:
                yield item
    yield [found[number] for number in range(len(wanted))]


async def _fill(desk: Desk, sheet: Sheet) -> AsyncGenerator[Told | Mapping[str, str], None]:
    """Yield ticks and answers, then by key the texts that hold; others are not in it.

    A text that fails twice loses the sentences that do.
    """
    state = _State(desk=desk, sheet=sheet)
    for again in (False, True):
        left = [key for key in sheet.keys if key not in state.found]
        if not left:
            break
        prompt = sheet.brief(left)
        if again:
            prompt = _again(desk, prompt, state.reasons)
        async with aclosing(desk.ask(prompt, sheet.message)) as pieces:
            async for piece in pieces:
                if isinstance(piece, Tick):
                    yield piece
                    continue
                if piece.new is not None:
                    yield piece.new
                state.take(left, piece.value or {}, again=again)
    drafts = {key: draft for key, draft in state.drafts.items() if draft}
    yield {**drafts, **state.found}


@dataclass(kw_only=True)
class _State:
    """What has come so far, by key."""

    desk: Desk
    sheet: Sheet
    found: dict[str, str] = field(default_factory=dict)
    drafts: dict[str, str] = field(default_factory=dict)  # the sentences that held
    reasons: dict[str, str] = field(default_factory=dict)

    def take(self, keys: Sequence[str], answer: Mapping[str, Any], *, again: bool) -> None:
        for key in keys:
            judged = self.sheet.judge(key, answer.get(key))
            if judged is None:
                continue
            if not judged.faults:
                self.found[key] = judged.kept
                continue
            self.reasons[key] = "; ".join(judged.faults)[:_LONGEST_REASON]
            self.drafts[key] = judged.kept or self.drafts.get(key, "")
            self.desk.dropped += judged.dropped * again


def _again(desk: Desk, prompt: Prompt, reasons: Mapping[str, str]) -> Prompt:
    for told in (reasons, {}):
        text = f"{prompt.user}{_AGAIN}{briefs.encoded(told)}"
        longer = Prompt(
            system=prompt.system, user=text, schema=prompt.schema, max_tokens=prompt.max_tokens
        )
        if desk.author.fits(longer):
            return longer
    return prompt

"""Lets a model word the insights; their numbers and names stay those that were computed."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from catalog.context import Insight
from worker.pipeline.ports import Prompt
from worker.pipeline.writing import answers, briefs, grounding, numerals
from worker.pipeline.writing.desk import Desk
from worker.pipeline.writing.grounding import Judged
from worker.pipeline.writing.sheets import Sheet

_TOKENS, _TOKENS_EACH = 200, 90
_REWORD = (
    "Each fact below stands under its number. Word each as one insight for a new colleague: what "
    "it means for someone who works with the data. Keep every number and name as it is, add none."
)


def sheets_of(desk: Desk) -> list[Sheet]:
    """Return the questions about insights with numbers: others have nothing to be held to."""
    told = {
        str(place): insight
        for place, insight in enumerate(desk.manuscript.insights, start=1)
        if numerals.given(insight.text)
    }
    groups: list[dict[str, Insight]] = []
    for place, insight in told.items():
        longer = {**(groups[-1] if groups else {}), place: insight}
        if groups and desk.author.fits(_ask(desk, longer)):
            groups[-1] = longer
        else:
            groups.append({place: insight})
    return [_sheet(desk, group) for group in groups]


def _sheet(desk: Desk, told: Mapping[str, Insight]) -> Sheet:
    return Sheet(
        keys=tuple(told),
        brief=lambda keys: _ask(desk, {key: told[key] for key in keys}),
        judge=lambda key, value: _judge(desk, told[key], value),
        message="Wording the insights...",
    )


def put(desk: Desk, texts: Mapping[str, str]) -> None:
    """Replace the words of the insights that the model worded well; keys are their numbers."""
    desk.manuscript.insights = tuple(
        replace(insight, text=text, source="model") if (text := texts.get(str(place))) else insight
        for place, insight in enumerate(desk.manuscript.insights, start=1)
    )


def _ask(desk: Desk, told: Mapping[str, Insight]) -> Prompt:
    facts = {
        place: {"fact": insight.text, "evidence": list(insight.evidence)}
        for place, insight in told.items()
    }
    answer = briefs.exactly({place: {"type": "string"} for place in facts})
    tokens = _TOKENS + _TOKENS_EACH * len(facts)
    return briefs.prompt(desk.request, _REWORD, facts, answer, max_tokens=tokens)


def _judge(desk: Desk, insight: Insight, value: object) -> Judged | None:
    """Hold the words against the fact: all of its numbers, and no name but its own.

    A sentence that can be left out of the text cannot be left out of what it says.
    """
    text = answers.prose(value)
    if text is None:
        return None
    fact = " ".join((insight.text, *insight.evidence))
    judged = desk.ground(insight.text).judge(text)
    faults = [*judged.faults, *_foreign(desk, text, fact)]
    meant = [numbers for _, numbers in numerals.written(text, language=desk.request.language)]
    faults += [
        f"the number {number} is missing"
        for number in sorted(numerals.given(insight.text))
        if not any(number in each for each in meant)
    ]
    if faults:
        return Judged(kept="", faults=tuple(faults), dropped=max(1, judged.dropped))
    return judged


def _foreign(desk: Desk, text: str, fact: str) -> Sequence[str]:
    """Return what is wrong about names that exist, but not in the fact."""
    own = grounding.words(fact)
    tables = {table.id.lower() for table in desk.known.snapshot.tables}
    foreign = (grounding.words(text) & tables) | grounding.names(text)
    return [f"the fact does not speak of {name}" for name in sorted(foreign - own)]

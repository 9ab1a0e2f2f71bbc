"""Lets a model word the insights; their numbers and names stay those that were computed."""

from collections.abc import Mapping
from dataclasses import replace

from catalog.context import Insight
from worker.pipeline.ports import Prompt
from worker.pipeline.writing import briefs, fidelity, numerals
from worker.pipeline.writing.desk import Desk
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
        judge=lambda key, value: fidelity.judge(
            desk, told[key].text, value, names=told[key].evidence
        ),
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

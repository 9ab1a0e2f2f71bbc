"""The scores of a context as Markdown: how far to trust it, and what it cost."""

from collections.abc import Iterator, Sequence
from dataclasses import fields

from catalog import words
from catalog.context import Quality, Scores, StepCost
from catalog.renderings.markdown_text import inline


def section(scores: Scores, heading: str) -> Iterator[str]:
    """Yield the lines of the section under this heading; none where nothing was measured."""
    shares = {field.name: _values(scores, field.name) for field in fields(Quality)}
    measured = {name: values for name, values in shares.items() if set(values) != {None}}
    if not measured:
        return
    titles = ["Score", "This context", *(["Facts alone"] if scores.facts_alone else [])]
    yield from (f"## {heading}", "", *_head(titles))
    for name, values in measured.items():
        yield _row([words.title(name), *(_percent(value) for value in values)])
    yield ""
    if any(cost.model_calls for cost in scores.steps):
        yield from (*_costs(scores.steps), "")


def _values(scores: Scores, name: str) -> tuple[float | None, ...]:
    own: float | None = getattr(scores, name)
    alone = scores.facts_alone
    return (own,) if alone is None else (own, getattr(alone, name))


def _costs(steps: Sequence[StepCost]) -> Iterator[str]:
    yield from _head(["Step", "Seconds", "Model calls", "Tokens read", "Tokens written"])
    for cost in steps:
        counts = (cost.model_calls, cost.prompt_tokens, cost.output_tokens)
        yield _row([inline(cost.step), f"{cost.seconds:,.1f}", *(f"{each:,}" for each in counts)])


def _head(titles: Sequence[str]) -> tuple[str, str]:
    return _row(titles), _row(["---"] * len(titles))


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _percent(value: float | None) -> str:
    return "-" if value is None else f"{100 * value:.1f} %".replace(".0 %", " %")

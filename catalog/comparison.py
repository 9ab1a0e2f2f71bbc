"""How two versions of a context differ: in their texts, in their scores, in the schema."""

from dataclasses import dataclass, fields

from catalog import bases, codec, reviews
from catalog.context import Context, Quality, Scores
from catalog.differences import Difference
from catalog.model import Snapshot


@dataclass(frozen=True, kw_only=True)
class TextChange:
    """A text that came, went or reads otherwise; `target` is its present name, if it has one."""

    target: str
    before: str | None
    after: str | None


@dataclass(frozen=True, kw_only=True)
class ScoreChange:
    """A score that is another now; None where it was not measured."""

    score: str
    before: float | None
    after: float | None


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """What became of an earlier version in a later one; no schema where one is not kept."""

    texts: tuple[TextChange, ...]
    scores: tuple[ScoreChange, ...]
    schema: Difference | None


def between(
    before: Context,
    after: Context,
    *,
    schema: Difference | None = None,
    described: Snapshot | None = None,
) -> Comparison:
    """Return what changed; with what `before` described, something renamed is still the same."""
    moves = bases.moves(described, schema) if described is not None and schema is not None else {}
    old = {moves.get(target, target): text for target, text in reviews.texts(before)}
    new = dict(reviews.texts(after))
    return Comparison(
        texts=tuple(
            TextChange(target=target, before=old.get(target), after=new.get(target))
            for target in dict.fromkeys((*new, *old))
            if old.get(target) != new.get(target)
        ),
        scores=tuple(_scores(before.scores, after.scores)),
        schema=schema,
    )


def _scores(before: Scores, after: Scores) -> list[ScoreChange]:
    """Return the shares that differ; what a generation cost says nothing about its context."""
    old, new = _shares(before), _shares(after)
    return [
        ScoreChange(score=name, before=old.get(name), after=new.get(name))
        for name in sorted({*old, *new})
        if old.get(name) != new.get(name)
    ]


def _shares(scores: Scores) -> dict[str, float | None]:
    """Return the shares by name, e.g. `selfRetrieval`, `factsAlone.selfRetrieval`."""
    own = {field.name: getattr(scores, field.name) for field in fields(Quality)}
    alone = vars(scores.facts_alone) if scores.facts_alone is not None else {}
    named = {codec.camel(name): value for name, value in own.items()}
    return {**named, **{f"factsAlone.{codec.camel(name)}": each for name, each in alone.items()}}

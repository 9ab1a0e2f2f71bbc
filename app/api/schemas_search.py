"""Bodies about what a question needs."""

from typing import Annotated

from pydantic import Field, StringConstraints

from app.api.schemas import Wire
from app.finding import Found

LONGEST_QUESTION = 1000
Asking = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST_QUESTION)
]


class Question(Wire):
    """What to look for."""

    q: Asking
    limit: Annotated[int, Field(ge=1, le=100)] = 10


class ColumnHitBody(Wire):
    """A column that the question may need, and why."""

    name: str
    reason: str


class HitBody(Wire):
    """A table that the question may need, its columns, the best first, and why."""

    table: str
    score: float
    columns: list[ColumnHitBody]
    reason: str


class HitList(Wire):
    """The best tables first; `model` made the vectors that were used, `note` says why none were."""

    items: list[HitBody]
    model: str | None
    note: str | None


def hits(found: Found) -> HitList:
    """Return the hits as clients see them."""
    items = [
        HitBody(
            table=hit.table,
            score=hit.score,
            columns=[ColumnHitBody(name=each.name, reason=each.reason) for each in hit.columns],
            reason=hit.reason,
        )
        for hit in found.hits
    ]
    return HitList(items=items, model=found.model, note=found.note)

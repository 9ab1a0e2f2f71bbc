"""What people decided about the texts of a project: every decision, the last of a target counts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from store import clock
from store.schema import reviews


@dataclass(frozen=True, kw_only=True)
class Decision:
    """What somebody decided about a target such as `summary` or `table:orders`."""

    target: str
    state: str  # draft, accepted, edited, discarded
    text: str | None = None  # what was accepted or written
    item: str | None = None  # JSON of the prompt or insight that it was about
    basis: str | None = None  # fingerprint of the facts that it was decided on


@dataclass(frozen=True, kw_only=True)
class Stored(Decision):
    """A decision, by whom and when."""

    decided_by: str
    decided_at: datetime


def decide(connection: sa.Connection, project_id: str, decision: Decision, *, user_id: str) -> None:
    """Store a decision; it takes the place of the one before, which `undo` brings back."""
    connection.execute(
        sa.insert(reviews).values(
            project_id=project_id,
            target=decision.target,
            state=decision.state,
            text=decision.text,
            item=decision.item,
            basis=decision.basis,
            decided_by=user_id,
            decided_at=clock.now(),
        )
    )


def undo(connection: sa.Connection, project_id: str, *, target: str) -> bool:
    """Take the last decision about a target back; False when there is none."""
    last = sa.select(sa.func.max(reviews.c.number)).where(
        reviews.c.project_id == project_id, reviews.c.target == target
    )
    found = connection.execute(sa.delete(reviews).where(reviews.c.number == last.scalar_subquery()))
    return found.rowcount > 0


def present(connection: sa.Connection, project_id: str) -> dict[str, Stored]:
    """Return the decisions that count, by target."""
    names = Stored.__dataclass_fields__
    query = (
        sa.select(*(reviews.c[name] for name in names))
        .where(reviews.c.project_id == project_id)
        .order_by(reviews.c.number)
    )
    rows = (Stored(**_values(row)) for row in connection.execute(query))
    found = {stored.target: stored for stored in rows}
    return {target: found[target] for target in sorted(found)}


def move(connection: sa.Connection, project_id: str, moves: Mapping[str, str]) -> None:
    """Give targets other names, for what they are about was renamed."""
    if not moves:
        return
    query = sa.select(reviews.c.number, reviews.c.target).where(reviews.c.project_id == project_id)
    # All are read before any is written: two may have swapped their names.
    for row in connection.execute(query).all():
        if row.target in moves:
            connection.execute(
                sa.update(reviews)
                .where(reviews.c.number == row.number)
                .values(target=moves[row.target])
            )


def _values(row: sa.Row[Any]) -> dict[str, Any]:
    return dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for the mapping

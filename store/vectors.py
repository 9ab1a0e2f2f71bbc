"""Vectors of texts about tables and columns, by project, model and fingerprint of the text."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import sqlalchemy as sa

from store import clock, database
from store.schema import vectors

_AT_ONCE: Final = 500  # fingerprints in one statement; every database takes so many


@dataclass(frozen=True, kw_only=True)
class Stamp:
    """Which vectors a project has; it changes whenever they do."""

    model: str  # of the newest one
    count: int
    made_at: datetime


def stamp(connection: sa.Connection, project_id: str) -> Stamp | None:
    """Return the stamp of the vectors that are newest, or None when the project has none."""
    made = sa.func.max(vectors.c.made_at, type_=vectors.c.made_at.type).label("made_at")
    query = (
        sa.select(vectors.c.model, sa.func.count().label("number"), made)
        .where(vectors.c.project_id == project_id)
        .group_by(vectors.c.model)
        .order_by(made.desc(), vectors.c.model)
        .limit(1)
    )
    row = connection.execute(query).first()
    return Stamp(model=row.model, count=row.number, made_at=row.made_at) if row else None


def get(connection: sa.Connection, project_id: str, *, model: str) -> dict[str, bytes]:
    """Return a model's vectors by fingerprint."""
    query = sa.select(vectors.c.fingerprint, vectors.c.vector).where(
        vectors.c.project_id == project_id, vectors.c.model == model
    )
    return {row.fingerprint: row.vector for row in connection.execute(query)}


def save(
    connection: sa.Connection, project_id: str, *, model: str, made: Mapping[str, bytes]
) -> None:
    """Store vectors by fingerprint; those that are there already stay as they are."""
    rows = [
        {"project_id": project_id, "model": model, "fingerprint": fingerprint, "vector": vector}
        for fingerprint, vector in made.items()
    ]
    if not rows:
        return
    # Two attempts at a job may embed the same text: that is no conflict.
    insert = database.insert(connection, vectors).values(made_at=clock.now())
    connection.execute(insert.on_conflict_do_nothing(), rows)


def keep(
    connection: sa.Connection, project_id: str, *, model: str, fingerprints: Iterable[str]
) -> None:
    """Drop the project's vectors but for the model's with these fingerprints."""
    connection.execute(
        sa.delete(vectors).where(vectors.c.project_id == project_id, vectors.c.model != model)
    )
    known = connection.execute(
        sa.select(vectors.c.fingerprint).where(vectors.c.project_id == project_id)
    ).scalars()
    gone = sorted(set(known) - set(fingerprints))
    for begin in range(0, len(gone), _AT_ONCE):
        connection.execute(
            sa.delete(vectors).where(
                vectors.c.project_id == project_id,
                vectors.c.model == model,
                vectors.c.fingerprint.in_(gone[begin : begin + _AT_ONCE]),
            )
        )

"""What was read and what was written: snapshots and versions of contexts."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from store import clock
from store.schema import contexts, snapshots


@dataclass(frozen=True, kw_only=True)
class StoredSnapshot:
    """A snapshot; `document` is catalog.codec JSON."""

    id: str
    project_id: str
    fingerprint: str
    tables: int
    columns: int
    document: str
    taken_at: datetime


@dataclass(frozen=True, kw_only=True)
class StoredVersion:
    """What is remembered of a version of a project's context; `scores` are catalog.codec JSON."""

    id: str
    project_id: str
    job_id: str
    version: int
    engine: str
    model: str | None
    fingerprint: str
    prompt_hash: str | None
    scores: Mapping[str, Any] | None
    disclosed: Mapping[str, Any] | None
    created_at: datetime


@dataclass(frozen=True, kw_only=True)
class StoredContext(StoredVersion):
    """A version with the context itself; `document` is catalog.codec JSON."""

    document: str


@dataclass(frozen=True, kw_only=True)
class NewContext:
    """What a worker stores at the end of a generation."""

    project_id: str
    job_id: str
    engine: str
    model: str | None
    fingerprint: str
    document: str
    prompt_hash: str | None = None
    scores: Mapping[str, Any] = field(default_factory=dict)
    disclosed: Mapping[str, Any] | None = None  # level, and counts of what was read and sent


def save_snapshot(
    connection: sa.Connection,
    project_id: str,
    *,
    fingerprint: str,
    size: tuple[int, int],
    document: str,
) -> None:
    """Store what was read; `size` is (tables, columns). An unchanged schema replaces itself."""
    connection.execute(
        sa.delete(snapshots).where(
            snapshots.c.project_id == project_id, snapshots.c.fingerprint == fingerprint
        )
    )
    connection.execute(
        sa.insert(snapshots).values(
            id=str(uuid.uuid4()),
            project_id=project_id,
            fingerprint=fingerprint,
            tables=size[0],
            columns=size[1],
            document=document,
            taken_at=clock.now(),
        )
    )


def latest_snapshot(connection: sa.Connection, project_id: str) -> StoredSnapshot | None:
    """Return the project's last snapshot, or None before the first scan."""
    query = (
        sa.select(snapshots)
        .where(snapshots.c.project_id == project_id)
        .order_by(snapshots.c.taken_at.desc(), snapshots.c.id)
        .limit(1)
    )
    row = connection.execute(query).first()
    return StoredSnapshot(**_values(row)) if row else None


def snapshot(
    connection: sa.Connection, project_id: str, *, fingerprint: str
) -> StoredSnapshot | None:
    """Return the project's snapshot with this fingerprint, such as a context's own, or None."""
    query = sa.select(snapshots).where(
        snapshots.c.project_id == project_id, snapshots.c.fingerprint == fingerprint
    )
    row = connection.execute(query).first()
    return StoredSnapshot(**_values(row)) if row else None


def save(connection: sa.Connection, new: NewContext) -> StoredContext:
    """Store the next version of a project's context."""
    last = connection.execute(
        sa.select(sa.func.max(contexts.c.version)).where(contexts.c.project_id == new.project_id)
    ).scalar()
    row = connection.execute(
        sa.insert(contexts)
        .values(
            id=str(uuid.uuid4()),
            project_id=new.project_id,
            job_id=new.job_id,
            version=(last or 0) + 1,
            engine=new.engine,
            model=new.model,
            fingerprint=new.fingerprint,
            document=new.document,
            prompt_hash=new.prompt_hash,
            scores=dict(new.scores),
            disclosed=dict(new.disclosed) if new.disclosed is not None else None,
            created_at=clock.now(),
        )
        .returning(contexts)
    ).one()
    return StoredContext(**_values(row))


def get(
    connection: sa.Connection, project_id: str, *, version: int | None = None
) -> StoredContext | None:
    """Return a version of the project's context, the latest by default, or None."""
    query = sa.select(contexts).where(contexts.c.project_id == project_id)
    if version is not None:
        query = query.where(contexts.c.version == version)
    row = connection.execute(query.order_by(contexts.c.version.desc()).limit(1)).first()
    return StoredContext(**_values(row)) if row else None


def of_job(connection: sa.Connection, job_id: str) -> StoredContext | None:
    """Return the context that a job wrote, or None."""
    row = connection.execute(sa.select(contexts).where(contexts.c.job_id == job_id)).first()
    return StoredContext(**_values(row)) if row else None


def versions(
    connection: sa.Connection, project_id: str, *, most: int | None = None
) -> list[StoredVersion]:
    """Return the versions of a project's context, newest first, without their documents."""
    query = (
        sa.select(*(contexts.c[name] for name in StoredVersion.__dataclass_fields__))
        .where(contexts.c.project_id == project_id)
        .order_by(contexts.c.version.desc())
        .limit(most)
    )
    return [StoredVersion(**_values(row)) for row in connection.execute(query)]


def _values(row: sa.Row[Any]) -> dict[str, Any]:
    return dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for the mapping

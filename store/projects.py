"""Projects: a name and a sealed source."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from catalog.profile import Level
from store import clock
from store.schema import projects


@dataclass(frozen=True, kw_only=True)
class Project:
    """A project without its source's secrets."""

    id: str
    user_id: str
    name: str
    kind: str  # url, ddl, demo
    dialect: str | None
    location: str  # shown; never has a password
    profile: Level  # how far its database may be looked into
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, kw_only=True)
class NewProject:
    """What is stored of a new project."""

    name: str
    kind: str
    dialect: str | None
    location: str
    sealed_source: str
    profile: Level = "none"


_COLUMNS = tuple(projects.c[name] for name in Project.__dataclass_fields__)


def _from_row(row: sa.Row[Any]) -> Project:
    return Project(**row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for the mapping


def create(connection: sa.Connection, user_id: str, new: NewProject) -> Project:
    """Insert a project."""
    row = connection.execute(
        sa.insert(projects)
        .values(
            id=str(uuid.uuid4()),
            user_id=user_id,
            name=new.name,
            kind=new.kind,
            dialect=new.dialect,
            location=new.location,
            sealed_source=new.sealed_source,
            profile=new.profile,
            created_at=clock.now(),
            updated_at=clock.now(),
        )
        .returning(*_COLUMNS)
    ).one()
    return _from_row(row)


def get(
    connection: sa.Connection, project_id: str, *, user_id: str | None = None, held: bool = False
) -> Project | None:
    """Return the project, or None when there is none or it is not the user's.

    A `held` one is neither changed nor deleted by others until the transaction ends; whoever is
    just doing that is waited for.
    """
    query = sa.select(*_COLUMNS).where(projects.c.id == project_id)
    if user_id is not None:
        query = query.where(projects.c.user_id == user_id)
    if held:
        query = query.with_for_update(key_share=True)
    row = connection.execute(query).first()
    return _from_row(row) if row else None


def listing(connection: sa.Connection, user_id: str) -> list[Project]:
    """Return the user's projects by name."""
    query = (
        sa.select(*_COLUMNS)
        .where(projects.c.user_id == user_id)
        .order_by(sa.func.lower(projects.c.name), projects.c.id)
    )
    return [_from_row(row) for row in connection.execute(query)]


def sealed_source(connection: sa.Connection, project_id: str) -> str | None:
    """Return the project's encrypted source, or None when there is no such project."""
    query = sa.select(projects.c.sealed_source).where(projects.c.id == project_id)
    return connection.execute(query).scalar_one_or_none()


def change(connection: sa.Connection, project_id: str, *, name: str, profile: Level) -> None:
    """Give the project another name and another level of its profile."""
    _update(connection, project_id, {"name": name, "profile": profile})


def change_source(connection: sa.Connection, project_id: str, new: NewProject) -> None:
    """Replace name, source and level; snapshots and contexts stay as history."""
    names = ("name", "kind", "dialect", "location", "sealed_source", "profile")
    _update(connection, project_id, {name: getattr(new, name) for name in names})


def delete(connection: sa.Connection, project_id: str) -> None:
    """Delete the project with all its jobs, events, snapshots and contexts."""
    connection.execute(sa.delete(projects).where(projects.c.id == project_id))


def _update(connection: sa.Connection, project_id: str, values: dict[str, Any]) -> None:
    connection.execute(
        sa.update(projects)
        .where(projects.c.id == project_id)
        .values(**values, updated_at=clock.now())
    )

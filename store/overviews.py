"""What a list of projects shows of each, without reading their documents."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from contract.states import ACTIVE
from store.schema import contexts, jobs, projects, snapshots


@dataclass(frozen=True, kw_only=True)
class Overview:
    """How far a project is; a None says that there is no snapshot, context or active job."""

    tables: int | None = None
    columns: int | None = None
    scanned_at: datetime | None = None
    context_version: int | None = None
    active_job_id: str | None = None
    disclosed: Mapping[str, Any] | None = None  # of the present context


def of_project(connection: sa.Connection, project_id: str) -> Overview:
    """Return the overview of a project, an empty one when it was deleted meanwhile."""
    return of_projects(connection, [project_id]).get(project_id, Overview())


def of_projects(connection: sa.Connection, project_ids: Iterable[str]) -> dict[str, Overview]:
    """Return the overview of each existing project."""
    # Each part looks at these projects only: no database moves the condition into it.
    ids = tuple(project_ids)
    scans, versions, active = _last_scans(ids), _last_versions(ids), _active(ids)
    query = (
        sa.select(
            projects.c.id,
            scans.c.tables,
            scans.c["columns"].label("column_count"),
            scans.c.taken_at,
            versions.c.version,
            contexts.c.disclosed,
            active.c.id.label("active_job_id"),
        )
        .outerjoin(scans, sa.and_(scans.c.project_id == projects.c.id, scans.c.place == 1))
        .outerjoin(versions, versions.c.project_id == projects.c.id)
        .outerjoin(
            contexts,
            sa.and_(
                contexts.c.project_id == projects.c.id, contexts.c.version == versions.c.version
            ),
        )
        .outerjoin(active, active.c.project_id == projects.c.id)
        .where(projects.c.id.in_(ids))
    )
    return {row.id: _from_row(row) for row in connection.execute(query)}


def _last_scans(ids: tuple[str, ...]) -> sa.Subquery:
    newest_first = (snapshots.c.taken_at.desc(), snapshots.c.id)
    place = sa.func.row_number().over(partition_by=snapshots.c.project_id, order_by=newest_first)
    query = sa.select(
        snapshots.c.project_id,
        snapshots.c.tables,
        snapshots.c["columns"],
        snapshots.c.taken_at,
        place.label("place"),
    )
    return query.where(snapshots.c.project_id.in_(ids)).subquery()


def _last_versions(ids: tuple[str, ...]) -> sa.Subquery:
    newest = sa.func.max(contexts.c.version).label("version")
    query = sa.select(contexts.c.project_id, newest).where(contexts.c.project_id.in_(ids))
    return query.group_by(contexts.c.project_id).subquery()


def _active(ids: tuple[str, ...]) -> sa.Subquery:
    query = sa.select(jobs.c.project_id, jobs.c.id)
    return query.where(jobs.c.project_id.in_(ids), jobs.c.status.in_(tuple(ACTIVE))).subquery()


def _from_row(row: sa.Row[*tuple[Any, ...]]) -> Overview:
    return Overview(
        tables=row.tables,
        columns=row.column_count,
        scanned_at=row.taken_at,
        context_version=row.version,
        active_job_id=row.active_job_id,
        disclosed=row.disclosed,
    )

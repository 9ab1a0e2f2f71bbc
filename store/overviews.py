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


def of_projects(connection: sa.Connection, project_ids: Iterable[str]) -> dict[str, Overview]:
    """Return the overview of each existing project."""
    scans, versions = _last_scans(), _last_versions()
    active = (
        sa.select(jobs.c.project_id, jobs.c.id).where(jobs.c.status.in_(tuple(ACTIVE))).subquery()
    )
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
        .where(projects.c.id.in_(tuple(project_ids)))
    )
    return {row.id: _from_row(row) for row in connection.execute(query)}


def _last_scans() -> sa.Subquery:
    newest_first = (snapshots.c.taken_at.desc(), snapshots.c.id)
    place = sa.func.row_number().over(partition_by=snapshots.c.project_id, order_by=newest_first)
    return sa.select(
        snapshots.c.project_id,
        snapshots.c.tables,
        snapshots.c["columns"],
        snapshots.c.taken_at,
        place.label("place"),
    ).subquery()


def _last_versions() -> sa.Subquery:
    newest = sa.func.max(contexts.c.version).label("version")
    return sa.select(contexts.c.project_id, newest).group_by(contexts.c.project_id).subquery()


def _from_row(row: sa.Row[*tuple[Any, ...]]) -> Overview:
    return Overview(
        tables=row.tables,
        columns=row.column_count,
        scanned_at=row.taken_at,
        context_version=row.version,
        active_job_id=row.active_job_id,
        disclosed=row.disclosed,
    )

"""Jobs as everybody reads them, and how one ends that no worker has."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from contract import events as wire
from contract.failures import Failure, FailureCode, failure
from contract.states import ACTIVE, JobKind, JobStatus
from contract.steps import Step
from store import clock, events
from store.schema import jobs


@dataclass(frozen=True, kw_only=True)
class Job:
    """One row of `jobs`."""

    id: str
    user_id: str
    project_id: str | None
    kind: JobKind
    status: JobStatus
    options: Mapping[str, Any]
    retry_of: str | None
    fresh_since: datetime | None
    engine: str | None
    model: str | None
    step: str | None
    progress: int
    message: str
    stats: Mapping[str, Any] | None
    eta: Mapping[str, int] | None
    error: Mapping[str, Any] | None
    timings: Mapping[str, float] | None
    last_seq: int
    attempt: int
    losses_in_a_row: int
    worker_seen_at: datetime | None
    cancel_requested_at: datetime | None
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


#: What a query selects to make jobs of.
COLUMNS = tuple(jobs.c[name] for name in Job.__dataclass_fields__)


def from_row(row: sa.Row[Any]) -> Job:
    """Return the job of a row that has all of Job's columns."""
    values = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for a row's mapping
    return Job(**values | {"kind": JobKind(values["kind"]), "status": JobStatus(values["status"])})


def get(connection: sa.Connection, job_id: str, *, user_id: str | None = None) -> Job | None:
    """Return the job, or None when there is none or it is not the user's."""
    query = sa.select(*COLUMNS).where(jobs.c.id == job_id)
    if user_id is not None:
        query = query.where(jobs.c.user_id == user_id)
    row = connection.execute(query).first()
    return from_row(row) if row else None


def listing(
    connection: sa.Connection,
    user_id: str,
    *,
    project_id: str | None = None,
    status: JobStatus | None = None,
    before: Job | None = None,
    limit: int = 100,
) -> list[Job]:
    """Return the user's jobs, newest first; those that come after `before` in this order."""
    query = sa.select(*COLUMNS).where(jobs.c.user_id == user_id)
    if project_id is not None:
        query = query.where(jobs.c.project_id == project_id)
    if status is not None:
        query = query.where(jobs.c.status == status)
    if before is not None:
        older = jobs.c.created_at < before.created_at
        same = sa.and_(jobs.c.created_at == before.created_at, jobs.c.id > before.id)
        query = query.where(sa.or_(older, same))
    query = query.order_by(jobs.c.created_at.desc(), jobs.c.id).limit(limit)
    return [from_row(row) for row in connection.execute(query)]


def active(connection: sa.Connection, project_id: str) -> Job | None:
    """Return the project's queued or running job."""
    query = sa.select(*COLUMNS).where(
        jobs.c.project_id == project_id, jobs.c.status.in_(tuple(ACTIVE))
    )
    row = connection.execute(query).first()
    return from_row(row) if row else None


def queued_ahead(connection: sa.Connection, found: Iterable[Job]) -> Counter[str]:
    """Return how many queued jobs were submitted before each queued one of these, by its id."""
    queued = [job.id for job in found if job.status is JobStatus.QUEUED]
    if not queued:
        return Counter()
    mine = jobs.alias()
    ahead = (
        sa.select(sa.func.count())
        .where(jobs.c.status == JobStatus.QUEUED, jobs.c.created_at < mine.c.created_at)
        .scalar_subquery()
    )
    rows = connection.execute(sa.select(mine.c.id, ahead).where(mine.c.id.in_(queued)))
    return Counter({row[0]: row[1] for row in rows})


def last_seqs(connection: sa.Connection, job_ids: Iterable[str]) -> dict[str, int]:
    """Return each existing job's last sequence number; a deleted job is absent."""
    query = sa.select(jobs.c.id, jobs.c.last_seq).where(jobs.c.id.in_(tuple(job_ids)))
    return {row.id: row.last_seq for row in connection.execute(query)}


def mark_published(connection: sa.Connection, job_id: str) -> None:
    """Remember that the job's task reached the queue."""
    connection.execute(sa.update(jobs).where(jobs.c.id == job_id).values(published_at=clock.now()))


def request_cancel(connection: sa.Connection, job: Job) -> events.Stored | None:
    """Cancel: a queued job ends at once (its terminal event is returned), a running one soon.

    Asking again, or when the job has ended, changes nothing.
    """
    cause = failure(FailureCode.CANCELLED, "The job was cancelled.")
    stored = end_unclaimed(connection, job.id, cause)
    if stored is None:
        # Queued, too: its worker may have lost it or handed it back since the first look.
        connection.execute(
            sa.update(jobs)
            .where(jobs.c.id == job.id, jobs.c.status.in_(tuple(ACTIVE)))
            .values(cancel_requested_at=sa.func.coalesce(jobs.c.cancel_requested_at, clock.now()))
        )
    return stored


def end_unclaimed(connection: sa.Connection, job_id: str, cause: Failure) -> events.Stored | None:
    """End a queued job with an `error` event; None when it is not queued (any more)."""
    row = connection.execute(
        sa.update(jobs)
        .where(jobs.c.id == job_id, jobs.c.status == JobStatus.QUEUED)
        .values(
            status=cause.status,
            step=Step.ERROR,
            message=cause.text,
            error=cause.to_dict(),
            last_seq=jobs.c.last_seq + 1,
            finished_at=clock.now(),
        )
        .returning(jobs.c.last_seq, jobs.c.finished_at)
    ).first()
    if row is None:
        return None
    event = wire.Event(
        job_id=job_id,
        seq=row.last_seq,
        at=row.finished_at,
        step=Step.ERROR,
        progress=0,
        message=cause.text,
        failure=cause.to_fields(),
    )
    return events.insert(connection, event)

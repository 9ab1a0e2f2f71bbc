"""Jobs as everybody reads them, and the two things their owner does: submit and cancel."""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from contract import events as wire
from contract.failures import Failure, FailureCode, failure
from contract.states import ACTIVE, JobKind, JobStatus
from contract.steps import Step
from store import clock, events, keys
from store.schema import jobs

QUEUED_MESSAGE = "Waiting for a worker..."


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


@dataclass(frozen=True, kw_only=True)
class NewJob:
    """What a caller asks for.

    `fresh` work asks models anew; a retry takes up the work of a job that ended, checkpoints and
    all. `standing` is a job that did already what is asked for: none is made then.
    """

    user_id: str
    project_id: str | None
    kind: JobKind = JobKind.GENERATE
    options: Mapping[str, Any]
    idempotency_key: str | None = None
    fresh: bool = False
    retry_of: Job | None = None
    standing: Job | None = None


class SubmitRaceError(RuntimeError):
    """A job stood in the way of the new one, yet was gone when it was looked for, three times."""


_COLUMNS = tuple(jobs.c[name] for name in Job.__dataclass_fields__)


def from_row(row: sa.Row[Any]) -> Job:
    """Return the job of a row that has all of Job's columns."""
    values = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for a row's mapping
    return Job(**values | {"kind": JobKind(values["kind"]), "status": JobStatus(values["status"])})


def get(connection: sa.Connection, job_id: str, *, user_id: str | None = None) -> Job | None:
    """Return the job, or None when there is none or it is not the user's."""
    query = sa.select(*_COLUMNS).where(jobs.c.id == job_id)
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
    query = sa.select(*_COLUMNS).where(jobs.c.user_id == user_id)
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
    query = sa.select(*_COLUMNS).where(
        jobs.c.project_id == project_id, jobs.c.status.in_(tuple(ACTIVE))
    )
    row = connection.execute(query).first()
    return from_row(row) if row else None


def queued_ahead(connection: sa.Connection, job: Job) -> int:
    """Return how many queued jobs were submitted before this queued one."""
    if job.status != JobStatus.QUEUED:
        return 0
    query = sa.select(sa.func.count()).where(
        jobs.c.status == JobStatus.QUEUED, jobs.c.created_at < job.created_at
    )
    return connection.execute(query).scalar_one()


def last_seqs(connection: sa.Connection, job_ids: Iterable[str]) -> dict[str, int]:
    """Return each existing job's last sequence number; a deleted job is absent."""
    query = sa.select(jobs.c.id, jobs.c.last_seq).where(jobs.c.id.in_(tuple(job_ids)))
    return {row.id: row.last_seq for row in connection.execute(query)}


def submit(connection: sa.Connection, new: NewJob) -> tuple[Job, bool]:
    """Insert a queued job, or return the one that stands in its place, and whether it is new.

    The same idempotency key gives the same job, in whatever state; else a project's active job
    is returned, since a project has at most one, and a user's active pull of the same model.
    """
    job_id = str(uuid.uuid4())
    key = new.idempotency_key
    if key is not None:
        bound = get(connection, keys.bind(connection, new.user_id, key, job_id=job_id))
        if bound is not None:
            return bound, False
    if new.standing is not None:
        return _join(connection, new, _active(connection, new) or new.standing), False
    for _ in range(3):
        inserted = connection.execute(_insert(connection, new, job_id)).first()
        if inserted is not None:
            return from_row(inserted), True
        found = _active(connection, new)
        if found is not None:
            return _join(connection, new, found), False
    raise SubmitRaceError


def mark_published(connection: sa.Connection, job_id: str) -> None:
    """Remember that the job's task reached the queue."""
    connection.execute(sa.update(jobs).where(jobs.c.id == job_id).values(published_at=clock.now()))


def request_cancel(connection: sa.Connection, job: Job) -> events.Stored | None:
    """Cancel: a queued job ends at once (its terminal event is returned), a running one soon.

    Asking again, or when the job has ended, changes nothing.
    """
    stored = end_unclaimed(
        connection,
        job.id,
        status=JobStatus.CANCELLED,
        cause=failure(FailureCode.CANCELLED, "The job was cancelled."),
    )
    if stored is None:
        connection.execute(
            sa.update(jobs)
            .where(jobs.c.id == job.id, jobs.c.status == JobStatus.RUNNING)
            .values(cancel_requested_at=sa.func.coalesce(jobs.c.cancel_requested_at, clock.now()))
        )
    return stored


def end_unclaimed(
    connection: sa.Connection, job_id: str, *, status: JobStatus, cause: Failure
) -> events.Stored | None:
    """End a queued job with an `error` event; None when it is not queued (any more)."""
    error = cause.to_dict()
    row = connection.execute(
        sa.update(jobs)
        .where(jobs.c.id == job_id, jobs.c.status == JobStatus.QUEUED)
        .values(
            status=status,
            step=Step.ERROR,
            message=error["message"],
            error=error,
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
        message=error["message"],
        failure={key: value for key, value in error.items() if key != "message"},
    )
    return events.insert(connection, event)


def _join(connection: sa.Connection, new: NewJob, found: Job) -> Job:
    """Return the job that stands in the new one's place, and give it the new one's key."""
    if new.idempotency_key is not None:
        keys.rebind(connection, new.user_id, new.idempotency_key, job_id=found.id)
    return found


def _active(connection: sa.Connection, new: NewJob) -> Job | None:
    if new.project_id is not None:
        return active(connection, new.project_id)
    query = sa.select(*_COLUMNS).where(
        jobs.c.user_id == new.user_id,
        jobs.c.kind == new.kind,
        jobs.c.model == _model(new),
        jobs.c.status.in_(tuple(ACTIVE)),
    )
    row = connection.execute(query).first()
    return from_row(row) if row else None


def _model(new: NewJob) -> str | None:
    """Return the model that a pull is about; who writes a generation is known when it runs."""
    return str(new.options["model"]) if new.kind is JobKind.PULL_MODEL else None


def _insert(connection: sa.Connection, new: NewJob, job_id: str) -> sa.Executable:
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    return (
        insert(jobs)
        .values(
            id=job_id,
            user_id=new.user_id,
            project_id=new.project_id,
            kind=new.kind,
            status=JobStatus.QUEUED,
            options=dict(new.options),
            model=_model(new),
            retry_of=new.retry_of.id if new.retry_of else None,
            fresh_since=_fresh_since(new),
            progress=0,
            message=QUEUED_MESSAGE,
            last_seq=0,
            attempt=0,
            created_at=clock.now(),
        )
        .on_conflict_do_nothing()
        .returning(*_COLUMNS)
    )


def _fresh_since(new: NewJob) -> datetime | sa.ColumnElement[datetime] | None:
    if new.retry_of is not None:
        return new.retry_of.fresh_since
    return clock.now() if new.fresh else None

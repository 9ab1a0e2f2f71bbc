"""Submitting a job: one that is new, or the one that stands in its place."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from contract.states import ACTIVE, JobKind, JobStatus
from store import clock, database, jobs, keys
from store.schema import jobs as table

QUEUED_MESSAGE = "Waiting for a worker..."


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
    retry_of: jobs.Job | None = None
    standing: jobs.Job | None = None


class SubmitRaceError(RuntimeError):
    """A job stood in the way of the new one, yet was gone when it was looked for, three times."""


def submit(connection: sa.Connection, new: NewJob) -> tuple[jobs.Job, bool]:
    """Insert a queued job, or return the one that stands in its place, and whether it is new.

    The same idempotency key gives the same job, in whatever state; else a project's active job
    is returned, since a project has at most one, and a user's active pull of the same model.
    """
    job_id = str(uuid.uuid4())
    key = new.idempotency_key
    if key is not None:
        bound = jobs.get(connection, keys.bind(connection, new.user_id, key, job_id=job_id))
        if bound is not None:
            return bound, False
    if new.standing is not None:
        return _join(connection, new, _active(connection, new) or new.standing), False
    for _ in range(3):
        inserted = connection.execute(_insert(connection, new, job_id)).first()
        if inserted is not None:
            return jobs.from_row(inserted), True
        found = _active(connection, new)
        if found is not None:
            return _join(connection, new, found), False
    raise SubmitRaceError


def _join(connection: sa.Connection, new: NewJob, found: jobs.Job) -> jobs.Job:
    """Return the job that stands in the new one's place, and give it the new one's key."""
    if new.idempotency_key is not None:
        keys.rebind(connection, new.user_id, new.idempotency_key, job_id=found.id)
    return found


def _active(connection: sa.Connection, new: NewJob) -> jobs.Job | None:
    if new.project_id is not None:
        return jobs.active(connection, new.project_id)
    query = sa.select(*jobs.COLUMNS).where(
        table.c.user_id == new.user_id,
        table.c.kind == new.kind,
        table.c.model == _model(new),
        table.c.status.in_(tuple(ACTIVE)),
    )
    row = connection.execute(query).first()
    return jobs.from_row(row) if row else None


def _model(new: NewJob) -> str | None:
    """Return the model that a pull is about; who writes a generation is known when it runs."""
    return str(new.options["model"]) if new.kind is JobKind.PULL_MODEL else None


def _insert(connection: sa.Connection, new: NewJob, job_id: str) -> sa.Executable:
    return (
        database.insert(connection, table)
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
        .returning(*jobs.COLUMNS)
    )


def _fresh_since(new: NewJob) -> datetime | sa.ColumnElement[datetime] | None:
    if new.retry_of is not None:
        return new.retry_of.fresh_since
    return clock.now() if new.fresh else None

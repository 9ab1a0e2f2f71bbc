"""What keeps every job moving: lost leases, lost tasks. Safe to run at any time, twice at once."""

from dataclasses import dataclass

import sqlalchemy as sa

from contract.failures import FailureCode, failure
from contract.states import JobStatus
from store import clock, events, jobs
from store.schema import jobs as table

#: A task that a worker has not claimed by then is published again: Redis may have lost it, and
#: a duplicate is harmless because only one claim succeeds.
REPUBLISH_AFTER_SECONDS = 60


@dataclass(frozen=True)
class Swept:
    """What a sweep did: jobs to publish again, and terminal events to announce."""

    unpublished: tuple[str, ...]
    ended: tuple[events.Stored, ...]


def sweep(connection: sa.Connection, *, max_attempts: int) -> Swept:
    """Re-queue jobs whose worker went silent, end those that were tried too often."""
    expired = _requeue_expired(connection)
    ended = [stored for job in expired if (stored := _end(connection, job, max_attempts))]
    return Swept(unpublished=_unpublished(connection), ended=tuple(ended))


def _requeue_expired(connection: sa.Connection) -> list[jobs.Job]:
    rows = connection.execute(
        sa.update(table)
        .where(table.c.status == JobStatus.RUNNING, table.c.lease_expires_at < clock.now())
        .values(status=JobStatus.QUEUED, claim_token=None, lease_expires_at=None, published_at=None)
        .returning(*(table.c[name] for name in jobs.Job.__dataclass_fields__))
    )
    return [jobs.from_row(row) for row in rows]


def _end(connection: sa.Connection, job: jobs.Job, max_attempts: int) -> events.Stored | None:
    if job.cancel_requested_at is not None:
        cause = failure(FailureCode.CANCELLED, "The job was cancelled.")
        return jobs.end_unclaimed(connection, job.id, status=JobStatus.CANCELLED, cause=cause)
    if job.attempt < max_attempts:
        return None
    cause = failure(
        FailureCode.WORKER_LOST, f"The worker stopped {job.attempt} times before the job ended."
    )
    return jobs.end_unclaimed(connection, job.id, status=JobStatus.FAILED, cause=cause)


def _unpublished(connection: sa.Connection) -> tuple[str, ...]:
    waiting_long = table.c.published_at < clock.now_plus(-REPUBLISH_AFTER_SECONDS)
    query = (
        sa.select(table.c.id)
        .where(
            table.c.status == JobStatus.QUEUED,
            sa.or_(table.c.published_at.is_(None), waiting_long),
        )
        .order_by(table.c.created_at)
    )
    return tuple(connection.execute(query).scalars())

"""What keeps every job moving: lost leases, lost tasks. Safe to run at any time, twice at once."""

from dataclasses import dataclass

import sqlalchemy as sa

from contract.failures import FailureCode, failure
from contract.states import JobStatus
from store import clock, events, jobs
from store.schema import jobs as table

#: A task that nobody has claimed by then may be lost, or waits behind others: the queue knows.
OVERDUE_AFTER_SECONDS = 15


@dataclass(frozen=True, kw_only=True)
class Swept:
    """What a sweep found: tasks to publish, perhaps lost ones, terminal events to announce."""

    unpublished: tuple[str, ...]  # of jobs whose task never reached the queue
    overdue: tuple[str, ...]  # of jobs whose task should have been taken by now
    ended: tuple[events.Stored, ...]


def sweep(connection: sa.Connection, *, max_losses: int) -> Swept:
    """Re-queue jobs whose worker went silent, end those whose workers do so again and again."""
    expired = _requeue_expired(connection)
    ended = [stored for job in expired if (stored := _end(connection, job, max_losses))]
    waiting = _waiting(connection)
    return Swept(
        unpublished=tuple(row.id for row in waiting if row.published_at is None),
        overdue=tuple(row.id for row in waiting if row.published_at and row.overdue),
        ended=tuple(ended),
    )


def _requeue_expired(connection: sa.Connection) -> list[jobs.Job]:
    # Not those that somebody writes to at this moment: a worker that was frozen in the middle of a
    # transaction would hold up the jobs of all others.
    expired = (
        sa.select(table.c.id)
        .where(table.c.status == JobStatus.RUNNING, table.c.lease_expires_at < clock.now())
        .with_for_update(skip_locked=True)
    )
    rows = connection.execute(
        sa.update(table)
        .where(table.c.id.in_(expired))
        .values(
            status=JobStatus.QUEUED,
            claim_token=None,
            lease_expires_at=None,
            published_at=None,
            losses=table.c.losses + 1,
            losses_in_a_row=table.c.losses_in_a_row + 1,
        )
        .returning(*jobs.COLUMNS)
    )
    return [jobs.from_row(row) for row in rows]


def _end(connection: sa.Connection, job: jobs.Job, max_losses: int) -> events.Stored | None:
    if job.cancel_requested_at is not None:
        cause = failure(FailureCode.CANCELLED, "The job was cancelled.")
        return jobs.end_unclaimed(connection, job.id, cause)
    if job.losses_in_a_row < max_losses:
        return None
    cause = failure(
        FailureCode.WORKER_LOST,
        f"The worker was lost {job.losses_in_a_row} times in a row, and nothing was finished "
        "in between.",
    )
    return jobs.end_unclaimed(connection, job.id, cause)


def _waiting(connection: sa.Connection) -> list[sa.Row[tuple[str, object, bool]]]:
    overdue = table.c.published_at < clock.now_plus(-OVERDUE_AFTER_SECONDS)
    query = (
        sa.select(table.c.id, table.c.published_at, overdue.label("overdue"))
        .where(table.c.status == JobStatus.QUEUED)
        .order_by(table.c.created_at)
    )
    return list(connection.execute(query))

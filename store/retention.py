"""What is not kept for ever: how old jobs went, what models answered, sign-ins that are over.

Jobs themselves stay, with their last event, and so do projects, contexts and reviews.
"""

from dataclasses import dataclass

import sqlalchemy as sa

from store import checkpoints, clock, users
from store.schema import events, jobs, model_calls

#: Of each kind, in one transaction: others wait for it on SQLite, and for its rows elsewhere.
ROWS_AT_ONCE = 1000
#: A job has dozens of rows, one of thousands of tables some hundreds.
JOBS_AT_ONCE = 50


@dataclass(frozen=True, kw_only=True)
class Purged:
    """How much a purge deleted: the course of jobs, answers of models, sign-ins."""

    jobs: int
    checkpoints: int
    sessions: int

    @property
    def any(self) -> bool:
        """Whether there was something to delete."""
        return bool(self.jobs or self.checkpoints or self.sessions)

    @property
    def more(self) -> bool:
        """Whether there may be more to delete at once."""
        most = max(self.checkpoints, self.sessions)
        return self.jobs == JOBS_AT_ONCE or most == ROWS_AT_ONCE


def purge(connection: sa.Connection, *, days: int) -> Purged:
    """Delete a bounded part of what nobody needs any more.

    A job that ended more than `days` ago keeps itself and its last event, which has its result; 0
    is for ever. Safe to run twice at once: what another one deletes is passed over.
    """
    return Purged(
        jobs=_shorten(connection, days) if days else 0,
        checkpoints=checkpoints.purge(connection, limit=ROWS_AT_ONCE),
        sessions=users.purge_sessions(connection, limit=ROWS_AT_ONCE),
    )


def _shorten(connection: sa.Connection, days: int) -> int:
    old = (
        sa.select(jobs.c.id)
        .where(jobs.c.purged_at.is_(None), jobs.c.finished_at < clock.ago(days * clock.DAY_SECONDS))
        .order_by(jobs.c.finished_at)
        .limit(JOBS_AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    ids = connection.execute(old).scalars().all()
    if not ids:
        return 0
    last = sa.select(jobs.c.last_seq).where(jobs.c.id == events.c.job_id).scalar_subquery()
    connection.execute(sa.delete(events).where(events.c.job_id.in_(ids), events.c.seq < last))
    connection.execute(sa.delete(model_calls).where(model_calls.c.job_id.in_(ids)))
    connection.execute(sa.update(jobs).where(jobs.c.id.in_(ids)).values(purged_at=clock.now()))
    return len(ids)

"""What the relay asks before it opens a stream, in one query: the job, its owner, the sign-in."""

from dataclasses import dataclass

import sqlalchemy as sa

from contract.states import ACTIVE, JobStatus
from store import clock
from store.schema import jobs, sessions


@dataclass(frozen=True)
class Streamed:
    """A job as far as a stream needs to know it; `signed_in`: the session is active."""

    id: str
    project_id: str | None
    status: JobStatus
    last_seq: int
    signed_in: bool


# Built once: a busy relay asks hundreds of times a second, and building costs more than asking.
_SIGNED_IN = sa.exists().where(
    sessions.c.id == sa.bindparam("session_id"),
    sessions.c.revoked_at.is_(None),
    sessions.c.expires_at > clock.now(),
)
_OWNED = sa.select(
    jobs.c.id, jobs.c.project_id, jobs.c.status, jobs.c.last_seq, _SIGNED_IN.label("signed_in")
).where(jobs.c.user_id == sa.bindparam("user_id"))
_BY_ID = _OWNED.where(jobs.c.id == sa.bindparam("job_id"))
_ACTIVE = _OWNED.where(
    jobs.c.project_id == sa.bindparam("project_id"), jobs.c.status.in_(tuple(ACTIVE))
)


def find(
    connection: sa.Connection, job_id: str, *, user_id: str, session_id: str
) -> Streamed | None:
    """Return the job, None when there is none or it is not the user's."""
    return _first(
        connection, _BY_ID, {"job_id": job_id, "user_id": user_id, "session_id": session_id}
    )


def active(
    connection: sa.Connection, project_id: str, *, user_id: str, session_id: str
) -> Streamed | None:
    """Return the queued or running job of the user's project."""
    return _first(
        connection,
        _ACTIVE,
        {"project_id": project_id, "user_id": user_id, "session_id": session_id},
    )


def _first(
    connection: sa.Connection,
    query: sa.Select[tuple[str, str, str, int, bool]],
    values: dict[str, str],
) -> Streamed | None:
    row = connection.execute(query, values).first()
    if row is None:
        return None
    return Streamed(
        row.id, row.project_id, JobStatus(row.status), row.last_seq, bool(row.signed_in)
    )

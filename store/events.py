"""Milestone events, as they were committed and as every client gets them."""

from dataclasses import dataclass

import sqlalchemy as sa

from contract import events as wire
from store.schema import events


@dataclass(frozen=True)
class Stored:
    """A committed milestone: `payload` is the JSON that goes to clients unchanged."""

    job_id: str
    seq: int
    payload: str


def insert(connection: sa.Connection, event: wire.Event) -> Stored:
    """Store a milestone; ValueError for a tick, which is never stored."""
    if event.seq is None:
        raise ValueError("a tick has no sequence number and is not stored")
    payload = wire.encode(event)
    connection.execute(
        sa.insert(events).values(job_id=event.job_id, seq=event.seq, payload=payload, at=event.at)
    )
    return Stored(event.job_id, event.seq, payload)


def after(connection: sa.Connection, job_id: str, seq: int, *, limit: int = 1000) -> list[Stored]:
    """Return the job's milestones after `seq`, in order, at most `limit`."""
    rows = connection.execute(_AFTER, {"job": job_id, "after": seq, "most": limit})
    return [Stored(job_id, row.seq, row.payload) for row in rows]


# Built once: every new stream asks it.
_AFTER = (
    sa.select(events.c.seq, events.c.payload)
    .where(events.c.job_id == sa.bindparam("job"), events.c.seq > sa.bindparam("after"))
    .order_by(events.c.seq)
    .limit(sa.bindparam("most"))
)

"""Milestone events, as they were committed and as every client gets them."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from contract import events as wire
from contract.steps import TERMINAL_STEPS, Step
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
    """Return the job's milestones after `seq`, in order, at most `limit`.

    One before which some are missing says so: they are numbered without gaps, so that retention
    has purged them.
    """
    found = []
    for row in connection.execute(_AFTER, {"job": job_id, "after": seq, "most": limit}):
        whole = row.seq == seq + 1
        found.append(Stored(job_id, row.seq, row.payload if whole else wire.truncate(row.payload)))
        seq = row.seq
    return found


def timings(connection: sa.Connection, job_id: str) -> dict[str, float]:
    """Return the seconds of each step; a milestone closes the time since the one before it."""
    query = (
        sa.select(events.c.payload, events.c.at)
        .where(events.c.job_id == job_id)
        .order_by(events.c.seq)
    )
    seconds: dict[str, float] = {}
    step: Step | None = None
    since: datetime | None = None
    for row in connection.execute(query):
        arrived = wire.decode(row.payload).step
        step = step if arrived in TERMINAL_STEPS else arrived
        if step is not None and since is not None:
            spent = (row.at - since).total_seconds()
            seconds[step] = round(seconds.get(step, 0.0) + spent, 3)
        since = row.at
    return seconds


# Built once: every new stream asks it.
_AFTER = (
    sa.select(events.c.seq, events.c.payload)
    .where(events.c.job_id == sa.bindparam("job"), events.c.seq > sa.bindparam("after"))
    .order_by(events.c.seq)
    .limit(sa.bindparam("most"))
)

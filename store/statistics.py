"""Figures about past and present jobs."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from contract.failures import FailureCode
from contract.states import JobKind, JobStatus
from contract.steps import Step
from store import clock
from store.schema import jobs
from store.schema.work import UNUSUAL


@dataclass(frozen=True, kw_only=True)
class Run:
    """A generation that ended."""

    id: str
    status: JobStatus
    engine: str | None
    model: str | None
    queued_seconds: float  # from the submission to the first claim
    seconds: float  # from the first claim to the end
    timings: Mapping[str, float]
    stats: Mapping[str, Any]
    finished_at: datetime


@dataclass(frozen=True, kw_only=True)
class Totals:
    """All jobs that are remembered, and what went wrong with them and was mended or not."""

    by_status: Mapping[JobStatus, int]  # zeros included
    attempts: int  # claims, of all jobs
    repeated: int  # of them not the first of their job: deliveries after a loss or a hand-back
    losses: int  # leases that ran out
    dead_letters: int  # jobs that failed because their workers were lost again and again


def finished_runs(
    connection: sa.Connection, *, user_id: str | None = None, limit: int = 500
) -> list[Run]:
    """Return the last generations that ran and ended, newest first."""
    query = (
        sa.select(jobs)
        .where(
            jobs.c.kind == JobKind.GENERATE,
            jobs.c.finished_at.is_not(None),
            jobs.c.started_at.is_not(None),
        )
        .order_by(jobs.c.finished_at.desc())
        .limit(limit)
    )
    if user_id is not None:
        query = query.where(jobs.c.user_id == user_id)
    return [_run(row) for row in connection.execute(query)]


def similar_runs(
    connection: sa.Connection, *, engine: str, model: str | None, limit: int = 20
) -> list[Run]:
    """Return the last successful generations with the same engine and model, newest first."""
    query = (
        sa.select(jobs)
        .where(
            jobs.c.kind == JobKind.GENERATE,
            jobs.c.status == JobStatus.SUCCEEDED,
            jobs.c.engine == engine,
            jobs.c.model == model if model is not None else jobs.c.model.is_(None),
            jobs.c.timings[str(Step.ANALYZING)].as_string().is_not(None),  # it wrote something
        )
        .order_by(jobs.c.finished_at.desc())
        .limit(limit)
    )
    return [_run(row) for row in connection.execute(query)]


def oldest_queued_seconds(connection: sa.Connection) -> float:
    """Return the age of the job that has waited longest, 0 when none waits."""
    query = sa.select(sa.func.min(jobs.c.created_at), clock.now()).where(
        jobs.c.status == JobStatus.QUEUED
    )
    oldest, now = connection.execute(query).one()
    return (now - oldest).total_seconds() if oldest else 0.0


def totals(connection: sa.Connection) -> Totals:
    """Return how many jobs of all users there are, and how often they were claimed and lost.

    Nearly every job was claimed once and lost never: only the others are read, all are counted in
    an index. In one statement, so that no figure falls because a job came between two.
    """
    by_status = (
        sa.select(jobs.c.status, sa.func.count().label("number")).group_by(jobs.c.status).cte()
    )
    dead = sa.and_(
        jobs.c.status == JobStatus.FAILED,
        jobs.c.error["code"].as_string() == str(FailureCode.WORKER_LOST),
    )
    more = jobs.c.attempt - 1
    unusual = (
        sa.select(
            _sum(more).label("more"),
            _sum(sa.case((more > 0, more))).label("repeated"),
            _sum(jobs.c.losses).label("losses"),
            sa.func.count().filter(dead).label("dead_letters"),
        )
        .where(UNUSUAL)
        .cte()
    )
    query = sa.select(by_status, unusual).select_from(
        unusual.outerjoin(by_status, sa.literal(value=True))
    )
    rows = connection.execute(query).all()
    counted = {JobStatus(row.status): row.number for row in rows if row.status is not None}
    found = rows[0]
    return Totals(
        by_status={status: counted.get(status, 0) for status in JobStatus},
        attempts=sum(counted.values()) + found.more,
        repeated=found.repeated,
        losses=found.losses,
        dead_letters=found.dead_letters,
    )


def _sum(what: sa.ColumnElement[int]) -> sa.ColumnElement[int]:
    return sa.func.coalesce(sa.func.sum(what), 0)


def _run(row: sa.Row[Any]) -> Run:
    return Run(
        id=row.id,
        status=JobStatus(row.status),
        engine=row.engine,
        model=row.model,
        queued_seconds=(row.started_at - row.created_at).total_seconds(),
        seconds=(row.finished_at - row.started_at).total_seconds(),
        timings=row.timings or {},
        stats=row.stats or {},
        finished_at=row.finished_at,
    )

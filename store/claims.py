"""What a worker may write: every statement carries the claim's token and stops without it."""

import uuid
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import sqlalchemy as sa

from contract import events as wire
from contract.failures import Failure
from contract.states import JobStatus, sources_of
from contract.steps import Step
from store import checkpoints, clock, events
from store.jobs import COLUMNS, Job, from_row
from store.schema import jobs


@dataclass(frozen=True, kw_only=True)
class Claim:
    """The right to work on a job until the lease ends; a later claim takes it away."""

    job: Job
    token: str


@dataclass(frozen=True, kw_only=True)
class Report:
    """What the worker has to say: a milestone that is not numbered yet."""

    step: Step
    progress: int
    message: str
    stats: dict[str, Any] | None = None
    eta: wire.Eta | None = None
    data: dict[str, Any] | None = None


class ClaimLostError(RuntimeError):
    """Another worker has the job now, or it has ended: stop at once and write nothing."""

    def __init__(self, job_id: str) -> None:
        super().__init__(f"the claim on job {job_id} is lost")
        self.job_id = job_id


def claim(connection: sa.Connection, job_id: str, *, lease_seconds: int) -> Claim | None:
    """Take a queued job; None when it is not queued, which duplicate deliveries make normal."""
    token = str(uuid.uuid4())
    row = connection.execute(
        sa.update(jobs)
        .where(jobs.c.id == job_id, jobs.c.status.in_(sources_of(JobStatus.RUNNING)))
        .values(
            status=JobStatus.RUNNING,
            attempt=jobs.c.attempt + 1,
            claim_token=token,
            lease_expires_at=clock.now_plus(lease_seconds),
            worker_seen_at=clock.now(),
            started_at=sa.func.coalesce(jobs.c.started_at, clock.now()),
        )
        .returning(*COLUMNS)
    ).first()
    return Claim(job=from_row(row), token=token) if row else None


def renew(connection: sa.Connection, held: Claim, *, lease_seconds: int) -> bool:
    """Extend the lease and return whether cancellation was asked for; ClaimLostError."""
    row = connection.execute(
        _held(held)
        .values(lease_expires_at=clock.now_plus(lease_seconds), worker_seen_at=clock.now())
        .returning(jobs.c.cancel_requested_at)
    ).first()
    if row is None:
        raise ClaimLostError(held.job.id)
    return row.cancel_requested_at is not None


def choose_engine(
    connection: sa.Connection, held: Claim, *, engine: str, model: str | None
) -> None:
    """Remember what really runs the job; ClaimLostError."""
    result = connection.execute(_held(held).values(engine=engine, model=model))
    if result.rowcount == 0:
        raise ClaimLostError(held.job.id)


def keep(connection: sa.Connection, held: Claim, answers: Mapping[str, str]) -> None:
    """Store answers as checkpoints of the job's project: it got further. ClaimLostError."""
    if held.job.project_id is None:
        raise ClaimLostError(held.job.id)
    # Before the job's row: like a snapshot it waits for a deletion of the project, and the row
    # waits for the same deletion.
    checkpoints.save(connection, held.job.project_id, answers)
    result = connection.execute(_held(held).values(losses_in_a_row=0))
    if result.rowcount == 0:
        raise ClaimLostError(held.job.id)


def report(connection: sa.Connection, held: Claim, milestone: Report) -> events.Stored:
    """Store a milestone under the next number; its progress never falls. ClaimLostError."""
    return _append(connection, held, milestone, moves={})


def succeed(connection: sa.Connection, held: Claim, milestone: Report) -> events.Stored:
    """End the job with `complete`; ClaimLostError."""
    return _end(connection, held, JobStatus.SUCCEEDED, milestone)


def fail(connection: sa.Connection, held: Claim, cause: Failure) -> events.Stored:
    """End the job with `error`, as cancelled when that is the cause; ClaimLostError."""
    milestone = Report(step=Step.ERROR, progress=0, message=cause.text)
    return _end(connection, held, cause.status, milestone, cause=cause)


def release(connection: sa.Connection, held: Claim) -> bool:
    """Give the job back to the queue before its end, for a shutdown; False when it was lost."""
    result = connection.execute(
        _held(held).values(
            status=JobStatus.QUEUED, claim_token=None, lease_expires_at=None, published_at=None
        )
    )
    return result.rowcount == 1


def _held(held: Claim) -> sa.Update:
    return sa.update(jobs).where(
        jobs.c.id == held.job.id,
        jobs.c.status == JobStatus.RUNNING,
        jobs.c.claim_token == held.token,
    )


def _end(
    connection: sa.Connection,
    held: Claim,
    status: JobStatus,
    milestone: Report,
    *,
    cause: Failure | None = None,
) -> events.Stored:
    error = cause.to_dict() if cause else None
    moves = {"status": status, "error": error, "finished_at": clock.now(), "claim_token": None}
    stored = _append(connection, held, milestone, moves=moves, cause=cause)
    connection.execute(
        sa.update(jobs)
        .where(jobs.c.id == held.job.id)
        .values(timings=events.timings(connection, held.job.id))
    )
    return stored


def _append(
    connection: sa.Connection,
    held: Claim,
    milestone: Report,
    *,
    moves: dict[str, Any],
    cause: Failure | None = None,
) -> events.Stored:
    ends = milestone.step is Step.ERROR
    higher = sa.case(
        (jobs.c.progress > milestone.progress, jobs.c.progress), else_=milestone.progress
    )
    values: dict[str, Any] = {
        "step": milestone.step,
        "progress": jobs.c.progress if ends else higher,
        "message": milestone.message,
        "eta": asdict(milestone.eta) if milestone.eta else None,
        "last_seq": jobs.c.last_seq + 1,
        "worker_seen_at": clock.now(),
        **moves,
    }
    if milestone.stats is not None:
        # The job keeps what earlier milestones counted; only the claim's holder writes it.
        known = connection.execute(sa.select(jobs.c.stats).where(jobs.c.id == held.job.id)).scalar()
        values["stats"] = {**(known or {}), **milestone.stats}
    row = connection.execute(
        _held(held)
        .values(**values)
        .returning(jobs.c.last_seq, jobs.c.progress, jobs.c.worker_seen_at)
    ).first()
    if row is None:
        raise ClaimLostError(held.job.id)
    event = wire.Event(
        job_id=held.job.id,
        seq=row.last_seq,
        at=row.worker_seen_at,
        step=milestone.step,
        progress=0 if ends else row.progress,
        message=milestone.message,
        stats=milestone.stats,
        eta=milestone.eta,
        data=milestone.data,
        failure=cause.to_fields() if cause else None,
    )
    return events.insert(connection, event)

"""What each call of a language model cost, and how fast the models are."""

import uuid
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from contract.steps import Step
from store import clock
from store.jobs import Job
from store.schema import jobs, model_calls

REMEMBERED_SECONDS = 30 * 86_400
ENDED_WELL = ("done", "cancelled")


@dataclass(frozen=True, kw_only=True)
class ModelCall:
    """One call; what the server did not tell is None, never 0."""

    step: Step
    model: str
    host: str  # host:port
    started_at: datetime
    seconds: float
    first_seconds: float | None  # until the first piece of the answer
    outcome: str  # done, cancelled, or the code of the failure
    prompt_tokens: int | None
    output_tokens: int | None
    load_seconds: float | None
    prompt_seconds: float | None
    output_seconds: float | None


@dataclass(frozen=True, kw_only=True)
class Totals:
    """All calls of a model; speeds are of those calls whose tokens and seconds are known."""

    model: str
    calls: int
    failed: int
    prompt_tokens: int | None
    output_tokens: int | None
    prompt_tokens_per_second: float | None
    output_tokens_per_second: float | None


def add(connection: sa.Connection, job: Job, calls: Sequence[ModelCall]) -> None:
    """Store calls of an attempt; whoever does it holds the job's claim."""
    if calls:
        about = {"job_id": job.id, "attempt": job.attempt}
        rows = [{"id": str(uuid.uuid4()), **about, **asdict(call)} for call in calls]
        connection.execute(sa.insert(model_calls), rows)


def totals(connection: sa.Connection, *, user_id: str) -> list[Totals]:
    """Return the totals of the user's calls of the last 30 days, most used model first."""
    failed = sa.func.sum(sa.case((model_calls.c.outcome.in_(ENDED_WELL), 0), else_=1))
    count = sa.func.count()
    query = (
        sa.select(
            model_calls.c.model,
            count.label("calls"),
            failed.label("failed"),
            sa.func.sum(model_calls.c.prompt_tokens).label("prompt_tokens"),
            sa.func.sum(model_calls.c.output_tokens).label("output_tokens"),
            _speed("prompt"),
            _speed("output"),
        )
        .join(jobs, jobs.c.id == model_calls.c.job_id)
        .where(
            jobs.c.user_id == user_id,
            model_calls.c.started_at > clock.now_plus(-REMEMBERED_SECONDS),
        )
        .group_by(model_calls.c.model)
        .order_by(count.desc(), model_calls.c.model)
    )
    return [Totals(**row._mapping) for row in connection.execute(query)]  # noqa: SLF001 - public


def _speed(what: str) -> sa.Label[Any]:
    tokens, seconds = model_calls.c[f"{what}_tokens"], model_calls.c[f"{what}_seconds"]
    known = sa.and_(tokens.is_not(None), seconds > 0)
    speed = sa.func.sum(sa.case((known, tokens))) * 1.0 / sa.func.sum(sa.case((known, seconds)))
    return speed.label(f"{what}_tokens_per_second")

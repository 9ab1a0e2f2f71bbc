"""Bodies about jobs."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from app.api.schemas import CLEAN, Asked, Moment, Wire
from contract.states import JobStatus
from store.jobs import Job

LARGEST_INTEGER = 2**31 - 1


class GenerationAsked(Asked):
    """How to generate; nothing is required.

    `language` is that of the texts, for example `de`: names stay as they are, headings and notes
    are in English. Without a model all is.
    """

    force: bool = False
    engine: Literal["auto", "ollama", "structural"] = "auto"
    model: Annotated[str, StringConstraints(min_length=1, max_length=200), CLEAN] | None = None
    language: Annotated[str, StringConstraints(pattern=r"^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$")] = (
        "en"
    )


class JobFilter(Wire):
    """Which jobs to list; `before` is the last job of the page before."""

    project_id: UUID | None = None
    status: JobStatus | None = None
    before: UUID | None = None
    limit: Annotated[int, Field(ge=1, le=1000)] = 100


class EventCursor(Wire):
    """After which sequence number to go on."""

    after: Annotated[int, Field(ge=0, le=LARGEST_INTEGER)] = 0


class JobBody(Wire):
    """A job; `now` is the server's time, to compare the others with.

    `retryOf` is the job whose work this one does again.
    """

    id: str
    project_id: str | None
    kind: str
    status: str
    step: str | None
    progress: int
    message: str
    stats: dict[str, Any] | None
    eta: dict[str, int] | None
    attempt: int
    retry_of: str | None
    last_seq: int
    queued_ahead: int
    worker_seen_at: Moment | None
    now: Moment
    engine: str | None
    model: str | None
    error: dict[str, Any] | None
    cancel_requested_at: Moment | None
    created_at: Moment
    started_at: Moment | None
    finished_at: Moment | None


class JobList(Wire):
    """The caller's jobs, newest first; `next` is the `before` of the next page, null at the end."""

    items: list[JobBody]
    next: str | None


class EventList(Wire):
    """Milestones in order, each as every client of the stream gets it."""

    items: list[dict[str, Any]]
    last_seq: int


def job(found: Job, *, queued_ahead: int, now: datetime) -> JobBody:
    """Return the job as clients see it."""
    return JobBody(
        id=found.id,
        project_id=found.project_id,
        kind=found.kind,
        status=found.status,
        step=found.step,
        progress=found.progress,
        message=found.message,
        stats=dict(found.stats) if found.stats else None,
        eta=dict(found.eta) if found.eta else None,
        attempt=found.attempt,
        retry_of=found.retry_of,
        last_seq=found.last_seq,
        queued_ahead=queued_ahead,
        worker_seen_at=found.worker_seen_at,
        now=now,
        engine=found.engine,
        model=found.model,
        error=dict(found.error) if found.error else None,
        cancel_requested_at=found.cancel_requested_at,
        created_at=found.created_at,
        started_at=found.started_at,
        finished_at=found.finished_at,
    )

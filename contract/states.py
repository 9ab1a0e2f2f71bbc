"""The states of a job and the moves between them that are legal."""

from enum import StrEnum


class JobStatus(StrEnum):
    """What a job is doing; the last three are final."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"


class JobKind(StrEnum):
    """What a job does."""

    GENERATE = "generate"
    PULL_MODEL = "pull_model"


ACTIVE = frozenset({JobStatus.QUEUED, JobStatus.RUNNING})
TERMINAL = frozenset({JobStatus.SUCCEEDED, JobStatus.FAILED, JobStatus.CANCELLED})

#: `running -> queued` happens only when a lease was lost; a queued job may end by cancellation
#: or, after too many lost attempts, by failure.
LEGAL_MOVES: dict[JobStatus, frozenset[JobStatus]] = {
    JobStatus.QUEUED: frozenset({JobStatus.RUNNING, JobStatus.CANCELLED, JobStatus.FAILED}),
    JobStatus.RUNNING: frozenset(
        {JobStatus.QUEUED, JobStatus.SUCCEEDED, JobStatus.FAILED, JobStatus.CANCELLED}
    ),
    JobStatus.SUCCEEDED: frozenset(),
    JobStatus.FAILED: frozenset(),
    JobStatus.CANCELLED: frozenset(),
}


def sources_of(status: JobStatus) -> tuple[JobStatus, ...]:
    """Return the states from which a job may legally move to `status`."""
    return tuple(source for source, targets in LEGAL_MOVES.items() if status in targets)

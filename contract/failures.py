"""Why a job can fail: codes that programs read, causes and remedies that people read."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from contract.states import JobStatus


class FailureCode(StrEnum):
    """The reason a job ended with an `error` event."""

    MODEL_MISSING = "model_missing"
    MODEL_UNREACHABLE = "model_unreachable"
    MODEL_OVERLOADED = "model_overloaded"
    OUTPUT_TRUNCATED = "output_truncated"
    OUTPUT_INVALID = "output_invalid"
    DATABASE_UNREACHABLE = "database_unreachable"
    DATABASE_REFUSED = "database_refused"
    SCHEMA_EMPTY = "schema_empty"
    WORKER_LOST = "worker_lost"
    CANCELLED = "cancelled"
    INTERNAL = "internal"


#: What a person can do about it.
REMEDIES: dict[FailureCode, str] = {
    FailureCode.MODEL_MISSING: "Pull the model with Ollama, or choose one that is installed.",
    FailureCode.MODEL_UNREACHABLE: "Start Ollama and check OLLAMA_HOST, then try again.",
    FailureCode.MODEL_OVERLOADED: "Wait until the model server is less busy, then try again.",
    FailureCode.OUTPUT_TRUNCATED: "Raise OLLAMA_NUM_CTX or choose a model with a larger context.",
    FailureCode.OUTPUT_INVALID: "Generate again, or choose another model.",
    FailureCode.DATABASE_UNREACHABLE: "Check that the database runs, and its host and port.",
    FailureCode.DATABASE_REFUSED: "Check user, password, database name and permissions.",
    FailureCode.SCHEMA_EMPTY: "Choose a database that has tables, or grant read access to them.",
    FailureCode.WORKER_LOST: "Try again; if it repeats, look at the worker's log.",
    FailureCode.CANCELLED: "Start it again whenever you like.",
    FailureCode.INTERNAL: "Try again; if it repeats, report the job id.",
}

#: Trying the very same thing again can help only for these.
RETRYABLE = frozenset(
    {
        FailureCode.MODEL_UNREACHABLE,
        FailureCode.MODEL_OVERLOADED,
        FailureCode.OUTPUT_TRUNCATED,
        FailureCode.OUTPUT_INVALID,
        FailureCode.DATABASE_UNREACHABLE,
        FailureCode.WORKER_LOST,
        FailureCode.CANCELLED,
        FailureCode.INTERNAL,
    }
)


@dataclass(frozen=True, kw_only=True)
class Failure:
    """How a job failed: `message` names the cause, `remedy` what to do."""

    code: FailureCode
    message: str
    remedy: str
    retryable: bool
    action: str | None = None  # "pull": the client may offer to pull the model
    model: str | None = None  # the one that is missing

    @property
    def status(self) -> JobStatus:
        """How a job ends that failed so."""
        cancelled = self.code is FailureCode.CANCELLED
        return JobStatus.CANCELLED if cancelled else JobStatus.FAILED

    @property
    def text(self) -> str:
        """The message that an event carries: cause and remedy."""
        return f"{self.message} {self.remedy}"

    def to_fields(self) -> dict[str, Any]:
        """Return what an event carries beside its message: code, retryable, action?, model?."""
        wire: dict[str, Any] = {"code": str(self.code), "retryable": self.retryable}
        wanted = {"action": self.action, "model": self.model}
        return wire | {name: value for name, value in wanted.items() if value is not None}

    def to_dict(self) -> dict[str, Any]:
        """Return what a job remembers as its error: the text as `message`, and the fields."""
        return {"message": self.text, **self.to_fields()}


def failure(
    code: FailureCode,
    message: str,
    *,
    remedy: str | None = None,
    action: str | None = None,
    model: str | None = None,
) -> Failure:
    """Return a failure with the code's own remedy (unless given) and retryability."""
    return Failure(
        code=code,
        message=message,
        remedy=remedy or REMEDIES[code],
        retryable=code in RETRYABLE,
        action=action,
        model=model,
    )

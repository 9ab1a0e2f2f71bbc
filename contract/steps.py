"""The steps of a job, as every process and every client names them."""

from enum import StrEnum


class Step(StrEnum):
    """Where a job is; `complete` and `error` end it."""

    SCANNING = "scanning"
    INDEXING = "indexing"
    ANALYZING = "analyzing"
    GENERATING = "generating"
    OPTIMIZING = "optimizing"
    PULLING = "pulling"
    COMPLETE = "complete"
    ERROR = "error"


#: The steps of a generation that a person watches, in order.
WORKING_STEPS = (
    Step.SCANNING,
    Step.INDEXING,
    Step.ANALYZING,
    Step.GENERATING,
    Step.OPTIMIZING,
)
TERMINAL_STEPS = frozenset({Step.COMPLETE, Step.ERROR})

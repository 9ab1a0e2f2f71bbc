"""What a call of a model cost, as far as the server told."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

DONE = "done"
LEFT = "cancelled"  # we closed the connection


@dataclass(frozen=True, kw_only=True)
class Usage:
    """One call; what the server did not tell is None, never 0."""

    model: str
    host: str  # host:port
    started_at: datetime
    seconds: float
    first_seconds: float | None  # until the first piece of the answer
    outcome: str  # DONE, LEFT, or the code of the failure
    prompt_tokens: int | None = None
    output_tokens: int | None = None
    load_seconds: float | None = None
    prompt_seconds: float | None = None
    output_seconds: float | None = None


Record = Callable[[Usage], None]


def nowhere(_usage: Usage) -> None:
    """Record nothing."""

"""Asking again: how often, after which pause, and in which other way."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace

from worker.ollama.asks import Ask
from worker.ollama.errors import CallError, Retry, TooMuchError, UnusableError
from worker.ollama.limits import Limits
from worker.pipeline.ports import PortError, TooLongError, UnusableAnswerError


@dataclass(frozen=True, kw_only=True)
class Again:
    """The next try."""

    ask: Ask
    pause_seconds: float
    message: str  # why, for people


class Retries:
    """Counts the tries of one question."""

    def __init__(self, limits: Limits, *, chance: Callable[[], float]) -> None:
        self._limits = limits
        self._chance = chance  # returns a number of [0, 1)
        self._tried: Counter[Retry] = Counter()

    def after(self, error: CallError, ask: Ask, *, room: int) -> Again:
        """Return the next try after a failure; PortError when there is none.

        `room` are the tokens that an answer may have at most beside this prompt.
        """
        self._tried[error.retry] += 1
        count = self._tried[error.retry]
        match error.retry:
            case Retry.LATER if count <= self._limits.retries:
                return _again(ask, error, pause_seconds=self._pause(count))
            case Retry.ELSEWHERE:
                return _again(ask, error)
            case Retry.ONCE if count == 1:
                return _again(ask.anew(), error, pause_seconds=self._pause(1))
            case Retry.LONGER if count == 1 and room > ask.max_tokens:
                return _again(replace(ask, max_tokens=min(2 * ask.max_tokens, room)), error)
            case Retry.PLAIN if count == 1 and ask.think is not None:
                # Its thoughts count as tokens of the answer, and nobody knows how many.
                return _again(replace(ask, think=None, max_tokens=room), error)
        raise final(error)

    def _pause(self, count: int) -> float:
        return jitter(self._limits, count, self._chance())


def jitter(limits: Limits, count: int, chance: float) -> float:
    """Return the seconds before retry `count` (1, 2, ...), for a chance of [0, 1).

    Full jitter: those that failed together do not return together.
    """
    doubled = limits.first_pause_seconds * 2.0 ** (count - 1)
    return min(doubled, limits.longest_pause_seconds) * chance


def final(error: CallError) -> PortError:
    """Return the failure as the pipeline knows it."""
    if isinstance(error, TooMuchError):
        return TooLongError(error.cause)
    kind = UnusableAnswerError if isinstance(error, UnusableError) else PortError
    return kind(error.cause)


def _again(ask: Ask, error: CallError, *, pause_seconds: float = 0.0) -> Again:
    return Again(
        ask=ask, pause_seconds=pause_seconds, message=f"{error.cause.message} Asking again..."
    )

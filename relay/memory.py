"""What SQL remembers of a job, as far as streams need it."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from contract import events
from relay import sse


class MemoryAwayError(ConnectionError):
    """SQL cannot be asked now; the text is the kind of failure, and no more of it."""


@dataclass(frozen=True)
class Milestone:
    """A milestone as SQL remembers it."""

    seq: int
    json: bytes


@dataclass(frozen=True, kw_only=True)
class Memory:
    """What SQL is asked; each call may wait, and raise MemoryAwayError."""

    read: Callable[[str, int, int], list[Milestone]]  # (job, after, limit), in order
    last_seqs: Callable[[Collection[str]], dict[str, int]]  # a deleted job is absent


def framed(job_id: str, found: Sequence[Milestone]) -> bytes:
    """Return the frames of stored milestones."""
    return b"".join(sse.milestone(job_id, each.seq, each.json) for each in found)


def is_terminal(json: bytes) -> bool:
    """Whether an event ends its job; decodes only what may."""
    # In a JSON text's strings quotes are escaped, so this pattern is a field of some object.
    if b'"step":"complete"' not in json and b'"step":"error"' not in json:
        return False
    return events.decode(json).terminal

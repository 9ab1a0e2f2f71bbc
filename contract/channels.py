"""Names of the Redis channels and the form of what is published on them."""

from typing import NamedTuple

PREFIX = "job:"
TICK = "-"
#: Instead of a sequence line: the job was deleted, its streams end.
GONE = "gone"


class PayloadError(ValueError):
    """What arrived on a job's channel is not a sequence line and a JSON line."""


class Payload(NamedTuple):
    """One published event: its sequence number (None for a tick) and its JSON, untouched.

    A named tuple: the relay makes one per message, and a dataclass takes three times as long.
    """

    seq: int | None
    json: bytes
    gone: bool = False


def for_job(job_id: str) -> str:
    """Return the channel on which the job's events are published."""
    return f"{PREFIX}{job_id}"


def newest_attempt(job_id: str) -> str:
    """Return the key under which Redis remembers the newest attempt that published."""
    return f"{PREFIX}{job_id}:attempt"


def pack(seq: int | None, json: str) -> str:
    """Return the payload `<seq or ->`, a newline, `<json>`."""
    return f"{TICK if seq is None else seq}\n{json}"


def pack_gone() -> str:
    """Return the payload that says that the job was deleted."""
    return f"{GONE}\n{{}}"


def unpack(raw: bytes) -> Payload:
    """Split a payload; PayloadError when it has another form."""
    head, newline, json = raw.partition(b"\n")
    if not newline or not json:
        raise PayloadError("a payload needs a sequence line and a JSON line")
    if head == b"-":
        return Payload(None, json)
    if head == b"gone":
        return Payload(None, json, gone=True)
    if not head.isdigit() or int(head) == 0:
        raise PayloadError("a sequence number is a positive integer")
    return Payload(int(head), json)

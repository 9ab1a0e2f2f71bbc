"""Names of the Redis channels and the form of what is published on them."""

from dataclasses import dataclass

PREFIX = "job:"
TICK = "-"


class PayloadError(ValueError):
    """What arrived on a job's channel is not a sequence line and a JSON line."""


@dataclass(frozen=True)
class Payload:
    """One published event: its sequence number (None for a tick) and its JSON, untouched."""

    seq: int | None
    json: bytes


def for_job(job_id: str) -> str:
    """Return the channel on which the job's events are published."""
    return f"{PREFIX}{job_id}"


def pack(seq: int | None, json: str) -> str:
    """Return the payload `<seq or ->`, a newline, `<json>`."""
    return f"{TICK if seq is None else seq}\n{json}"


def unpack(raw: bytes) -> Payload:
    """Split a payload; PayloadError when it has another form."""
    head, newline, json = raw.partition(b"\n")
    if not newline or not json:
        raise PayloadError("a payload needs a sequence line and a JSON line")
    if head == TICK.encode():
        return Payload(None, json)
    if not head.isdigit() or int(head) == 0:
        raise PayloadError("a sequence number is a positive integer")
    return Payload(int(head), json)

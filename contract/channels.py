"""Names of the Redis channels and the form of what is published on them."""

PREFIX = "job:"
#: Where a payload has no sequence number: it is a tick, or says that the job was deleted.
TICK = 0
GONE = -1


class PayloadError(ValueError):
    """What arrived on a job's channel is not a sequence line and a JSON line."""


def for_job(job_id: str) -> str:
    """Return the channel on which the job's events are published."""
    return f"{PREFIX}{job_id}"


def newest_attempt(job_id: str) -> str:
    """Return the key under which Redis remembers the newest attempt that published."""
    return f"{PREFIX}{job_id}:attempt"


def pack(seq: int | None, json: str) -> str:
    """Return the payload `<seq or ->`, a newline, `<json>`."""
    return f"{'-' if seq is None else seq}\n{json}"


def pack_gone() -> str:
    """Return the payload that says that the job was deleted."""
    return "gone\n{}"


def unpack(raw: bytes) -> tuple[int, bytes]:
    """Return the sequence number (or TICK, or GONE) and the JSON, untouched; PayloadError.

    A bare tuple: the relay takes one apart per message, and a class would cost more than the rest.
    """
    head, newline, json = raw.partition(b"\n")
    if not newline or not json:
        raise PayloadError("a payload needs a sequence line and a JSON line")
    if head == b"-":
        return TICK, json
    if head == b"gone":
        return GONE, json
    if not head.isdigit() or int(head) == 0:
        raise PayloadError("a sequence number is a positive integer")
    return int(head), json

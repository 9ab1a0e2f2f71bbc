"""Names of the Redis channels and the form of what is published on them."""

PREFIX = "job:"
#: In the place of a number: the job was deleted. No tick follows so late a milestone.
GONE = -(2**62)


class PayloadError(ValueError):
    """What arrived on a job's channel is not a sequence line and a JSON line."""


def for_job(job_id: str) -> str:
    """Return the channel on which the job's events are published."""
    return f"{PREFIX}{job_id}"


def pack(seq: int, json: str) -> str:
    """Return a milestone's payload: `<seq>`, a newline, `<json>`."""
    return f"{seq}\n{json}"


def pack_tick(after: int, json: str) -> str:
    """Return a tick's payload: `-<seq of the milestone before it>`, a newline, `<json>`."""
    return f"-{after}\n{json}"


def pack_gone() -> str:
    """Return the payload that says that the job was deleted."""
    return "gone\n{}"


def unpack(raw: bytes) -> tuple[int, bytes]:
    """Return the number and the JSON, untouched; PayloadError.

    The number is a milestone's own, or GONE, or else that of the milestone which a tick follows,
    negated: 0 for a tick before any. A bare tuple: the relay takes one apart per message, and a
    class would cost more than the rest.
    """
    head, newline, json = raw.partition(b"\n")
    if not newline or not json:
        raise PayloadError("a payload needs a sequence line and a JSON line")
    if head == b"gone":
        return GONE, json
    if not head.removeprefix(b"-").isdigit() or head == b"0":
        raise PayloadError("a sequence number is a positive integer")
    try:
        return int(head), json
    except ValueError:  # Python reads no number of thousands of digits
        raise PayloadError("a sequence number has a few digits") from None

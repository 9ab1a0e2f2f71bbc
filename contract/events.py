"""The events of a job and their JSON; the only module that encodes or decodes them."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from contract.steps import TERMINAL_STEPS, Step


class DecodeError(ValueError):
    """A text is not the JSON of an event."""


@dataclass(frozen=True, kw_only=True)
class Eta:
    """A robust estimate of the seconds that are left, from `runs` similar runs."""

    seconds: int
    low: int
    high: int
    runs: int


@dataclass(frozen=True, kw_only=True)
class Event:
    """What a job tells the world; a milestone has `seq`, a tick has none."""

    job_id: str
    seq: int | None
    at: datetime
    step: Step
    progress: int
    message: str
    stats: dict[str, Any] | None = None
    eta: Eta | None = None
    data: dict[str, Any] | None = None  # the result, or a tick's {tokens, tokensPerSecond, tail}
    failure: dict[str, Any] | None = None  # {code, retryable, action?, model?} of an error
    truncated: bool = False  # earlier events were purged by retention

    @property
    def terminal(self) -> bool:
        """Whether this event ends its job."""
        return self.step in TERMINAL_STEPS


def encode(event: Event) -> str:
    """Return the event's JSON: one line, camelCase, ASCII only."""
    wire: dict[str, Any] = {"jobId": event.job_id}
    if event.seq is not None:
        wire["seq"] = event.seq
    wire["at"] = format_time(event.at)
    wire |= {"step": str(event.step), "progress": event.progress, "message": event.message}
    if event.stats is not None:
        wire["stats"] = event.stats
    if event.eta is not None:
        eta = event.eta
        wire["eta"] = {"seconds": eta.seconds, "low": eta.low, "high": eta.high, "runs": eta.runs}
    if event.data is not None:
        wire["data"] = event.data
    if event.failure is not None:
        wire |= {"error": True, **event.failure}
    if event.truncated:
        wire["truncated"] = True
    # ASCII: some clients split lines at U+2028 and U+0085, which would break the frame.
    return json.dumps(wire, ensure_ascii=True, separators=(",", ":"))


def decode(text: str | bytes) -> Event:
    """Return the event of a JSON text, ignoring unknown fields; DecodeError when it is none."""
    try:
        wire = json.loads(text)
        failure = None
        if wire.get("error"):
            names = ("code", "retryable", "action", "model")
            failure = {name: wire[name] for name in names if name in wire}
        return Event(
            job_id=wire["jobId"],
            seq=wire.get("seq"),
            at=datetime.fromisoformat(wire["at"]),
            step=Step(wire["step"]),
            progress=wire["progress"],
            message=wire["message"],
            stats=wire.get("stats"),
            eta=_eta(wire.get("eta")),
            data=wire.get("data"),
            failure=failure,
            truncated=wire.get("truncated", False),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise DecodeError(f"not an event: {error}") from error


def format_time(moment: datetime) -> str:
    """Return an aware time as ISO 8601 in UTC with milliseconds, e.g. 2026-01-31T08:15:00.250Z."""
    utc = moment.astimezone(UTC)
    return utc.strftime("%Y-%m-%dT%H:%M:%S.") + f"{utc.microsecond // 1000:03d}Z"


def _eta(wire: dict[str, int] | None) -> Eta | None:
    if wire is None:
        return None
    return Eta(seconds=wire["seconds"], low=wire["low"], high=wire["high"], runs=wire["runs"])


def truncate(text: str | bytes) -> str:
    """Return the JSON of an event with the mark that retention purged the ones before it."""
    return json.dumps(json.loads(text) | {"truncated": True}, separators=(",", ":"))

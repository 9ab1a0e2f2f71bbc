"""What a job tells: one update per event, and what a person makes of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

#: The steps in order, each with the progress at which it is done: a milestone tells what is
#: truly finished by then.
STEPS = {"scanning": 20, "indexing": 40, "analyzing": 70, "generating": 80, "optimizing": 90}
_PULL = {"pulling": 100}
_TERMINAL = frozenset({"complete", "error"})


class MalformedUpdateError(ValueError):
    """A message is no event of a job."""


@dataclass(frozen=True, kw_only=True)
class Update:
    """One event; a tick has no `seq`."""

    job_id: str
    seq: int | None
    step: str
    progress: int
    message: str
    stats: Mapping[str, Any] = field(default_factory=dict)
    data: Mapping[str, Any] = field(default_factory=dict)
    eta_seconds: int | None = None
    code: str = ""
    action: str = ""

    @property
    def terminal(self) -> bool:
        """Whether this is the job's last event."""
        return self.step in _TERMINAL

    @property
    def failed(self) -> bool:
        """Whether the job ended without a result."""
        return self.step == "error"


def parse(wire: object) -> Update:
    """Return the update of an event's JSON, ignoring unknown fields; MalformedUpdateError else."""
    if not isinstance(wire, dict):
        raise MalformedUpdateError("an event is a JSON object")
    try:
        return Update(
            job_id=str(wire["jobId"]),
            seq=None if wire.get("seq") is None else int(wire["seq"]),
            step=str(wire["step"]),
            progress=int(wire["progress"]),
            message=str(wire["message"]),
            stats=wire.get("stats") or {},
            data=wire.get("data") or {},
            eta_seconds=_seconds(wire.get("eta")),
            code=str(wire.get("code") or ""),
            action=str(wire.get("action") or ""),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise MalformedUpdateError(f"not an event: {error!r}") from error


class Watch:
    """A job as a person watches it: its steps, the last message, the numbers."""

    def __init__(self) -> None:
        self.steps = STEPS
        self.progress = 0
        self.message = ""
        self.failed = False
        self.messages: dict[str, str] = {}
        self.stats: dict[str, Any] = {}
        self.eta_seconds: int | None = None
        self.tokens: int | None = None
        self.tokens_per_second: float | None = None
        self.tail = ""
        self.doing = ""  # right now, in the words of the last tick

    def see(self, update: Update) -> None:
        """Take an update in."""
        if update.step in _PULL:
            self.steps = _PULL
        if update.failed:
            self.failed = True  # what was reached stays to be seen
        else:
            self.progress = max(self.progress, update.progress)
        if update.seq is None:
            self._see_tick(update)
            return
        self.message, self.doing = update.message, ""
        self.messages[update.step] = update.message
        self.stats.update(update.stats)
        self.eta_seconds = update.eta_seconds

    def state(self, step: str) -> str:
        """Return "done", "active", "failed" or "waiting" for one of the steps."""
        first_open = next((name for name, end in self.steps.items() if self.progress < end), None)
        if self.progress >= self.steps[step]:
            return "done"
        if step != first_open:
            return "waiting"
        return "failed" if self.failed else "active"

    def _see_tick(self, update: Update) -> None:
        self.tokens = update.data.get("tokens", self.tokens)
        self.tokens_per_second = update.data.get("tokensPerSecond", self.tokens_per_second)
        self.tail = str(update.data.get("tail") or "")
        speed = update.data.get("bytesPerSecond")
        self.doing = update.message + (f", {speed / 1e6:.1f} MB/s" if speed else "")
        if update.eta_seconds is not None:
            self.eta_seconds = update.eta_seconds


def _seconds(eta: object) -> int | None:
    return int(eta["seconds"]) if isinstance(eta, dict) else None

"""Starts again what died, later each time, and says so."""

from collections.abc import Callable
from typing import Protocol

SHORTEST_BACKOFF_SECONDS = 1.0
LONGEST_BACKOFF_SECONDS = 30.0
#: Who lived this long has recovered, and its next death is a first one.
HEALTHY_SECONDS = 30.0


class Restartable(Protocol):
    """A set of processes; stack.running.Running is one."""

    @property
    def names(self) -> tuple[str, ...]:
        """Who is meant to run."""

    def alive(self, name: str) -> bool:
        """Whether it runs now."""

    def exit_code(self, name: str) -> int | None:
        """How it ended."""

    def start(self, name: str, *, wait: bool = True) -> None:
        """Start it again."""


class Supervisor:
    """Looks after a stack; call `look` a few times per second."""

    def __init__(self, stack: Restartable, *, say: Callable[[str], None], now: float) -> None:
        self._stack = stack
        self._say = say
        self._started = dict.fromkeys(stack.names, now)
        self._backoff = dict.fromkeys(stack.names, SHORTEST_BACKOFF_SECONDS)
        self._due: dict[str, float] = {}

    def look(self, now: float) -> None:
        """Note who died and start again whose time has come; `now` is in monotonic seconds."""
        for name in self._stack.names:
            if name in self._due:
                self._restart_when_due(name, now)
            elif not self._stack.alive(name):
                self._note_death(name, now)

    def _note_death(self, name: str, now: float) -> None:
        if now - self._started[name] >= HEALTHY_SECONDS:
            self._backoff[name] = SHORTEST_BACKOFF_SECONDS
        wait = self._backoff[name]
        self._backoff[name] = min(wait * 2, LONGEST_BACKOFF_SECONDS)
        self._due[name] = now + wait
        self._say(f"{name} {_ended(self._stack.exit_code(name))}; starting it in {wait:.0f} s")

    def _restart_when_due(self, name: str, now: float) -> None:
        if now < self._due[name]:
            return
        del self._due[name]
        self._started[name] = now
        self._stack.start(name, wait=False)
        self._say(f"{name} was started again")


def _ended(code: int | None) -> str:
    if code is not None and code < 0:
        return f"was ended by signal {-code}"
    return f"ended with code {code}"

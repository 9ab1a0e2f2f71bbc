"""One operating system process of the stack: start, stop, kill, and what it wrote."""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

LARGEST_LOG_BYTES = 5_000_000
STOP_SECONDS = 15.0  # longer than the relay takes to drain its streams
_GONE_SECONDS = 3.0


class Watcher(Protocol):
    """Ends process groups when this process is killed; stack.watchdog.Watchdog is one."""

    def watch(self, group: int) -> None:
        """Watch the group."""

    def forget(self, group: int) -> None:
        """Watch it no longer."""


@dataclass(frozen=True, kw_only=True)
class Command:
    """What to run; secrets travel in `environ`, never in `argv`, which everybody can list."""

    name: str
    argv: tuple[str, ...]
    cwd: Path
    environ: Mapping[str, str] = field(repr=False)


class Process:
    """A command that can run, end and run again, writing to one log file."""

    def __init__(self, command: Command, *, log: Path, watcher: Watcher) -> None:
        self.command = command
        self.log = log
        self._watcher = watcher
        self._popen: subprocess.Popen[bytes] | None = None
        self._cleared = True

    @property
    def name(self) -> str:
        """The command's name."""
        return self.command.name

    @property
    def pid(self) -> int:
        """The number of the process started last; it leads a group of the same number."""
        if self._popen is None:
            raise NotStartedError(self.name)
        return self._popen.pid

    @property
    def alive(self) -> bool:
        """Whether it runs now."""
        return self._popen is not None and self._popen.poll() is None

    @property
    def exit_code(self) -> int | None:
        """How it ended (negative: the signal's number); None while it runs or never ran."""
        return None if self._popen is None else self._popen.poll()

    def start(self) -> None:
        """Start it; whatever an earlier run left in its group is killed first."""
        self.kill()
        self.log.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if self.log.exists() and self.log.stat().st_size > LARGEST_LOG_BYTES:
            self.log.replace(self.log.with_suffix(".log.1"))
        with self.log.open("ab") as output:
            self._popen = subprocess.Popen(
                self.command.argv,
                cwd=self.command.cwd,
                env=dict(self.command.environ),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                # A group of its own: Ctrl-C reaches the stack only, which then stops in order.
                start_new_session=True,
            )
        self._cleared = False
        self._watcher.watch(self._popen.pid)

    def stop(
        self,
        *,
        grace_seconds: float = STOP_SECONDS,
        hurry: Callable[[], bool] = lambda: False,
    ) -> None:
        """Ask it to end; kill its group after `grace_seconds`, or once `hurry()` is true."""
        if self._popen is None:
            return
        if self.alive:
            self._popen.terminate()
        deadline = time.monotonic() + grace_seconds
        while self.alive and time.monotonic() < deadline and not hurry():
            time.sleep(0.02)
        self.kill()  # whoever did not listen, and children that outlived their parent

    def send(self, number: int) -> None:
        """Send a signal to the whole group, and wait for nothing."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, number)

    def kill(self) -> None:
        """Send SIGKILL to the whole group and wait until it is gone."""
        if self._popen is None or self._cleared:
            return  # the number of a group that is gone may be somebody else's by now
        self.send(signal.SIGKILL)
        self._popen.wait(timeout=STOP_SECONDS)
        _wait_for_group(self._popen.pid)
        self._watcher.forget(self._popen.pid)
        self._cleared = True

    def tail(self, lines: int = 20) -> str:
        """Return the last lines of its log."""
        return "\n".join(self.text().splitlines()[-lines:])

    def text(self) -> str:
        """Return its whole log; empty when it wrote none."""
        return self.log.read_text(errors="replace") if self.log.exists() else ""


def _wait_for_group(group: int) -> None:
    # The leader's children die a moment later; until then their port is still taken.
    deadline = time.monotonic() + _GONE_SECONDS
    while time.monotonic() < deadline and _lives(group):
        time.sleep(0.02)


def _lives(group: int) -> bool:
    """Whether the group has a member that is not dead: a zombie only waits to be counted."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    members = [state for state, number in _states() if number == group]
    return any(state != "Z" for state in members) or not Path("/proc/self/stat").exists()


def _states() -> Iterator[tuple[str, int]]:
    """Yield state and group of every process that /proc knows; nothing where there is no /proc."""
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):  # it ended while we looked
            # pid (name) state parent group ...: only the last parenthesis ends the name.
            fields = path.read_text(errors="replace").rpartition(")")[2].split()
            yield fields[0], int(fields[2])


class NotStartedError(RuntimeError):
    """The process was never started."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} was not started")

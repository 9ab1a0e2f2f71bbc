"""Ends the stack's processes when the stack itself was killed and could not do it.

The file is also a program of its own that needs the standard library only: it reads the process
groups to watch from standard input, and the end of that input is the death of the stack.
"""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path

GRACE_SECONDS = 5.0


class Watchdog:
    """A process that outlives this one just long enough to end what it left behind."""

    def __init__(self, *, grace_seconds: float = GRACE_SECONDS) -> None:
        program = str(Path(__file__).resolve())
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-S", program, str(grace_seconds)],
            stdin=subprocess.PIPE,
            start_new_session=True,  # what kills our group must not kill the watchdog
            text=True,
        )

    def watch(self, group: int) -> None:
        """End this process group, too, if this process dies."""
        self._tell(f"+{group}")

    def forget(self, group: int) -> None:
        """Watch a group no longer: it ended, and its number may soon be somebody else's."""
        self._tell(f"-{group}")

    def close(self) -> None:
        """Dismiss the watchdog; whatever it still watches ends now."""
        if self._process.stdin is not None and not self._process.stdin.closed:
            self._process.stdin.close()
        self._process.wait()

    def _tell(self, line: str) -> None:
        if self._process.stdin is None or self._process.poll() is not None:
            return  # somebody killed it: the stack still works, only less carefully
        with contextlib.suppress(BrokenPipeError):  # as above, this very moment
            self._process.stdin.write(f"{line}\n")
            self._process.stdin.flush()


def watched(lines: Iterable[str]) -> set[int]:
    """Return the groups still watched when the lines `+<group>` and `-<group>` end."""
    groups: set[int] = set()
    for line in lines:
        group = int(line[1:])
        if line.startswith("+"):
            groups.add(group)
        else:
            groups.discard(group)
    return groups


def end(groups: Iterable[int], *, grace_seconds: float) -> None:
    """Send SIGTERM to the groups' leaders and, after `grace_seconds`, SIGKILL to who is left."""
    left = {group for group in groups if _signal(group, signal.SIGTERM, leader_only=True)}
    deadline = time.monotonic() + grace_seconds
    while left and time.monotonic() < deadline:
        time.sleep(0.1)
        left = {group for group in left if _signal(group, 0)}
    for group in left:
        _signal(group, signal.SIGKILL)


def _signal(group: int, number: int, *, leader_only: bool = False) -> bool:
    try:
        if leader_only:
            os.kill(group, number)
        else:
            os.killpg(group, number)
    except ProcessLookupError:
        return leader_only and _signal(group, 0)  # a dead leader's children may live on
    return True


if __name__ == "__main__":
    end(watched(sys.stdin), grace_seconds=float(sys.argv[1]))

"""The logs of several processes in one terminal, each line with its process's name."""

import re
import threading
from collections.abc import Callable, Mapping
from pathlib import Path

_POLL_SECONDS = 0.2
# What a log quotes was written by anybody: it must not move the cursor or retitle the window.
_CONTROL = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]|[\x00-\x08\x0a-\x1f\x7f-\x9f]")


class Follower:
    """Prints what is appended to log files, from now until `close`."""

    def __init__(self, logs: Mapping[str, Path], *, write: Callable[[str], None]) -> None:
        self._logs = logs
        self._write = write
        self._width = max((len(name) for name in logs), default=0)
        self._positions = {name: _size(path) for name, path in logs.items()}
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._follow, name="logs", daemon=True)

    def start(self) -> None:
        """Begin to print."""
        self._thread.start()

    def close(self) -> None:
        """Print what is left, and end."""
        self._ended.set()
        self._thread.join()

    def _follow(self) -> None:
        while not self._ended.wait(_POLL_SECONDS):
            self._print_new()
        self._print_new()

    def _print_new(self) -> None:
        for name, path in self._logs.items():
            for line in self._new_lines(name, path):
                self._write(f"{name:<{self._width}} | {_CONTROL.sub('', line)}")

    def _new_lines(self, name: str, path: Path) -> list[str]:
        size = _size(path)
        if size < self._positions[name]:
            self._positions[name] = 0  # the log was begun anew
        if size == self._positions[name]:
            return []
        with path.open("rb") as file:
            file.seek(self._positions[name])
            new = file.read(size - self._positions[name])
        whole = new.rpartition(b"\n")[0]
        if not whole:
            return []  # half a line: its end is still being written
        self._positions[name] += len(whole) + 1
        return whole.decode(errors="replace").split("\n")


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0

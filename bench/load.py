"""Driving the load client, a C program of its own on the load's core."""

import json
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

READY_SECONDS = 60.0
WINDOW = 128  # connections that are being opened at a time


class LoadError(RuntimeError):
    """The clients could not all be opened, or the load client ended."""


class Load:
    """Open streams of one server, for the time of a `with` block."""

    def __init__(
        self, program: Path, *, port: int, requests: Sequence[str], directory: Path,
        window: int = WINDOW, options: Sequence[str] = (),
    ) -> None:  # fmt: skip
        file = directory / f"requests-{port}-{len(requests)}"
        lines = (request.replace("\r", "\\r").replace("\n", "\\n") for request in requests)
        file.write_text("".join(f"{line}\n" for line in lines))
        self._count = len(requests)
        self._process = subprocess.Popen(
            [program, str(port), file, str(window), *options],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> Self:
        """Return itself; `wait_until_open` says when all streams stand."""
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close all streams at once."""
        if self._process.stdin is not None and not self._process.stdin.closed:
            self._process.stdin.close()
        try:
            self._process.wait(timeout=10)
        finally:
            self._process.kill()
            self._process.wait()

    def wait_until_open(self, *, seconds: float = READY_SECONDS) -> dict[str, Any]:
        """Wait until the server answered every client with 200; LoadError otherwise."""
        deadline = time.monotonic() + seconds
        while (found := self.count())["open"] < self._count:
            if found["refused"] or time.monotonic() > deadline:
                raise LoadError(f"{found['open']} of {self._count} streams opened: {found}")
            time.sleep(0.05)
        return found

    def wait_for(self, events: int, *, seconds: float) -> dict[str, Any]:
        """Return the report once so many events arrived since the mark, or the time is up."""
        deadline = time.monotonic() + seconds
        while self.count()["events"] < events and time.monotonic() < deadline:
            time.sleep(0.05)
        return self.report()

    def wait_until_back(self, *, seconds: float) -> dict[str, Any]:
        """Return the count once each client was cut and had an event since, or time is up."""
        deadline = time.monotonic() + seconds
        while True:
            found = self.count()
            back = found["closed"] >= self._count and found["live"] == self._count
            if back or time.monotonic() > deadline:
                return found
            time.sleep(0.05)

    def wait_until_seen(self, number: int, *, seconds: float) -> dict[str, Any]:
        """Return the count once all clients have event `number`, or the time is up."""
        deadline = time.monotonic() + seconds
        while (found := self.count())["lowest"] < number and time.monotonic() < deadline:
            time.sleep(0.05)
        return found

    def mark(self) -> None:
        """Forget what was measured until now."""
        self._tell("mark")
        self.count()  # once it is answered, the mark is set

    def report(self) -> dict[str, Any]:
        """Return what was measured since the mark: counts, and latencies in milliseconds."""
        return self._ask("report")

    def count(self) -> dict[str, Any]:
        """Return the report without percentiles, which cost the load's core a while."""
        return self._ask("count")

    def _ask(self, command: str) -> dict[str, Any]:
        self._tell(command)
        line = self._process.stdout.readline() if self._process.stdout else ""
        if not line:
            raise LoadError(f"the load client ended with status {self._process.wait()}")
        found: dict[str, Any] = json.loads(line)
        return found

    def _tell(self, command: str) -> None:
        if self._process.stdin is None or self._process.poll() is not None:
            raise LoadError(f"the load client ended with status {self._process.returncode}")
        self._process.stdin.write(f"{command}\n")
        self._process.stdin.flush()

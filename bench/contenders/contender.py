"""What a workload asks of a contender."""

import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from bench.servers import Server
from bench.stage import Stage


@dataclass(frozen=True, kw_only=True)
class Running:
    """A started contender: where to connect, and how to give it messages.

    `publish(number, channels)` sends message `number` on each of the channels (indexes from 0).
    """

    server: Server
    requests: tuple[str, ...]  # one per channel: what a client sends
    publish: Callable[[int, range], None]


class Contender(Protocol):
    """A way to serve event streams."""

    @property
    def name(self) -> str:
        """The name in the tables."""

    def prepare(self) -> str:
        """Install what it needs into build/bench and return its versions; MissingError."""

    def serve(self, stage: Stage, *, channels: int) -> contextlib.AbstractContextManager[Running]:
        """Start it with so many channels."""


class MissingError(RuntimeError):
    """A contender cannot run here; the text says what to install."""


def get(path: str, *, headers: str = "") -> str:
    """Return the request of one client."""
    return f"GET {path} HTTP/1.1\r\nHost: bench\r\nAccept: text/event-stream\r\n{headers}\r\n"

"""Sockets below gevent's own: taken from gunicorn, written to without waiting, and watched."""

import socket
from collections.abc import Callable
from typing import Any, Protocol

import gevent
from gevent import monkey

#: The unpatched class: its `send` never waits, and costs a system call and nothing else.
RawSocket = monkey.get_original("socket", "socket")

READ, WRITE = 1, 2
SEND_BUFFER_BYTES = 65536
#: A peer that vanished without a word is given up this long after it stopped acknowledging.
UNACKNOWLEDGED_MILLISECONDS = 30_000


class Watcher(Protocol):
    """A libev watcher, as far as it is used here."""

    def start(self, callback: Callable[[], None]) -> None:
        """Call back whenever the socket is ready."""

    def stop(self) -> None:
        """Stop calling back."""

    def close(self) -> None:
        """Free the watcher."""


def watcher(number: int, events: int) -> Watcher:
    """Return a watcher of a socket's number, for READ or WRITE; it is not started."""
    made: Watcher = gevent.get_hub().loop.io(number, events)
    return made


def take(connection: Any) -> socket.socket:  # noqa: ANN401 - gunicorn's socket, patched by gevent
    """Return the connection as a raw socket that never blocks; gunicorn's handle has none left."""
    taken: socket.socket = RawSocket(fileno=connection.detach())
    taken.setblocking(False)
    if taken.family in (socket.AF_INET, socket.AF_INET6):
        taken.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER_BYTES)
        if hasattr(socket, "TCP_USER_TIMEOUT"):  # Linux
            taken.setsockopt(
                socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, UNACKNOWLEDGED_MILLISECONDS
            )
    return taken

"""One client's socket: bytes go out at once or wait in one remainder, and its end is noticed."""

import socket
import time
from collections.abc import Callable
from typing import Protocol

from relay import sockets, sse
from relay.sockets import Watcher

DISCARDED_BYTES = 4096


class Lane(Protocol):
    """Where a live client is sent to together with others."""

    def leave(self, client: "Client") -> None:
        """Let the client go, and set its `last`."""


class Client:
    """A taken-over connection that follows one job.

    `last` is the last milestone in its hands (sent, or in the remainder). While it is `live`, in a
    lane, it gets what is published and the lane knows how far it is; otherwise a catch-up has to
    bring it to the present first.
    """

    __slots__ = (
        "_free", "_gone", "_reader", "_rest", "_writer", "chunked", "closing",
        "ends_at", "expires", "gone", "job_id", "lane", "last", "number", "opened", "place",
        "session_id", "socket", "stuck_since", "user_id",
    )  # fmt: skip

    def __init__(
        self,
        connection: socket.socket,
        *,
        job_id: str,
        last: int,
        user_id: str,
        session_id: str,
        chunked: bool,
    ) -> None:
        self.job_id, self.last = job_id, last
        self.chunked = chunked  # how its response's body is sent
        self.user_id, self.session_id = user_id, session_id
        self.lane: Lane | None = None
        self.place = 0  # in the lane
        self.opened = self.gone = self.closing = False
        self.ends_at = self.stuck_since = 0.0
        self.expires = False  # whether `ends_at` is the token's end
        self.number = connection.fileno()
        self.socket = connection  # for lanes; what it does not take is theirs to keep
        self._rest = b""
        self._reader: Watcher | None = None
        self._writer: Watcher | None = None
        self._free: Callable[[Client], None] = _ignore
        self._gone: Callable[[Client], None] = _ignore

    @property
    def live(self) -> bool:
        """Whether the client gets what is published."""
        return self.lane is not None

    @property
    def stuck(self) -> bool:
        """Whether the client reads more slowly than it is written to."""
        return bool(self._rest)

    def can_send(self) -> bool:
        """Whether more may be sent now."""
        return self.opened and not (self.gone or self.closing or self._rest)

    def awaits_after(self, seq: int) -> bool:
        """Whether a catch-up that knows of `seq` as its last milestone may send it what follows."""
        return self.can_send() and self.lane is None and self.last == seq

    def watch(
        self, *, on_free: "Callable[[Client], None]", on_gone: "Callable[[Client], None]"
    ) -> None:
        """Begin to notice that the client left, or that it reads again after it was stuck."""
        self._free, self._gone = on_free, on_gone
        self._reader = sockets.watcher(self.number, sockets.READ)
        self._reader.start(self._on_readable)

    def open(self, head: bytes) -> bool:
        """Send the head of the response, which comes before all else; see `send`."""
        self.opened = True
        return not self.gone and self.send(head)

    def say(self, data: bytes) -> bool:
        """Send what nobody else gets; see `send`."""
        return self.send(sse.body(data, chunked=self.chunked))

    def send(self, data: bytes) -> bool:
        """Send at once what is in the form of the client's body already.

        False when not all went out: the rest follows later, and nothing else may before it. So it
        must not be called while `stuck`: the bytes would overtake the rest.
        """
        try:
            sent = self.socket.send(data)
        except BlockingIOError:
            sent = 0
        except OSError:
            self.close()
            return False
        if sent == len(data):
            return True
        self.keep(data[sent:])
        return False

    def keep(self, rest: bytes) -> None:
        """Send the rest of a frame as soon as the client reads again, and nothing before it."""
        self._leave_lane()
        self._rest = rest
        self.stuck_since = time.monotonic()
        if self._writer is None:
            self._writer = sockets.watcher(self.number, sockets.WRITE)
        self._writer.start(self._on_writable)

    def finish(self) -> None:
        """Close after the rest is out; a second time does nothing."""
        if self.gone or self.closing:
            return
        if not self.opened:
            self.close()  # an end without a beginning would be no HTTP
            return
        self._leave_lane()
        self.closing = True
        if self.chunked and self._rest:
            self._rest += sse.LAST_CHUNK
        elif self.chunked:
            self.send(sse.LAST_CHUNK)
        if not self._rest:
            self.close()

    def close(self) -> None:
        """Close at once; a second time does nothing."""
        if self.gone:
            return
        self._leave_lane()  # before the socket's number can be another connection's
        self.gone, self._rest = True, b""
        for watcher in (self._reader, self._writer):
            if watcher is not None:
                watcher.stop()
                watcher.close()
        self._reader = self._writer = None
        self.socket.close()
        self._gone(self)

    def _leave_lane(self) -> None:
        if self.lane is not None:
            self.lane.leave(self)

    def _on_readable(self) -> None:
        try:
            # A stream's client has nothing to say; only its end matters.
            data = self.socket.recv(DISCARDED_BYTES)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self.close()

    def _on_writable(self) -> None:
        try:
            sent = self.socket.send(self._rest)
        except BlockingIOError:
            return
        except OSError:
            self.close()
            return
        self._rest = self._rest[sent:]
        self.stuck_since = time.monotonic()
        if self._rest:
            return
        if self._writer is not None:
            self._writer.stop()
        if self.closing:
            self.close()
        else:
            self._free(self)


def _ignore(_client: Client) -> None:
    """Do nothing: the client is not watched yet."""

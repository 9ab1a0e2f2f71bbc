"""A door in front of the relay that writes down who came when, and can be shut or cut."""

import contextlib
import re
import socket
import threading
import time
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

_RETRY = re.compile(rb"^retry: (\d+)$", re.MULTILINE)
_HEAD_END = b"\r\n\r\n"


@dataclass
class Exchange:
    """One request and what came back; times are monotonic seconds."""

    method: str
    target: str  # path and query
    headers: dict[str, str]
    began_at: float
    status: int | None = None
    retry_seconds: float | None = None  # what the answer asked the client to wait
    last_byte_at: float | None = None

    @property
    def last_event_id(self) -> str | None:
        """The cursor that the client sent."""
        query = parse_qs(urlsplit(self.target).query)
        return self.headers.get("last-event-id") or query.get("lastEventId", [None])[0]


@dataclass(frozen=True)
class Cut:
    """End the connection `extra` bytes after the first `marker` in an answer."""

    marker: bytes
    extra: int


class Gate:
    """Passes bytes between one client and the relay; a port of its own for each client."""

    def __init__(self, relay_port: int) -> None:
        self._relay_port = relay_port
        self._listener = _listen(0)
        self.port: int = self._listener.getsockname()[1]
        self.exchanges: list[Exchange] = []
        self.cuts: list[Cut] = []  # each happens once, in this order
        self.open()

    def open(self) -> None:
        """Let clients in (again)."""
        if self._listener.fileno() < 0:
            self._listener = _listen(self.port)
        threading.Thread(target=self._accept, args=(self._listener,), daemon=True).start()

    def shut(self) -> None:
        """Refuse new connections, as a port does on which nobody listens; open ones stay."""
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)  # wakes the accepting thread
        self._listener.close()

    def requests(self) -> list[Exchange]:
        """Return the requests of streams, without a browser's preflights."""
        return [exchange for exchange in self.exchanges if exchange.method == "GET"]

    def _accept(self, listener: socket.socket) -> None:
        with contextlib.suppress(OSError):  # it was shut
            while True:
                client, _ = listener.accept()
                threading.Thread(target=self._pass, args=(client,), daemon=True).start()

    def _pass(self, client: socket.socket) -> None:
        with client:
            try:
                relay = socket.create_connection(("127.0.0.1", self._relay_port))
            except OSError:
                return  # it is away, and so is the client now
            with relay:
                asking = threading.Thread(target=self._ask, args=(client, relay), daemon=True)
                asking.start()
                self._answer(relay, client)
                _wake(client)
                _wake(relay)
                asking.join()

    def _ask(self, client: socket.socket, relay: socket.socket) -> None:
        pending = b""
        with contextlib.suppress(OSError):
            while data := client.recv(65536):
                pending += data
                while _HEAD_END in pending:
                    head, _, pending = pending.partition(_HEAD_END)
                    self.exchanges.append(_exchange(head))
                relay.sendall(data)
        _wake(relay)  # the client left: so do we

    def _answer(self, relay: socket.socket, client: socket.socket) -> None:
        seen, asked = b"", 0
        with contextlib.suppress(OSError):
            while data := relay.recv(65536):
                if asked != len(self.exchanges):
                    seen, asked = b"", len(self.exchanges)
                seen += data
                _note(self.exchanges[-1], seen)
                rest = self._cut(seen)
                if rest is not None:
                    client.sendall(data[: max(0, len(data) - rest)])
                    return
                client.sendall(data)

    def _cut(self, seen: bytes) -> int | None:
        """Return how many of the bytes seen lie beyond the place to cut at, if that is reached."""
        if not self.cuts:
            return None
        start = seen.find(self.cuts[0].marker)
        end = start + len(self.cuts[0].marker) + self.cuts[0].extra
        if start < 0 or end > len(seen):
            return None
        self.cuts.pop(0)
        return len(seen) - end


def _listen(port: int) -> socket.socket:
    return socket.create_server(("127.0.0.1", port), backlog=32)


def _exchange(head: bytes) -> Exchange:
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (x.partition(":") for x in lines)}
    method, target, _ = first.split(" ", 2)
    return Exchange(method=method, target=target, headers=headers, began_at=time.monotonic())


def _note(exchange: Exchange, seen: bytes) -> None:
    exchange.last_byte_at = time.monotonic()
    if exchange.status is None:
        exchange.status = int(seen.split(b" ", 2)[1])
    if exchange.retry_seconds is None and (found := _RETRY.search(seen)):
        exchange.retry_seconds = int(found[1]) / 1000


def _wake(connection: socket.socket) -> None:
    with contextlib.suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)

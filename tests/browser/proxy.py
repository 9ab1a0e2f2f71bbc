"""A reverse proxy in front of app and relay, as in production, whose ways can be broken."""

import contextlib
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from enum import StrEnum

_STREAM = re.compile(r" /api/v1/\S+/stream[ ?]")
_HEAD_END = b"\r\n\r\n"
_BAD_GATEWAY = (
    b"HTTP/1.1 502 Bad Gateway\r\nContent-Type: text/html\r\nContent-Length: 0\r\n"
    b"Connection: close\r\n\r\n"
)


class Way(StrEnum):
    """How requests of one kind are treated."""

    OPEN = "open"
    CUT = "cut"  # closed without an answer, at once
    BAD_GATEWAY = "bad gateway"  # answered as a proxy does whose server is away
    HELD = "held"  # no byte passes any more, and nothing is closed
    SLOW = "slow"  # each piece takes `SLOW_SECONDS` longer


SLOW_SECONDS = 0.4


class Proxy:
    """Passes one request per connection: streams to the relay, everything else to the app."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.port: int = self._listener.getsockname()[1]
        self.app_port = self.relay_port = 0
        self.app = self.relay = Way.OPEN
        self.holds_post = False  # whether answers to POSTs wait until this is False again
        self.requests: list[str] = []  # their first lines
        self._open: set[socket.socket] = set()
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def url(self) -> str:
        """Where browsers find app and relay as one."""
        return f"http://localhost:{self.port}"

    def close(self) -> None:
        """Refuse everybody from now on."""
        self._listener.close()
        self.sever()

    def sever(self) -> None:
        """Break every connection that is open."""
        for connection in list(self._open):
            _shut(connection)

    def mend(self) -> None:
        """Let everything pass again."""
        self.app = self.relay = Way.OPEN
        self.holds_post = False

    def _accept(self) -> None:
        with contextlib.suppress(OSError):  # closed
            while True:
                client, _ = self._listener.accept()
                threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        self._open.add(client)
        with client, contextlib.suppress(OSError):
            head, rest = _head(client)
            if not head:
                return
            first = head.split(b"\r\n", 1)[0].decode("latin-1")
            self.requests.append(first)
            to_relay = _STREAM.search(first) is not None

            def way() -> Way:
                return self.relay if to_relay else self.app

            if way() is Way.BAD_GATEWAY:
                client.sendall(_BAD_GATEWAY)
            elif way() is not Way.CUT:
                self._pass(client, head + rest, to_relay=to_relay, way=way)
        self._open.discard(client)

    def _pass(
        self, client: socket.socket, asked: bytes, *, to_relay: bool, way: Callable[[], Way]
    ) -> None:
        port = self.relay_port if to_relay else self.app_port
        try:
            server = socket.create_connection(("127.0.0.1", port))
        except ConnectionRefusedError:
            client.sendall(_BAD_GATEWAY)
            return
        self._open.add(server)
        with server:
            _wait(way)
            server.sendall(asked)
            threading.Thread(target=_pump, args=(client, server, way), daemon=True).start()
            if asked.startswith(b"POST"):
                while self.holds_post:
                    time.sleep(0.02)
            _pump(server, client, way)
        self._open.discard(server)


@contextlib.contextmanager
def mended(proxy: Proxy) -> Iterator[Proxy]:
    """Let a test break the proxy, and mend it whatever comes."""
    try:
        yield proxy
    finally:
        proxy.mend()


def _head(client: socket.socket) -> tuple[bytes, bytes]:
    """Read a request's head and make it the connection's only one; also what came after it."""
    pending = b""
    while _HEAD_END not in pending:
        data = client.recv(65536)
        if not data:
            return b"", b""
        pending += data
    head, _, rest = pending.partition(_HEAD_END)
    lines = [line for line in head.split(b"\r\n") if not line.lower().startswith(b"connection:")]
    return b"\r\n".join([*lines, b"Connection: close"]) + _HEAD_END, rest


def _pump(source: socket.socket, target: socket.socket, way: Callable[[], Way]) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            _wait(way)
            target.sendall(data)
    _shut(target)
    _shut(source)


def _wait(way: Callable[[], Way]) -> None:
    while way() is Way.HELD:
        time.sleep(0.02)
    if way() is Way.SLOW:
        time.sleep(SLOW_SECONDS)


def _shut(connection: socket.socket) -> None:
    with contextlib.suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)

"""The client's side of HTTP/1.1 and Server-Sent Events, on a socket that can be cut anywhere."""

import asyncio
import socket
from dataclasses import dataclass, field
from urllib.parse import urlsplit

CONNECT_SECONDS = 10.0
HEAD_END = b"\r\n\r\n"
LINE_END = b"\r\n"
SMALL_BUFFER_BYTES = 4096


class BrokenError(ConnectionError):
    """The connection ended where the answer did not."""


@dataclass(frozen=True)
class Event:
    """One event of a stream."""

    name: str
    id: str
    data: str


class Parser:
    """Turns the text of a stream into events, whatever pieces it comes in."""

    def __init__(self) -> None:
        self._rest = ""

    def feed(self, text: str) -> list[Event]:
        """Return the events that this text completes."""
        *whole, self._rest = (self._rest + text).split("\n\n")
        found = [_event(block) for block in whole]
        return [event for event in found if event.data]


@dataclass
class Chunks:
    """Takes the chunks of an HTTP/1.1 body apart."""

    ended: bool = False
    _rest: bytes = field(default=b"", repr=False)

    def feed(self, data: bytes) -> bytes:
        """Return the body's bytes that are whole chunks by now."""
        self._rest += data
        body = b""
        while not self.ended:
            size, line_end, after = self._rest.partition(LINE_END)
            length = int(size, 16) if line_end else 0
            if not line_end or len(after) < length + len(LINE_END):
                return body
            body += after[:length]
            self._rest = after[length + len(LINE_END) :]
            self.ended = length == 0
        return body


@dataclass(frozen=True, kw_only=True)
class Answer:
    """The head of an answer, and the connection to read the rest from."""

    status: int
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    rest: bytes

    def close(self) -> None:
        """Leave, without a word."""
        self.writer.transport.abort()


async def get(url: str, headers: dict[str, str], *, small: bool = False) -> Answer:
    """Send a GET and return the answer's head; BrokenError, OSError or TimeoutError.

    `small` keeps little in the socket's buffers: a slow reader is noticed soon.
    """
    parts = urlsplit(url)
    sock = socket.socket()
    if small:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SMALL_BUFFER_BYTES)
    sock.setblocking(False)
    try:
        async with asyncio.timeout(CONNECT_SECONDS):
            address = (parts.hostname or "", parts.port or 80)
            await asyncio.get_running_loop().sock_connect(sock, address)
        limit = SMALL_BUFFER_BYTES if small else 65536
        reader, writer = await asyncio.open_connection(sock=sock, limit=limit)
    except BaseException:
        sock.close()
        raise
    target = parts.path + (f"?{parts.query}" if parts.query else "")
    lines = [f"GET {target} HTTP/1.1", f"Host: {parts.netloc}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    writer.write("\r\n".join([*lines, "", ""]).encode())
    try:
        async with asyncio.timeout(CONNECT_SECONDS):
            status, rest = await _head(reader)
    except BaseException:
        writer.transport.abort()
        raise
    return Answer(status=status, reader=reader, writer=writer, rest=rest)


async def _head(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    head = b""
    while HEAD_END not in head:
        data = await reader.read(SMALL_BUFFER_BYTES)
        if not data:
            raise BrokenError("the connection ended before the answer's head did")
        head += data
    head, _, rest = head.partition(HEAD_END)
    return int(head.split(b" ", 2)[1]), rest


def _event(block: str) -> Event:
    name, last_id, data = "message", "", []
    for line in block.split("\n"):
        key, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if key == "event":
            name = value
        elif key == "id":
            last_id = value
        elif key == "data":
            data.append(value)
    return Event(name, last_id, "\n".join(data))

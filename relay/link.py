"""One raw connection to Redis that only subscribes: a socket and hiredis, no client in between."""

import socket
import ssl
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import hiredis
from redis.connection import parse_url

READ_BYTES = 65536
#: Messages that come closer than this are taken together. It only delays what follows at once: a
#: message after a pause is taken as it comes.
GATHER_SECONDS = 0.008


class LinkError(ConnectionError):
    """Redis is away, refused us, or stopped answering."""


class Link:
    """A connection that sends commands and yields replies; not for two readers at once."""

    def __init__(self, sock: socket.socket) -> None:
        self._socket = sock
        self._reader = hiredis.Reader(replyError=LinkError)
        self._read_at = 0.0

    def send(self, *command: str) -> None:
        """Send one command without waiting for its reply; LinkError."""
        try:
            self._socket.sendall(hiredis.pack_command(command))  # type: ignore[arg-type]  # stub says 1-tuple
        except OSError as error:
            raise LinkError(str(error)) from error

    def replies(self) -> Iterator[Any]:
        """Yield replies until none comes for the timeout (then None) or the end (LinkError)."""
        while True:
            reply = self._reader.gets()
            if reply is not False:
                yield reply
                continue
            self._gather()
            try:
                data = self._socket.recv(READ_BYTES)
            except TimeoutError:
                yield None
                continue
            except OSError as error:
                raise LinkError(str(error)) from error
            if not data:
                raise LinkError("Redis closed the connection")
            self._reader.feed(data)

    def _gather(self) -> None:
        """Under load, wait a little for more: a wake-up costs more than a message."""
        now = time.monotonic()
        early = self._read_at + GATHER_SECONDS - now
        if early > 0:
            time.sleep(early)
            now += early
        self._read_at = now

    def close(self) -> None:
        """Close the socket; a second time does nothing."""
        self._socket.close()


def connect(redis_url: str, *, connect_seconds: float, read_seconds: float) -> Link:
    """Return an authenticated link whose reads time out after `read_seconds`; LinkError."""
    options: dict[str, Any] = parse_url(redis_url)  # type: ignore[no-untyped-call]  # redis-py
    try:
        sock = _open(redis_url, options, connect_seconds)
    except OSError as error:
        raise LinkError(str(error)) from error
    link = Link(sock)
    try:
        _authenticate(link, options)
    except BaseException:
        link.close()
        raise
    sock.settimeout(read_seconds)
    return link


def _open(redis_url: str, options: dict[str, Any], seconds: float) -> socket.socket:
    if "path" in options:
        sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        sock.settimeout(seconds)
        sock.connect(options["path"])
        return sock
    host = options.get("host", "localhost")
    sock = socket.create_connection((host, options.get("port", 6379)), timeout=seconds)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    if urlsplit(redis_url).scheme == "rediss":
        return ssl.create_default_context().wrap_socket(sock, server_hostname=host)
    return sock


def _authenticate(link: Link, options: dict[str, Any]) -> None:
    password, username = options.get("password"), options.get("username")
    if password is None:
        return
    link.send("AUTH", *([username] if username else []), password)
    reply = next(link.replies())
    if reply != b"OK":
        raise LinkError("Redis refused the password")

"""One raw connection to Redis that only subscribes: a socket and hiredis, no client in between."""

import contextlib
import socket
import ssl
import time
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import gevent
import hiredis
from gevent.lock import RLock
from redis.connection import parse_url

READ, READ_BYTES = 1, 65536
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
        self._buffer = bytearray(READ_BYTES)  # the same for each read: fresh memory is slow memory
        self._read_at = 0.0
        self._cause = "Redis closed the connection"
        self._sending = RLock()
        self._readable = gevent.get_hub().loop.io(sock.fileno(), READ)
        # What TLS has decrypted already makes no socket readable.
        self._decrypted: Callable[[], int] = getattr(sock, "pending", int)
        self.received = 0  # so many times something came

    def send(self, *command: str) -> None:
        """Send one command without waiting for its reply; LinkError, which ends the link."""
        packed = hiredis.pack_command(command)  # type: ignore[arg-type]  # stub says 1-tuple
        with self._sending:  # one that does not fit at once lets others run, who send, too
            try:
                self._socket.sendall(packed)
            except OSError as error:
                # What went out in part would swallow the next command.
                self.give_up(str(error))
                raise LinkError(str(error)) from error

    def replies(self) -> Iterator[Any]:
        """Yield replies until the end (LinkError)."""
        wait = gevent.get_hub().wait
        while True:
            try:
                reply = self._reader.gets()
            except hiredis.ProtocolError as error:
                raise LinkError(f"what answers is not Redis: {error}") from error
            if reply is not False:
                yield reply
                continue
            self._gather()
            if not self._decrypted():
                # Not the socket's own wait, which sets a timeout anew for each message.
                wait(self._readable)
            try:
                size = self._socket.recv_into(self._buffer)
            except OSError as error:
                raise LinkError(str(error)) from error
            if not size:
                raise LinkError(self._cause)
            self.received += 1
            self._reader.feed(self._buffer, 0, size)  # type: ignore[arg-type]  # takes any buffer

    def _gather(self) -> None:
        """Under load, wait a little for more: a wake-up costs more than a message."""
        now = time.monotonic()
        early = self._read_at + GATHER_SECONDS - now
        if early > 0:
            time.sleep(early)
            now += early
        self._read_at = now

    def give_up(self, cause: str) -> None:
        """End it for who reads: `replies` raises a LinkError with this cause."""
        self._cause = cause
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Close the socket; a second time does nothing."""
        self._readable.close()
        self._socket.close()


def connect(redis_url: str, *, seconds: float) -> Link:
    """Return an authenticated link within `seconds`, which also a write may take; LinkError."""
    options: dict[str, Any] = parse_url(redis_url)  # type: ignore[no-untyped-call]  # redis-py
    try:
        sock = _open(redis_url, options, seconds)
    except OSError as error:
        raise LinkError(str(error)) from error
    link = Link(sock)
    try:
        with gevent.Timeout(seconds, LinkError("Redis does not answer")):
            _authenticate(link, options)
    except BaseException:
        link.close()
        raise
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
        return _context(options).wrap_socket(sock, server_hostname=host)
    return sock


def _context(options: dict[str, Any]) -> ssl.SSLContext:
    """Return what the URL's `ssl_` options ask for, under the names that redis-py reads."""
    context = ssl.create_default_context()
    if options.get("ssl_cert_reqs", "required") == "none":
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    elif not options.get("ssl_check_hostname", True):
        context.check_hostname = False
    if "ssl_ca_certs" in options or "ssl_ca_path" in options:
        context.load_verify_locations(options.get("ssl_ca_certs"), options.get("ssl_ca_path"))
    if "ssl_certfile" in options:
        context.load_cert_chain(
            options["ssl_certfile"], options.get("ssl_keyfile"), options.get("ssl_password")
        )
    return context


def _authenticate(link: Link, options: dict[str, Any]) -> None:
    password, username = options.get("password"), options.get("username")
    if password is None:
        return
    link.send("AUTH", *([username] if username else []), password)
    reply = next(link.replies())
    if reply != b"OK":
        raise LinkError("Redis refused the password")

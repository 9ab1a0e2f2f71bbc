"""The raw connection to Redis over a real socket, whose other end the test holds."""

import contextlib
import socket
from collections.abc import Iterator

import gevent
import hiredis
import pytest
from gevent import socket as gevent_socket

from relay.link import Link, LinkError

pytestmark = pytest.mark.integration

SMALL_BUFFER = 4096


@contextlib.contextmanager
def connected(*, seconds: float = 5) -> Iterator[tuple[Link, socket.socket]]:
    ours, theirs = gevent_socket.socketpair()
    ours.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SMALL_BUFFER)
    theirs.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SMALL_BUFFER)
    ours.settimeout(seconds)
    link = Link(ours)
    try:
        yield link, theirs
    finally:
        link.close()
        theirs.close()


def commands(data: bytes) -> list[list[bytes]]:
    """Return what a Redis would understand."""
    reader = hiredis.Reader()
    reader.feed(data)
    found = []
    while (command := reader.gets()) is not False:
        found.append(command)
    return found


class TestSend:
    def test_lets_no_command_into_the_middle_of_another(self) -> None:
        """Naive: ten thousand channels do not fit at once, and somebody else sends meanwhile."""
        many = [f"job:{number}" for number in range(10_000)]
        with connected() as (link, theirs):
            senders = [
                gevent.spawn(link.send, "SUBSCRIBE", *many),
                gevent.spawn(link.send, "SUBSCRIBE", "job:x"),
                gevent.spawn(link.send, "PING"),
            ]
            gevent.sleep(0)
            data = b""
            while not all(sender.ready() for sender in senders):
                data += theirs.recv(65536)
            theirs.settimeout(0.05)
            with contextlib.suppress(TimeoutError):
                while piece := theirs.recv(65536):
                    data += piece

            assert [10_001, 2, 1] == [len(command) for command in commands(data)]

    def test_that_went_out_in_part_only_ends_the_connection(self) -> None:
        """What followed would be read as its rest."""
        with connected(seconds=0.05) as (link, theirs):
            for _ in range(2):
                with pytest.raises(LinkError):
                    link.send("SUBSCRIBE", "x" * 1_000_000)
            data = b""
            while piece := theirs.recv(65536):
                data += piece

        assert 0 < len(data) < 1_000_000


class TestReplies:
    def test_of_what_is_no_redis_end_the_connection(self) -> None:
        """Naive: the reader's own error ends whoever reads, and nobody connects again."""
        with connected() as (link, theirs):
            theirs.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
            with pytest.raises(LinkError, match="not Redis"):
                next(link.replies())

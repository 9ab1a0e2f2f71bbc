"""What the real relay process refuses, and what bad clients cannot do to it."""

import contextlib
import socket
import time
from datetime import timedelta

import pytest

from tests import services
from tests.relay_world import (
    ALLOWED,
    Producer,
    World,
    messages,
    start_relay,
    streams,
    token_for,
)

pytestmark = pytest.mark.integration


class TestLimits:
    def test_refuse_a_users_next_stream(
        self, relay_env: dict[str, str], producer: Producer
    ) -> None:
        """429 with Retry-After, which pages may read; a place that is left can be taken."""
        env = relay_env | {"RELAY_PORT": str(services.free_port()), "STREAMS_PER_USER": "2"}
        with start_relay(env) as server:
            world, other = World(server, producer), World(server, producer)
            producer.milestone(world.job_id)
            headers = {"Authorization": f"Bearer {world.token}", "Origin": ALLOWED}
            with world.stream() as first, world.stream():
                refused = world.http.get(world.path(), headers=headers)
                with other.stream() as somebody_elses:
                    assert 200 == somebody_elses.response.status_code
                assert world.id(1) == next(messages(first)).id
            while streams(env):
                time.sleep(0.05)
            with world.stream() as again:
                assert world.id(1) == next(messages(again)).id
            world.http.close()
            other.http.close()

        assert (429, "too_many_streams") == (refused.status_code, refused.json()["code"])
        assert 5 <= int(refused.headers["retry-after"]) <= 15
        assert "Retry-After" == refused.headers["access-control-expose-headers"]

    def test_end_the_streams_of_a_sign_in_that_ends(self, world: World) -> None:
        """Logout is noticed within two seconds, and the stream says why it ends."""
        world.producer.milestone(world.job_id)
        with world.stream() as source:
            events = source.iter_sse()
            next(events)
            world.producer.sign_out(world.session_id)
            began = time.monotonic()
            last = [event.event for event in events][-1]

        assert "auth_expired" == last
        assert time.monotonic() - began < 3

    def test_end_the_stream_at_the_tokens_end(self, world: World) -> None:
        """A token of two seconds gives a stream of two seconds."""
        world.producer.milestone(world.job_id)
        world.token = token_for(world.user_id, world.session_id, lifetime=timedelta(seconds=2))
        with world.stream() as source:
            last = [event.event for event in source.iter_sse()][-1]

        assert "auth_expired" == last


class TestRudeClients:
    @pytest.mark.parametrize("cursor", ["x" * 2000, "j:1\x00", "-1", "a:b:c", "%0d%0a"])
    def test_cannot_break_the_cursor(self, world: World, cursor: str) -> None:
        """A malformed query cursor starts from the beginning; the frame stays whole."""
        world.producer.finish(world.job_id)
        headers = {"Authorization": f"Bearer {world.token}"}
        answer = world.http.get(world.path(), headers=headers, params={"lastEventId": cursor})

        assert 200 == answer.status_code
        assert f"id: {world.id(1)}\n" in answer.text

    def test_get_405_for_other_methods_and_no_body_for_head(self, world: World) -> None:
        """A stream is only read."""
        headers = {"Authorization": f"Bearer {world.token}"}
        answers = [
            world.http.request(method, world.path(), headers=headers)
            for method in ("POST", "PUT", "DELETE", "HEAD")
        ]

        assert [405, 405, 405, 200] == [answer.status_code for answer in answers]
        assert b"" == answers[-1].content

    def test_that_never_finish_their_request_do_not_stop_others(
        self, world: World, relay_env: dict[str, str]
    ) -> None:
        """Two hundred half-open requests are let go, and a stream goes on beside them."""
        address = ("127.0.0.1", int(relay_env["RELAY_PORT"]))
        half_open = [socket.create_connection(address) for _ in range(200)]
        for connection in half_open:
            connection.sendall(b"GET /api/v1/jobs/x/stream HTTP/1.1\r\nHost: x\r\n")
        world.producer.finish(world.job_id)

        assert [world.id(1)] == world.ids()
        closed = [_is_closed_within(connection, seconds=8) for connection in half_open]
        assert all(closed)

    def test_that_send_their_head_a_byte_at_a_time_get_their_stream(
        self, world: World, relay_env: dict[str, str]
    ) -> None:
        """As long as it is whole within five seconds; one that never ends is let go."""
        world.producer.finish(world.job_id)
        head = f"GET {world.path()} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {world.token}\r\n"
        address = ("127.0.0.1", int(relay_env["RELAY_PORT"]))
        with socket.create_connection(address) as slow, socket.create_connection(address) as never:
            for byte in f"{head}\r\n".encode():
                slow.sendall(bytes([byte]))
                time.sleep(0.001)
            never.sendall(b"G")
            slow.settimeout(20)
            got = b""
            while piece := slow.recv(65536):
                got += piece
            assert _is_closed_within(never, seconds=8)

        assert got.startswith(b"HTTP/1.1 200 OK\r\n")
        assert f"id: {world.id(1)}\n".encode() in got

    @pytest.mark.parametrize(
        "cursor", [b"x" * 10_000_000, b"j:1\x00", b"j:1\r\n\tj:2", b"\xff:1", b"j\n:1"]
    )
    def test_cannot_break_anything_by_a_headers_cursor(
        self, world: World, relay_env: dict[str, str], cursor: bytes
    ) -> None:
        """It is refused, or no cursor; ten megabytes are not even read, and others go on."""
        world.producer.finish(world.job_id)
        head = f"GET {world.path()} HTTP/1.0\r\nAuthorization: Bearer {world.token}\r\n".encode()
        address = ("127.0.0.1", int(relay_env["RELAY_PORT"]))
        got = b""
        with socket.create_connection(address, timeout=20) as rude:
            with contextlib.suppress(ConnectionError):
                rude.sendall(head + b"Last-Event-ID: " + cursor + b"\r\n\r\n")
            with contextlib.suppress(ConnectionError):
                while piece := rude.recv(65536):
                    got += piece

        status = got[:12]
        assert status in {b"", b"HTTP/1.1 400", b"HTTP/1.1 431", b"HTTP/1.1 200"}
        assert (status == b"HTTP/1.1 200") == (f"id: {world.id(1)}\n".encode() in got)
        assert [world.id(1)] == world.ids()


def _is_closed_within(connection: socket.socket, *, seconds: float) -> bool:
    connection.settimeout(seconds)
    try:
        while connection.recv(4096):
            pass
    except TimeoutError:
        return False
    except ConnectionResetError:
        pass
    finally:
        connection.close()
    return True

"""The hub over real sockets and the real event loop, with SQL and Redis played by a script."""

import re
import socket
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import gevent
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contract import channels, events
from contract.steps import Step
from relay.clients import Client, RawSocket
from relay.hub import Hub, Memory, Milestone, is_terminal
from relay.rounds import Limits, Rounds
from relay.subscriber import Subscriber

pytestmark = pytest.mark.integration

AT = datetime(2026, 1, 1, tzinfo=UTC)
JOB = "j"


def event_json(seq: int | None, *, last: bool = False, padding: int = 0) -> bytes:
    step = Step.COMPLETE if last else Step.ANALYZING
    event = events.Event(
        job_id=JOB, seq=seq, at=AT, step=step, progress=50, message=f"event {seq}" + "x" * padding
    )
    return events.encode(event).encode()


class FakeSubscriber:
    """Acknowledges at once; the test delivers."""

    up = True

    def __init__(
        self,
        on_message: Callable[[str, bytes], None],
        on_restored: Callable[[], None],
    ) -> None:
        self.deliver, self.restored = on_message, on_restored
        self.wanted: set[str] = set()
        self.on_subscribe: Callable[[], None] = lambda: None

    def subscribe(self, channel: str) -> bool:
        self.wanted.add(channel)
        self.on_subscribe()
        return True

    def unsubscribe(self, channel: str) -> None:
        self.wanted.discard(channel)


class World:
    """A job in SQL, a hub, and clients whose other ends the test holds."""

    def __init__(self, total: int, *, padding: int = 0) -> None:
        self.all = [
            Milestone(seq, event_json(seq, last=seq == total, padding=padding))
            for seq in range(1, total + 1)
        ]
        self.committed = 0
        self.purged = 0
        self.deleted = False
        self.after_read: Callable[[], None] = lambda: None
        self.reads = 0
        self.hub = Hub(self._subscriber, Memory(read=self._read, last_seqs=self._last_seqs))
        self.ends: list[socket.socket] = []

    def _subscriber(self, **callbacks: Callable[..., None]) -> Subscriber:
        self.subscriber = FakeSubscriber(**callbacks)
        return self.subscriber  # type: ignore[return-value]  # the fake has the methods used

    def _read(self, _job: str, after: int, limit: int) -> list[Milestone]:
        self.reads += 1
        found = [m for m in self.all[self.purged : self.committed] if m.seq > after][:limit]
        self.after_read()
        return found

    def _last_seqs(self, jobs: Collection[str]) -> dict[str, int]:
        return {} if self.deleted else dict.fromkeys(jobs, self.committed)

    def commit(self, count: int, *, lost: Collection[int] = ()) -> None:
        """Commit milestones; those that are not lost are published."""
        for milestone in self.all[self.committed : self.committed + count]:
            self.committed += 1
            if milestone.seq not in lost:
                payload = channels.pack(milestone.seq, milestone.json.decode()).encode()
                self.subscriber.deliver(channels.for_job(JOB), payload)

    def attach(self, last: int = 0, *, buffer: int | None = None) -> tuple[Client, socket.socket]:
        ours, theirs = socket.socketpair()
        if buffer is not None:
            ours.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, buffer)
            theirs.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
        raw = RawSocket(fileno=ours.detach())
        raw.setblocking(False)
        theirs.setblocking(False)
        self.ends.append(theirs)
        client = Client(
            raw, job_id=JOB, last=last, user_id="u", session_id=f"s{len(self.ends)}", chunked=False
        )
        client.ends_at = time.monotonic() + 600
        room = self.hub.join(JOB)
        self.hub.admit(room, client, b"HTTP/1.1 200 OK\r\n\r\n")
        return client, theirs

    def close(self) -> None:
        for client in list(self.hub.clients):
            client.close()
        for end in self.ends:
            end.close()


@contextmanager
def world(total: int, *, padding: int = 0) -> Iterator[World]:
    made = World(total, padding=padding)
    try:
        yield made
    finally:
        made.close()


def settle(turns: int = 5) -> None:
    """Let the event loop run what is ready."""
    for _ in range(turns):
        gevent.sleep(0)
    gevent.sleep(0.001)  # sockets are looked at only when the loop has nothing else to do


def read_all(end: socket.socket) -> tuple[bytes, bool]:
    """Return what has arrived, and whether the stream was closed."""
    data = b""
    while True:
        try:
            piece = end.recv(65536)
        except BlockingIOError:
            return data, False
        if not piece:
            return data, True
        data += piece


def ids(data: bytes) -> list[int]:
    return [int(seq) for seq in re.findall(rb"^id: j:(\d+)$", data, re.MULTILINE)]


class TestInterleavings:
    @settings(max_examples=150, deadline=None)
    @given(
        total=st.integers(1, 30),
        before=st.integers(0, 30),
        last=st.integers(0, 30),
        during=st.lists(st.integers(0, 5), max_size=6),
        later=st.lists(st.integers(1, 5), max_size=12),
        lost=st.sets(st.integers(1, 30)),
        subscribing=st.integers(0, 3),
    )
    def test_every_client_sees_each_milestone_once_in_order(  # noqa: PLR0913 - a scenario
        self,
        *,
        total: int,
        before: int,
        last: int,
        during: list[int],
        later: list[int],
        lost: set[int],
        subscribing: int,
    ) -> None:
        """Commits while subscribing, while SQL is read, later; publishes lost at will."""
        with world(total) as here:
            here.commit(min(before, total - 1))
            start = min(last, here.committed)
            here.subscriber.on_subscribe = lambda: here.commit(subscribing, lost=lost)
            pending = list(during)
            here.after_read = lambda: here.commit(pending.pop(), lost=lost) if pending else None
            _, end = here.attach(start)
            for count in [*later, total]:
                here.commit(count, lost=lost)
                settle()
            here.hub.compare()
            settle()

            data, closed = read_all(end)
            assert list(range(start + 1, total + 1)) == ids(data)
            assert closed

    @settings(max_examples=150, deadline=None)
    @given(
        total=st.integers(1, 30),
        before=st.integers(0, 30),
        during=st.lists(st.integers(0, 5), max_size=6),
        later=st.lists(st.integers(1, 5), max_size=12),
        repeated=st.sets(st.integers(1, 30)),
    )
    def test_nothing_waits_for_a_repair_when_no_publish_was_lost(
        self, *, total: int, before: int, during: list[int], later: list[int], repeated: set[int]
    ) -> None:
        """Subscribe, read, merge, live leaves no hole; what comes twice is sent once."""
        with world(total) as here:
            here.commit(min(before, total - 1))
            pending = list(during)
            here.after_read = lambda: here.commit(pending.pop()) if pending else None
            _, end = here.attach()
            for count in [*later, total]:
                here.commit(count)
                for milestone in here.all[: here.committed]:
                    if milestone.seq in repeated and not here.hub.repairs:
                        payload = channels.pack(milestone.seq, milestone.json.decode())
                        here.subscriber.deliver(channels.for_job(JOB), payload.encode())

            data, closed = read_all(end)
            assert list(range(1, total + 1)) == ids(data)
            assert closed
            assert 0 == here.hub.repairs


class TestSlowClient:
    def test_gets_a_long_history_in_order_while_more_comes(self) -> None:
        """What is published while the history does not fit waits its turn."""
        with world(300, padding=2000) as here:
            here.commit(150)
            client, end = here.attach(buffer=4096)
            assert client.stuck
            data, closed, deadline = b"", False, time.monotonic() + 20
            while not closed and time.monotonic() < deadline:
                here.commit(1)
                piece, closed = read_all(end)
                data += piece
                settle(1)

            assert list(range(1, 301)) == ids(data)

    def test_holds_a_cursor_and_one_remainder_and_gets_the_rest_later(self) -> None:
        """Nothing piles up for it; when it reads again it misses nothing."""
        with world(400, padding=2000) as here:
            client, end = here.attach(buffer=4096)
            data = b""
            for _ in range(100):
                here.commit(4)
                settle(1)
            assert client.stuck
            assert not client.live
            deadline, closed = time.monotonic() + 20, False
            while not closed and time.monotonic() < deadline:
                piece, closed = read_all(end)
                data += piece
                settle(2)

            assert list(range(1, 401)) == ids(data)

    def test_does_not_delay_others(self) -> None:
        """The client that reads has everything while the other one is stuck."""
        with world(200, padding=2000) as here:
            stuck, _ = here.attach(buffer=4096)
            _, end = here.attach()
            data = b""
            for _ in range(199):
                here.commit(1)
                data += read_all(end)[0]

            assert stuck.stuck
            assert list(range(1, 200)) == ids(data)

    def test_is_closed_when_it_takes_nothing_for_too_long(self) -> None:
        """It resumes by its cursor if it ever comes back."""
        with world(200, padding=2000) as here:
            client, _ = here.attach(buffer=4096)
            here.commit(100)
            settle()
            assert client.stuck
            client.stuck_since -= 31
            rounds(here)._visit(time.monotonic())  # noqa: SLF001 - one round, without waiting

            assert client.gone


class TestEnds:
    def test_a_client_that_leaves_is_noticed_without_a_write(self) -> None:
        """Its room empties, and the sweep unsubscribes."""
        with world(5) as here:
            _, end = here.attach()
            assert 1 == here.hub.count
            end.close()
            settle()
            here.hub.sweep()

            assert (0, 0, set()) == (
                here.hub.count,
                here.hub.per_user["u"],
                here.subscriber.wanted,
            )

    def test_a_deleted_job_ends_its_streams(self) -> None:
        """At once by message, and by comparison when that was lost."""
        with world(5) as here:
            _, told = here.attach()
            here.subscriber.deliver(channels.for_job(JOB), channels.pack_gone().encode())
            _, untold = here.attach()
            here.deleted = True
            here.hub.compare()

            assert read_all(told)[1]
            assert read_all(untold)[1]

    def test_a_revoked_session_ends_its_streams_only(self) -> None:
        """The stream says why, and others go on."""
        with world(5) as here:
            _, mine = here.attach()
            other, _ = here.attach()
            rounds(here, revoked={"s1"})._end_revoked(time.monotonic())  # noqa: SLF001 - one round

            data, closed = read_all(mine)
            assert data.endswith(b"event: auth_expired\ndata: {}\n\n")
            assert closed
            assert not other.gone

    def test_an_expired_token_says_so_and_an_old_stream_does_not(self) -> None:
        """Only the first has to sign in again."""
        with world(5) as here:
            expired, mine = here.attach()
            aged, theirs = here.attach()
            limits = Limits()
            limits.end(expired, now=0, signed_in_seconds=1)
            limits.end(aged, now=0, signed_in_seconds=9999)
            rounds(here)._visit(now=1000)  # noqa: SLF001 - one round, at a time of ours

            assert b"auth_expired" in read_all(mine)[0]
            assert b"auth_expired" not in read_all(theirs)[0]
            assert (True, True) == (expired.gone, aged.gone)

    def test_nothing_follows_the_terminal_event(self) -> None:
        """Not even a tick that comes in the same moment."""
        with world(1) as here:
            _, end = here.attach()
            here.commit(1)
            here.subscriber.deliver(channels.for_job(JOB), b"-\n{}")
            settle()

            data, closed = read_all(end)
            assert closed
            assert data.endswith(event_json(1, last=True) + b"\nid: j:1\n\n")

    def test_a_drain_closes_everybody(self) -> None:
        """All streams have ended when it returns."""
        with world(5) as here:
            ends = [here.attach()[1] for _ in range(20)]
            rounds(here).drain(0.2)

            assert all(read_all(end)[1] for end in ends)


class TestFrames:
    def test_ticks_go_to_live_clients_without_id(self) -> None:
        """A tick moves no cursor."""
        with world(5) as here:
            _, end = here.attach()
            here.subscriber.deliver(channels.for_job(JOB), b'-\n{"tick":1}')

            assert read_all(end)[0].endswith(b'\r\n\r\ndata: {"tick":1}\n\n')

    def test_what_retention_purged_is_told(self) -> None:
        """The first event after the hole says `truncated`."""
        with world(9) as here:
            here.committed, here.purged = 9, 8
            _, end = here.attach()

            data, _ = read_all(end)
            assert [9] == ids(data)
            assert b'"truncated":true' in data

    def test_heartbeats_reach_each_client_once_per_interval(self) -> None:
        """They are spread over the interval's rounds."""
        with world(5) as here:
            ends = [here.attach()[1] for _ in range(30)]
            turning = rounds(here)
            for _ in range(15):
                turning._visit(time.monotonic())  # noqa: SLF001 - a round, without waiting

            assert [1] * 30 == [read_all(end)[0].count(b"event: heartbeat") for end in ends]

    def test_a_field_of_another_object_is_no_end(self) -> None:
        """Only the event's own step counts."""
        nested = b'{"jobId":"j","at":"2026-01-01T00:00:00Z","step":"analyzing","progress":1,'
        nested += b'"message":"m","data":{"step":"complete"}}'

        assert not is_terminal(nested)
        assert is_terminal(event_json(1, last=True))


def rounds(here: World, *, revoked: Collection[str] = ()) -> Rounds:
    return Rounds(here.hub, Limits(), revoked=lambda _within: set(revoked))

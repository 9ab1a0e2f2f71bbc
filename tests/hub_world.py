"""A hub over real sockets, with SQL and Redis played by the test: every pause is its own."""

import re
import socket
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import gevent

from contract import channels, events
from contract.steps import Step
from relay.clients import Client
from relay.hub import Hub
from relay.memory import Memory, Milestone
from relay.pace import SENDS_PER_TURN, Pace
from relay.sockets import RawSocket
from relay.subscriber import Subscriber

JOB = "j"
AT = datetime(2026, 1, 31, tzinfo=UTC)


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
        on_message: Callable[[bytes, bytes], None],
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

    def __init__(self, total: int, *, padding: int = 0, turn: int = SENDS_PER_TURN) -> None:
        self.all = [
            Milestone(seq, event_json(seq, last=seq == total, padding=padding))
            for seq in range(1, total + 1)
        ]
        self.committed = 0
        self.deleted = False
        self.after_read: Callable[[], None] = lambda: None
        self.while_compared: Callable[[], object] = lambda: None
        self.reads = 0
        memory = Memory(read=self._read, last_seqs=self._last_seqs)
        self.hub = Hub(self._subscriber, memory, pace=Pace(sends_per_turn=turn, turn_seconds=0))
        self.ends: list[socket.socket] = []

    def _subscriber(self, **callbacks: Callable[..., None]) -> Subscriber:
        self.subscriber = FakeSubscriber(**callbacks)
        return self.subscriber  # type: ignore[return-value]  # the fake has the methods used

    def _read(self, _job: str, after: int, limit: int) -> list[Milestone]:
        self.reads += 1
        found = [m for m in self.all[: self.committed] if m.seq > after][:limit]
        self.after_read()
        return found

    def _last_seqs(self, jobs: Collection[str]) -> dict[str, int]:
        found = {} if self.deleted else dict.fromkeys(jobs, self.committed)
        self.while_compared()
        return found

    def commit(self, count: int, *, lost: Collection[int] = ()) -> None:
        """Commit milestones; those that are not lost are published."""
        for milestone in self.all[self.committed : self.committed + count]:
            self.committed += 1
            if milestone.seq not in lost:
                payload = channels.pack(milestone.seq, milestone.json.decode()).encode()
                self.subscriber.deliver(channels.for_job(JOB).encode(), payload)

    def tick(self, after: int) -> None:
        """Publish a tick that follows a milestone."""
        payload = channels.pack_tick(after, f'{{"tail":"after {after}"}}').encode()
        self.subscriber.deliver(channels.for_job(JOB).encode(), payload)

    def attach(
        self, last: int = 0, *, buffer: int | None = None, chunked: bool = False
    ) -> tuple[Client, socket.socket]:
        ours, theirs = socket.socketpair()
        if buffer is not None:
            ours.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, buffer)
            theirs.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
        raw = RawSocket(fileno=ours.detach())
        raw.setblocking(False)
        theirs.setblocking(False)
        self.ends.append(theirs)
        client = Client(
            raw,
            job_id=JOB,
            last=last,
            user_id="u",
            session_id=f"s{len(self.ends)}",
            chunked=chunked,
        )
        client.ends_at = time.monotonic() + 600
        self.hub.admit(client, b"HTTP/1.1 200 OK\r\n\r\n")
        return client, theirs

    def close(self) -> None:
        settle(20)  # whoever is still coming must come before the end
        for client in list(self.hub.clients):
            client.close()
        for end in self.ends:
            end.close()


@contextmanager
def world(total: int, *, padding: int = 0, turn: int = SENDS_PER_TURN) -> Iterator[World]:
    made = World(total, padding=padding, turn=turn)
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

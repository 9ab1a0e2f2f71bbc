"""Many clients of one job: they come, go and stall in the middle of a fan-out."""

import socket
import time
from dataclasses import dataclass

import gevent
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from relay.clients import Client
from tests.hub_world import World, ids, read_all, settle, world

pytestmark = pytest.mark.integration

WHAT = ["come", "come_chunked", "go", "stall", "beat", "read", "compare"]
ACTIONS = st.tuples(st.sampled_from(WHAT), st.integers(0, 9))
SMALL_BUFFER = 4096
PATIENCE_SECONDS = 10


@dataclass(eq=False)
class Member:
    """A client, and what its other end has read."""

    start: int
    client: Client
    end: socket.socket
    got: bytes = b""
    closed: bool = False

    def read(self) -> None:
        if not self.closed:
            data, self.closed = read_all(self.end)
            self.got += data


class Crowd:
    """The clients of one world, and what can happen to them."""

    def __init__(self, here: World, total: int) -> None:
        self.here, self.total = here, total
        self.members: list[Member] = []

    def act(self, action: str, number: int) -> None:
        """Do it while others run: when a fan-out pauses, most likely."""
        gevent.spawn(getattr(self, action), number)

    def one(self, number: int) -> list[Member]:
        return self.members[number % len(self.members) :][:1] if self.members else []

    def come(self, number: int, *, chunked: bool = False) -> None:
        # At the last event a caller gets 204 and never reaches the hub.
        start = min(max(0, self.here.committed - number), self.total - 1)
        buffer = SMALL_BUFFER if number % 2 else None
        self.members.append(Member(start, *self.here.attach(start, chunked=chunked, buffer=buffer)))

    def come_chunked(self, number: int) -> None:
        self.come(number, chunked=True)

    def go(self, number: int) -> None:
        for member in self.one(number):
            self.members.remove(member)
            member.client.close()

    def stall(self, number: int) -> None:
        """As if a heartbeat had gone out in part."""
        for member in self.one(number):
            if member.client.live:
                member.client.keep(b"\n")

    def beat(self, _: int) -> None:
        for member in self.members:
            if member.client.live:
                member.client.say(b": beat\n\n")

    def read(self, number: int) -> None:
        for member in self.one(number):
            member.read()

    def compare(self, _: int) -> None:
        self.here.hub.compare()

    def read_to_the_end(self) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not all(member.closed for member in self.members):
            assert time.monotonic() < deadline, "a stream did not end"
            for member in self.members:
                member.read()
            settle()


class TestCrowd:
    @settings(max_examples=200, deadline=None)
    @given(data=st.data())
    def test_every_client_sees_each_milestone_once_in_order(self, data: st.DataObject) -> None:
        """Whatever happens between two single sends; publishes get lost, too."""
        total = data.draw(st.integers(1, 20), label="total")
        lost = data.draw(st.sets(st.integers(1, 20)), label="lost")
        padding = data.draw(st.sampled_from([0, 1000, 3000]), label="padding")
        turn = data.draw(st.sampled_from([1, 2, 256]), label="turn")
        with world(total, padding=padding, turn=turn) as here:
            here.after_read = lambda: gevent.sleep(0)  # others run while SQL is read
            crowd = Crowd(here, total)
            while here.committed < total:
                for action in data.draw(st.lists(ACTIONS, max_size=6), label="meanwhile"):
                    crowd.act(*action)
                here.commit(data.draw(st.integers(1, 4), label="commit"), lost=lost)
                settle(data.draw(st.integers(0, 3), label="settle"))
            settle()
            here.hub.compare()
            settle(20)
            crowd.read_to_the_end()

            for member in crowd.members:
                assert list(range(member.start + 1, total + 1)) == ids(member.got)

    def test_who_has_the_end_in_its_remainder_is_closed_too(self) -> None:
        """The last event that did not fit at once still ends the stream."""
        with world(2, padding=100_000) as here:
            here.attach()
            _, end = here.attach(buffer=4096)
            here.commit(1)
            deadline, got, closed = time.monotonic() + 20, b"", False
            while not closed and time.monotonic() < deadline:
                piece, closed = read_all(end)
                got += piece
                settle(2)
                if ids(got) and here.committed < 2:
                    here.commit(1)

            assert [1, 2] == ids(got)
            assert closed

    def test_who_reads_again_while_others_catch_up_goes_on_alone(self) -> None:
        """It left their group when it stalled: with two catch-ups it would see all twice."""
        with world(12, padding=3000, turn=1) as here:
            here.after_read = lambda: settle(30)  # long enough to read again meanwhile
            slow = Member(0, *here.attach(buffer=SMALL_BUFFER))
            others = [Member(0, *here.attach()) for _ in range(60)]
            here.commit(3, lost=range(1, 4))

            def read() -> None:
                for _ in range(100):
                    slow.read()
                    if slow.client.stuck:
                        slow.client._on_writable()  # noqa: SLF001 - as when the loop looks for it
                    gevent.sleep(0)

            gevent.spawn(read)
            here.hub.compare()
            crowd = Crowd(here, 12)
            crowd.members = [slow, *others]
            while not all(member.client.live for member in crowd.members):
                slow.read()
                settle()
            settle(100)
            here.commit(9)
            crowd.read_to_the_end()

            for member in crowd.members:
                assert list(range(1, 13)) == ids(member.got)

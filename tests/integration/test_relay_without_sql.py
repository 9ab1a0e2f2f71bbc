"""Streams while SQL does not answer: they stay open, and show that they live."""

import time

import gevent
import pytest

from relay import recall, rounds
from relay.memory import MemoryAwayError
from relay.rounds import Limits, Rounds
from tests.hub_world import World, ids, read_all, settle, world

pytestmark = pytest.mark.integration

HEARTBEAT = b"event: heartbeat"


class TestHeartbeats:
    def test_reach_who_still_waits_for_what_sql_remembers(self) -> None:
        """Naive: only live clients get them, and others close a stream that seems dead."""
        with world(5) as here:
            here.commit(2)
            here.after_read = away
            gevent.spawn(here.attach)
            settle()
            turning = Rounds(here.hub, Limits(), revoked=lambda _within: set())
            for _ in range(15):
                turning._visit(time.monotonic())  # noqa: SLF001 - a round, without waiting

            assert read_all(here.ends[0])[0].count(HEARTBEAT) == 1

    def test_do_not_wait_for_sql(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Naive: one greenlet asks SQL and sends them, so that whoever hangs stops all."""
        monkeypatch.setattr(rounds, "ROUND_SECONDS", 0.01)
        with world(5) as here:
            _, end = here.attach()
            turning = Rounds(here.hub, Limits(heartbeat_seconds=0.01), revoked=hang)
            running = gevent.spawn(turning.run)
            gevent.sleep(0.3)
            running.kill()

            assert read_all(end)[0].count(HEARTBEAT) > 3


class TestCatchUp:
    def test_of_a_client_that_was_stuck_meanwhile_repeats_nothing(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The first one waits for SQL, the second begins as the client reads again."""
        monkeypatch.setattr(recall, "AWAY_SECONDS", 0.01)
        with world(9) as here:
            here.commit(5)
            here.after_read = away
            gevent.spawn(here.attach, buffer=4096)
            settle()
            got = fill(here)
            gevent.sleep(0.05)
            here.after_read = wait
            gevent.sleep(0.2)
            here.after_read = lambda: None
            here.commit(4)
            settle()

            assert list(range(1, 10)) == ids(got + read_all(here.ends[0])[0])


def away() -> None:
    raise MemoryAwayError


def wait() -> None:
    gevent.sleep(0.02)


def hang(_within: float) -> set[str]:
    gevent.sleep(60)
    return set()


def fill(here: World) -> bytes:
    """Make the only client stuck, and let it read again."""
    client = next(iter(here.hub.clients))
    while client.can_send():
        client.say(b": " + b"x" * 2000 + b"\n")
    got = b""
    while client.stuck:
        got += read_all(here.ends[0])[0]
        settle()
    return got

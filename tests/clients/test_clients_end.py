"""Every client that people use, live and at the end, when its user forgets to close it."""

import contextlib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from tests import relay_world
from tests.clients import follower
from tests.clients.conftest import Follow
from tests.clients.follower import Client, Follower

pytestmark = pytest.mark.integration

LIVE = (2, 3, 4)
QUIET_SECONDS = 3.2  # longer than any client was asked to wait
LATE_SECONDS = 1.5  # what a loaded machine may add to a wait


@dataclass(frozen=True)
class Followed:
    """All clients, some time after they came back to a job that had ended."""

    followers: dict[str, Follower]
    published_at: dict[int, float]  # of each live milestone; monotonic seconds


@pytest.fixture(scope="module")
def followed(
    relay_env: dict[str, str], producer: relay_world.Producer, follow: Follow
) -> Iterator[Followed]:
    """Clients that never close by themselves; no heartbeat pushes along what got stuck."""
    env = relay_env | {"STREAM_HEARTBEAT_SECONDS": "600"}
    with contextlib.ExitStack() as stack:
        relay = stack.enter_context(relay_world.start_relay(env))
        world = relay_world.World(relay, producer)
        stack.callback(world.http.close)
        producer.milestone(world.job_id)
        seen = stack.enter_context(follow(world, leaves=False))
        follower.wait_for(seen, lambda one: 1 in one.seqs())
        published_at = {}
        for seq in LIVE:
            published_at[seq] = time.monotonic()
            producer.milestone(world.job_id, message="x" * 40 * seq)  # ends at no round number
            follower.wait_for(seen, _has(seq), seconds=2 * LATE_SECONDS)
        producer.finish(world.job_id)
        follower.wait_for(seen, lambda one: one.count("closed") > 0)
        time.sleep(QUIET_SECONDS)
        yield Followed(seen, published_at)


@pytest.fixture
def one(followed: Followed, client: Client) -> Follower:
    """The follower that uses this client."""
    return followed.followers[client.name]


class TestLive:
    def test_shows_an_event_when_it_comes(self, one: Follower, followed: Followed) -> None:
        """Nothing waits in a buffer until more follows."""
        waits = {seq: one.seen_at(seq) - at for seq, at in followed.published_at.items()}

        assert max(waits.values()) < LATE_SECONDS, waits


class TestEnd:
    def test_is_told_by_the_answer_that_there_is_no_more(
        self, one: Follower, client: Client
    ) -> None:
        """204 at the terminal cursor closes the client for good."""
        assert [200, 204] == [request.status for request in one.gate.requests()]
        assert "closed" == one.steps[-1].what
        assert client.leaves_process == one.ended()

    def test_is_seen_once(self, one: Follower) -> None:
        """The return repeats nothing."""
        assert [1, *LIVE, 5] == one.seqs()
        assert "5" == str(one.gate.requests()[1].last_event_id).rsplit(":", 1)[1]


class TestRetry:
    def test_is_the_wait_before_a_return(self, one: Follower) -> None:
        """Each stream asks for a time of its own, and each client keeps to it."""
        first, second = one.gate.requests()
        assert first.retry_seconds is not None
        assert first.last_byte_at is not None
        waited = second.began_at - first.last_byte_at

        assert 0.5 <= first.retry_seconds <= 3.5
        assert -0.05 <= waited - first.retry_seconds <= LATE_SECONDS


def _has(seq: int) -> Callable[[Follower], bool]:
    return lambda one: seq in one.seqs()

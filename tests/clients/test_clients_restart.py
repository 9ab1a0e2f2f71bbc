"""Every client that people use, through a relay that is killed in mid-job and started again."""

import contextlib
import time
from collections.abc import Iterator

import pytest

from tests import relay_world
from tests.clients import follower
from tests.clients.conftest import Follow
from tests.clients.follower import Client, Follower

pytestmark = pytest.mark.integration

#: Line ends for Python's str.splitlines, and a character beyond 16 bits.
ODD = "a\u2028b\u2029c\u0085d\x0b\x0c\x1ce\u00e4 \U0001f40b: f"
TICKING_SECONDS = 5.0
QUIET_SECONDS = 3.2  # longer than any client was asked to wait


@pytest.fixture(scope="module")
def followers(
    relay_env: dict[str, str], producer: relay_world.Producer, follow: Follow
) -> Iterator[dict[str, Follower]]:
    """All clients after a job of five milestones, whose relay was killed before the third."""
    with contextlib.ExitStack() as stack:
        first = stack.enter_context(relay_world.start_relay(relay_env))
        world = relay_world.World(first, producer)
        stack.callback(world.http.close)
        producer.milestone(world.job_id, message=ODD)
        seen = stack.enter_context(follow(world, leaves=True))
        follower.wait_for(seen, lambda one: 1 in one.seqs())
        _tick(world, seen)
        producer.milestone(world.job_id)
        follower.wait_for(seen, lambda one: 2 in one.seqs() and one.count("heartbeat") > 0)

        for one in seen.values():
            one.gate.shut()
        relay_world.kill(first)
        producer.milestone(world.job_id)
        stack.enter_context(relay_world.start_relay(relay_env))
        for one in seen.values():
            one.gate.open()
        producer.milestone(world.job_id)
        follower.wait_for(seen, lambda one: 4 in one.seqs())
        producer.finish(world.job_id)
        follower.wait_for(seen, lambda one: one.count("closed") > 0)
        time.sleep(QUIET_SECONDS)
        yield seen


@pytest.fixture
def one(followers: dict[str, Follower], client: Client) -> Follower:
    """The follower that uses this client."""
    return followers[client.name]


class TestRestart:
    def test_shows_every_milestone_once_and_in_order(self, one: Follower) -> None:
        """What was committed while the relay was away too."""
        assert [1, 2, 3, 4, 5] == one.seqs(), one.steps

    def test_resumes_after_the_last_milestone_seen(self, one: Follower) -> None:
        """One connection before the restart and one after it, which carries the cursor."""
        cursors = [request.last_event_id for request in one.gate.requests()]

        assert [None, 2] == [cursor and int(cursor.rsplit(":", 1)[1]) for cursor in cursors]

    def test_stays_closed_after_the_terminal_event(self, one: Follower, client: Client) -> None:
        """No request came in the time in which it would have come back."""
        assert "closed" == one.steps[-1].what
        assert 2 == len(one.gate.requests())
        assert client.leaves_process == one.ended()


class TestMessages:
    def test_carry_any_text(self, one: Follower) -> None:
        """Characters that some parsers take for the end of a line too."""
        assert ODD == one.messages()[0]["message"]

    def test_do_not_include_heartbeats(self, one: Follower) -> None:
        """Clients without a handler of their own for these can tell them by name."""
        assert one.count("heartbeat") > 0
        assert all("step" in event for event in one.messages())

    def test_include_ticks(self, one: Follower) -> None:
        """A tick has no number; that it moves no cursor is seen at the restart."""
        assert any("seq" not in event for event in one.messages())


class TestStreamsGauge:
    def test_is_zero_when_all_have_left(
        self, relay_env: dict[str, str], followers: dict[str, Follower]
    ) -> None:
        """The relay holds nothing for clients that are gone."""
        assert followers
        assert 0 == relay_world.streams(relay_env)


def _tick(world: relay_world.World, followers: dict[str, Follower]) -> None:
    """Publish ticks until all have seen one: any of them may be lost."""
    deadline = time.monotonic() + TICKING_SECONDS
    while time.monotonic() < deadline and any(
        len(one.messages()) == len(one.seqs()) for one in followers.values()
    ):
        world.producer.tick(world.job_id)
        time.sleep(0.1)

"""Every client that people use, when its connection is cut in the middle of an event."""

import contextlib
from collections.abc import Iterator

import pytest

from tests import relay_world
from tests.clients import follower
from tests.clients.conftest import Follow
from tests.clients.follower import Client, Follower
from tests.clients.gate import Cut

pytestmark = pytest.mark.integration

LONG = "x" * 200_000  # more than one write to a socket takes


@pytest.fixture(scope="module")
def followers(
    relay_env: dict[str, str], producer: relay_world.Producer, follow: Follow
) -> Iterator[dict[str, Follower]]:
    """All clients after a job whose second and last events were cut when they first came."""
    with contextlib.ExitStack() as stack:
        relay = stack.enter_context(relay_world.start_relay(relay_env))
        world = relay_world.World(relay, producer)
        stack.callback(world.http.close)
        producer.milestone(world.job_id)
        seen = stack.enter_context(follow(world, leaves=True))
        follower.wait_for(seen, lambda one: 1 in one.seqs())
        for one in seen.values():
            one.gate.cuts += [Cut(b'"seq":2,', 150_000), Cut(b'"seq":3,', 20)]
        producer.milestone(world.job_id, message=LONG)
        follower.wait_for(seen, lambda one: 2 in one.seqs())
        producer.finish(world.job_id)
        follower.wait_for(seen, lambda one: one.count("closed") > 0)
        yield seen


@pytest.fixture
def one(followers: dict[str, Follower], client: Client) -> Follower:
    """The follower that uses this client."""
    return followers[client.name]


class TestCut:
    def test_in_the_middle_of_an_event_loses_and_repeats_nothing(self, one: Follower) -> None:
        """Half an event is none, and it has not moved the cursor."""
        assert [] == one.gate.cuts
        assert [1, 2, 3] == one.seqs()
        assert LONG == one.messages()[1]["message"]

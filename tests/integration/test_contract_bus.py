"""Publishing for jobs that more than one attempt has worked on."""

import pytest
import redis

from contract.bus import connect

pytestmark = pytest.mark.integration


class TestBus:
    def test_drops_ticks_of_an_attempt_that_a_later_one_followed(
        self, redis_client: redis.Redis, redis_url: str
    ) -> None:
        """Naive: a worker that was stopped after it looked at its lease tells what is not so."""
        bus = connect(redis_url)
        listener = redis_client.pubsub(ignore_subscribe_messages=True)  # type: ignore[no-untyped-call]  # redis-py leaves it bare
        listener.subscribe("job:j")
        listener.get_message(timeout=1)
        bus.publish("j", None, "first tick", attempt=1)
        bus.publish("j", 1, "resuming", attempt=2)
        bus.publish("j", None, "late tick", attempt=1)
        bus.publish("j", 1, "late milestone", attempt=1)
        bus.publish("j", None, "second tick", attempt=2)
        bus.publish("j", 2, "cancelled by the app")
        heard = []
        while (message := listener.get_message(timeout=0.2)) is not None:
            heard.append(message["data"].decode().split("\n")[1])
        listener.close()

        assert heard == [
            "first tick",
            "resuming",
            "late milestone",
            "second tick",
            "cancelled by the app",
        ]

"""The subscription over a link that the test plays: what Redis says, and when."""

from collections.abc import Iterator
from contextlib import contextmanager

import gevent
from gevent.event import Event
from gevent.queue import Queue

from relay.link import LinkError
from relay.subscriber import Subscriber


class FakeLink:
    """Keeps what it is told to send; the test answers."""

    def __init__(self) -> None:
        self.received = 0
        self.sent: list[tuple[str, ...]] = []
        self._replies: Queue[object] = Queue()

    def send(self, *command: str) -> None:
        self.sent.append(command)

    def replies(self) -> Iterator[object]:
        while True:
            reply = self._replies.get()
            self.received += 1
            if isinstance(reply, Exception):
                raise reply
            yield reply

    def give_up(self, cause: str) -> None:
        self._replies.put(LinkError(cause))

    def close(self) -> None:
        """Nothing is open."""

    def acknowledge(self, *channels: str) -> None:
        for channel in channels:
            self._replies.put([b"subscribe", channel.encode(), 1])
        gevent.sleep(0)


class World:
    """A subscriber, and a Redis that can be reached when the test says so."""

    def __init__(self) -> None:
        self.link = FakeLink()
        self.reachable = Event()
        self.restored = 0
        self.subscriber = Subscriber(
            self._connect,  # type: ignore[arg-type]  # the fake has the methods used
            on_message=lambda _channel, _payload: None,
            on_restored=self._restore,
            ack_seconds=0.05,
        )

    def _connect(self) -> FakeLink:
        self.reachable.wait()
        return self.link

    def _restore(self) -> None:
        self.restored += 1

    def reach(self) -> None:
        """Let the connection be made."""
        self.reachable.set()
        gevent.sleep(0.001)


@contextmanager
def world() -> Iterator[World]:
    made = World()
    made.subscriber.start()
    gevent.sleep(0)
    yield made
    made.subscriber.stop()


class TestSubscribe:
    def test_while_redis_is_away_is_made_up_for_when_it_is_back(self) -> None:
        """Naive: what was never sent counts as unanswered, and the channel waits for ever."""
        with world() as here:
            assert not here.subscriber.subscribe("job:a")
            here.reach()
            here.link.acknowledge("job:a")

            assert [("SUBSCRIBE", "job:a")] == here.link.sent
            assert here.subscriber.subscribe("job:a")
            assert 1 == here.restored

    def test_again_waits_for_its_own_acknowledgement(self) -> None:
        """That of a subscription given up meanwhile says nothing about this one."""
        with world() as here:
            here.reach()
            assert not here.subscriber.subscribe("job:a")  # nobody answers yet
            here.subscriber.unsubscribe("job:a")
            assert not here.subscriber.subscribe("job:a")
            here.link.acknowledge("job:a")
            assert not here.subscriber.subscribe("job:a")
            here.link.acknowledge("job:a")

            assert here.subscriber.subscribe("job:a")


class TestRestored:
    def test_is_told_once_everything_is_subscribed_again(self) -> None:
        """Whoever was given up in between is not waited for."""
        with world() as here:
            for channel in ("job:a", "job:b", "job:c"):
                here.subscriber.subscribe(channel)
            here.reach()
            here.link.acknowledge("job:a")
            here.subscriber.unsubscribe("job:b")
            here.link.acknowledge("job:b")
            before = here.restored
            here.link.acknowledge("job:c")

            assert (0, 1) == (before, here.restored)

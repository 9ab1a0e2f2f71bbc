"""The process's one subscription: every followed channel on one connection, kept alive."""

import contextlib
import logging
import random
import time
from collections import Counter
from collections.abc import Callable

import gevent
from gevent.event import Event

from relay.link import Link, LinkError

log = logging.getLogger(__name__)

LONGEST_WAIT_SECONDS = 1.0
#: After so long without a word Redis is asked for one, and after as long again given up: then
#: SQL is polled.
SILENCE_SECONDS = 0.7


class Subscriber:
    """Delivers what is published on the subscribed channels, and reconnects for ever.

    `on_message(channel, payload)` and `on_restored()` run in the reader's greenlet and must not
    block; `on_restored` is called when all channels are subscribed again after a loss.
    """

    def __init__(
        self,
        connect: Callable[[], Link],
        *,
        on_message: Callable[[bytes, bytes], None],
        on_restored: Callable[[], None],
        ack_seconds: float = 3.0,
        silence_seconds: float = SILENCE_SECONDS,
    ) -> None:
        self._connect = connect
        self._on_message = on_message
        self._on_restored = on_restored
        self._ack_seconds = ack_seconds
        self._silence_seconds = silence_seconds
        self._link: Link | None = None
        self._lost = True
        self._channels: dict[str, Event] = {}  # set once Redis acknowledged
        self._unacknowledged: Counter[str] = Counter()
        self._greenlet: gevent.Greenlet[..., None] | None = None

    @property
    def up(self) -> bool:
        """Whether the connection stands."""
        return self._link is not None

    def start(self) -> None:
        """Begin to connect and read."""
        self._greenlet = gevent.spawn(self._run)

    def stop(self) -> None:
        """Close the connection and stop reading."""
        if self._greenlet is not None:
            self._greenlet.kill()

    def subscribe(self, channel: str) -> bool:
        """Subscribe and wait for Redis's acknowledgement; False when it did not come in time.

        The channel stays wanted either way and is subscribed when Redis is back.
        """
        acknowledged = self._channels.get(channel)
        if acknowledged is None:
            acknowledged = self._channels[channel] = Event()
            self._send_subscribe([channel])
        if self._link is None:
            return False
        # Not `wait` alone: gevent may forget the timeout of who waits for an event that is set
        # while earlier waiters are still being told, and that caller would hang for ever.
        return acknowledged.is_set() or bool(acknowledged.wait(self._ack_seconds))

    def unsubscribe(self, channel: str) -> None:
        """Stop listening to a channel."""
        if self._channels.pop(channel, None) is not None:
            self._send("UNSUBSCRIBE", channel)

    def _send_subscribe(self, channels: list[str]) -> None:
        if self._link is None:
            return  # all that are wanted are subscribed once there is one
        self._unacknowledged.update(channels)
        self._send("SUBSCRIBE", *channels)

    def _send(self, *command: str) -> None:
        # A failing send means that the reader is about to notice too, and subscribes anew.
        if self._link is not None:
            with contextlib.suppress(LinkError):
                self._link.send(*command)

    def _run(self) -> None:
        failures = 0
        while True:
            try:
                self._link = self._connect()
                failures = 0
                if self._channels:
                    self._send_subscribe(list(self._channels))
                else:
                    self._restored()
                self._read(self._link)
            except LinkError as error:
                if failures == 0:
                    log.warning(
                        "redis is away", extra={"action": "redis_lost", "cause": str(error)}
                    )
                failures += 1
            finally:
                self._drop()
            longest = min(0.05 * 2**failures, LONGEST_WAIT_SECONDS)
            gevent.sleep(longest * random.uniform(0.5, 1.0))  # noqa: S311 - spreads reconnects

    def _read(self, link: Link) -> None:
        watching = gevent.spawn(self._watch, link)
        try:
            for reply in link.replies():
                # First what comes a thousand times as often as the rest.
                if type(reply) is list and reply[0] == b"message":
                    self._on_message(reply[1], reply[2])
                else:
                    self._handle(reply)
        finally:
            watching.kill()

    def _watch(self, link: Link) -> None:
        """Ask a silent Redis for a word, and give up one that has none."""
        received, asked = link.received, False
        while True:
            slept_at = time.monotonic()
            gevent.sleep(self._silence_seconds)
            # Who wakes up late was kept from running, and so was the reader.
            late = time.monotonic() - slept_at > 2 * self._silence_seconds
            silent = link.received == received and not late
            if silent and asked:
                link.give_up("Redis does not answer")
                return
            received, asked = link.received, silent
            if silent:
                self._send("PING")

    def _handle(self, reply: object) -> None:
        if isinstance(reply, LinkError):
            raise reply
        if isinstance(reply, list) and reply[0] == b"subscribe":
            self._acknowledge(reply[1].decode())

    def _acknowledge(self, channel: str) -> None:
        # An acknowledgement of an earlier SUBSCRIBE, unsubscribed since, says nothing about the
        # latest one: messages in between are not delivered.
        self._unacknowledged[channel] -= 1
        if self._unacknowledged[channel] > 0:
            return
        del self._unacknowledged[channel]
        if channel in self._channels:
            self._channels[channel].set()
        if self._lost and not self._unacknowledged:
            self._restored()

    def _restored(self) -> None:
        self._lost = False
        self._on_restored()

    def _drop(self) -> None:
        link, self._link = self._link, None
        self._lost = True
        self._unacknowledged.clear()
        # New events, not cleared ones, for the same reason.
        self._channels = {channel: Event() for channel in self._channels}
        if link is not None:
            link.close()

"""What happens by the clock: heartbeats, ends of streams, comparisons with SQL, the final drain."""

import logging
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import gevent

from contract import events
from relay import sse
from relay.clients import Client
from relay.hub import Hub

log = logging.getLogger(__name__)

ROUND_SECONDS = 1.0
DRAIN_STEP_SECONDS = 0.05
#: Revocations are asked for with this overlap, so that none falls between two rounds.
OVERLAP_SECONDS = 5.0


@dataclass(frozen=True, kw_only=True)
class Limits:
    """How many streams there may be, how long they last, and how often they show that they live."""

    per_user: int = 20
    per_process: int = 10_000
    heartbeat_seconds: float = 15.0
    age_seconds: float = 600.0  # on average; spread by 20 %, so that clients do not return at once
    stuck_seconds: float = 30.0  # a client that takes nothing for so long is closed, and resumes
    repair_seconds: float = 10.0  # between comparisons with SQL
    retry_milliseconds: int = 2000  # on average; spread by half

    def retry(self) -> int:
        """Return how long a client is to wait before it reconnects, in milliseconds."""
        return int(self.retry_milliseconds * random.uniform(0.5, 1.5))  # noqa: S311 - no secret

    def end(self, client: Client, *, now: float, signed_in_seconds: float) -> None:
        """Set when the stream ends: at its age, or earlier at its token's end."""
        age = self.age_seconds * random.uniform(0.8, 1.2)  # noqa: S311 - no secret
        client.expires = signed_in_seconds < age
        client.ends_at = now + min(age, signed_in_seconds)


class Rounds:
    """The clients' timer, and SQL's; `revoked(within_seconds)` asks it for ended sign-ins."""

    def __init__(self, hub: Hub, limits: Limits, *, revoked: Callable[[float], set[str]]) -> None:
        self._hub, self._limits, self._revoked = hub, limits, revoked
        self._slots = max(1, round(limits.heartbeat_seconds / ROUND_SECONDS))
        self._slot = 0
        self._compared_at = self._asked_at = time.monotonic()

    def run(self) -> None:
        """Go round for ever.

        Apart from each other: SQL may keep who asks waiting, and heartbeats must not wait for it.
        """
        gevent.joinall([gevent.spawn(_for_ever, self._tend), gevent.spawn(_for_ever, self._ask)])

    def drain(self, seconds: float) -> None:
        """Close all streams within `seconds`, spread: their clients must not return all at once."""
        clients = list(self._hub.clients)
        steps = max(1, int(seconds / DRAIN_STEP_SECONDS))
        per_step = max(1, -(-len(clients) // steps))
        for at in range(0, len(clients), per_step):
            for client in clients[at : at + per_step]:
                client.finish()
            gevent.sleep(DRAIN_STEP_SECONDS)

    def _tend(self) -> None:
        self._visit(time.monotonic())
        self._hub.sweep()

    def _ask(self) -> None:
        now = time.monotonic()
        self._end_revoked(now)
        due = now - self._compared_at >= self._limits.repair_seconds
        if due or not self._hub.subscriber.up:
            self._compared_at = now
            self._hub.compare()

    def _visit(self, now: float) -> None:
        """Give each client its heartbeat, in turns over the interval, and its end when due."""
        self._slot = (self._slot + 1) % self._slots
        beat = sse.heartbeat(events.format_time(datetime.now(UTC)))
        beats = {chunked: sse.body(beat, chunked=chunked) for chunked in (False, True)}
        for client in self._hub.clients:
            # First who takes nothing: at its stream's end it would only be asked to take the rest.
            if client.stuck and now - client.stuck_since > self._limits.stuck_seconds:
                client.close()
            elif now >= client.ends_at:
                farewell(client, expired=client.expires)
            # By the number of its socket, which stays: places in the list shift as others come and
            # go, and some would get no heartbeat for minutes.
            elif client.number % self._slots == self._slot and client.can_send():
                client.send(beats[client.chunked])

    def _end_revoked(self, now: float) -> None:
        ended = self._revoked(now - self._asked_at + OVERLAP_SECONDS)
        self._asked_at = now
        if ended:
            for client in self._hub.clients:
                if client.session_id in ended:
                    farewell(client, expired=True)


def _for_ever(go: Callable[[], None]) -> None:
    while True:
        gevent.sleep(ROUND_SECONDS)
        try:
            go()
        except Exception:  # a database that is away must not end the rounds
            log.exception("round failed", extra={"action": "round_failed"})


def farewell(client: Client, *, expired: bool) -> None:
    """End a stream; one whose sign-in ended says so, so that its client signs in again."""
    if expired and client.can_send():
        client.say(sse.auth_expired())
    client.finish()

"""One client's stream: what SQL remembers, then what arrives live, each milestone once."""

import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from contract import channels, events
from relay import sse
from relay.hub import Follower

READ_LIMIT = 500


@dataclass(frozen=True)
class Milestone:
    """A milestone as SQL remembers it."""

    seq: int
    json: bytes


#: `read(job_id, after, limit)` returns milestones in order.
Read = Callable[[str, int, int], list[Milestone]]


@dataclass(frozen=True, kw_only=True)
class Limits:
    """How long a stream lasts and how often it shows that it lives."""

    heartbeat_seconds: float = 15.0
    age_seconds: float = 600.0  # on average; spread by 20 %, so that clients do not return at once
    retry_milliseconds: int = 2000  # on average; spread by half


class Stream:
    """The frames of one client, from its cursor to the terminal event.

    `signed_in_seconds` is how long the caller's token is still good.
    """

    def __init__(
        self,
        follower: Follower,
        *,
        read: Read,
        limits: Limits,
        signed_in_seconds: float,
        note: str | None = None,
    ) -> None:
        self._follower = follower
        self._read = read
        self._limits = limits
        self._note = note
        now = time.monotonic()
        spread = random.uniform(0.8, 1.2)  # noqa: S311 - spreads reconnects
        self._close_at = now + limits.age_seconds * spread
        self._expires_at = now + signed_in_seconds
        self._beat_at = now + limits.heartbeat_seconds
        self._ended = False

    def frames(self) -> Iterator[bytes]:
        """Yield frames until the job ended, the token expired or the stream is old enough."""
        spread = random.uniform(0.5, 1.5)  # noqa: S311 - spreads reconnects
        yield sse.retry(int(self._limits.retry_milliseconds * spread))
        if self._note is not None:
            yield sse.comment(self._note)
        while not self._ended:
            news = self._follower.wait(self._seconds_to_wait())
            if self._follower.gone:
                return
            # Before the news: a busy job must not keep heartbeats and the token's end waiting.
            yield from self._on_time()
            if news and not self._ended:
                yield from self._news()

    def _news(self) -> Iterator[bytes]:
        behind = self._follower.behind
        if behind:
            yield from self._catch_up()
        for payload in self._follower.take():
            if self._ended:
                return
            # A tick that waited behind milestones would show an earlier moment after a later one.
            if payload.seq is not None or not behind:
                yield from self._live(payload)

    def _live(self, payload: channels.Payload) -> Iterator[bytes]:
        follower = self._follower
        if payload.seq is None:
            yield sse.tick(payload.json)
        elif payload.seq == follower.last + 1:
            yield self._milestone(payload.seq, payload.json)
        elif payload.seq > follower.last:
            yield from self._catch_up()

    def _catch_up(self) -> Iterator[bytes]:
        follower, more = self._follower, True
        while more and not self._ended:
            # Cleared before the read: what is committed after it makes us look again.
            follower.behind = False
            found = self._read(follower.job_id, follower.last, READ_LIMIT)
            more = len(found) == READ_LIMIT
            for milestone in found:
                json = milestone.json
                if milestone.seq > follower.last + 1:
                    json = _truncated(json)
                yield self._milestone(milestone.seq, json)

    def _milestone(self, seq: int, json: bytes) -> bytes:
        self._follower.last = seq
        self._ended = events.decode(json).terminal
        return sse.milestone(self._follower.job_id, seq, json)

    def _seconds_to_wait(self) -> float:
        return min(self._beat_at, self._expires_at, self._close_at) - time.monotonic()

    def _on_time(self) -> Iterator[bytes]:
        now = time.monotonic()
        if now >= self._expires_at:
            self._ended = True
            yield sse.auth_expired()
        elif now >= self._close_at:
            self._ended = True
        elif now >= self._beat_at:
            self._beat_at = now + self._limits.heartbeat_seconds
            yield sse.heartbeat(events.format_time(datetime.now(UTC)))


def _truncated(json: bytes) -> bytes:
    """Say that retention purged what came before: SQL itself has no gaps."""
    return events.truncate(json).encode()

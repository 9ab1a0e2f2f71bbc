"""Who follows which job: live events go to followers, and lost ones are noticed and repaired."""

import logging
from collections import deque
from collections.abc import Callable, Iterable

import gevent
from gevent.event import Event

from contract import channels
from relay.subscriber import Subscriber

log = logging.getLogger(__name__)

#: What one follower may leave unread; beyond it, milestones are read from SQL again.
PENDING_LIMIT = 256
TICKS_UNREAD_LIMIT = 8


class Follower:
    """One client of one job: what arrived for it live, and whether SQL has more.

    `last` is the sequence number of the last milestone that was sent to the client.
    """

    def __init__(self, job_id: str, last: int) -> None:
        self.job_id = job_id
        self.last = last
        self.behind = True  # SQL holds milestones that were not delivered live
        self.gone = False  # the job was deleted, or the process shuts down
        self._pending: deque[channels.Payload] = deque()
        self._wake = Event()

    def offer(self, payload: channels.Payload) -> None:
        """Take a live event; ticks are dropped first when the client is slow."""
        if payload.seq is None and len(self._pending) >= TICKS_UNREAD_LIMIT:
            return
        if len(self._pending) >= PENDING_LIMIT:
            self._pending.clear()
            self.behind = True
        self._pending.append(payload)
        self._wake.set()

    def catch_up(self) -> None:
        """Make the follower read SQL."""
        self.behind = True
        self._wake.set()

    def end(self) -> None:
        """Make the follower close its stream."""
        self.gone = True
        self._wake.set()

    def wait(self, seconds: float) -> bool:
        """Sleep until there is something to do; False when there was nothing in that time."""
        if not self._pending and not self.behind and not self.gone:
            self._wake.wait(max(seconds, 0))
        self._wake.clear()
        return bool(self._pending) or self.behind or self.gone

    def take(self) -> Iterable[channels.Payload]:
        """Yield and forget what arrived live."""
        while self._pending:
            yield self._pending.popleft()


class Hub:
    """All followers of this process; `last_seqs(job_ids)` asks SQL how far those jobs are."""

    def __init__(
        self,
        make_subscriber: Callable[..., Subscriber],
        *,
        last_seqs: Callable[[Iterable[str]], dict[str, int]],
        repair_seconds: float = 10.0,
        poll_seconds: float = 1.0,
    ) -> None:
        self._subscriber = make_subscriber(on_message=self._deliver, on_restored=self._catch_up_all)
        self._last_seqs = last_seqs
        self._repair_seconds = repair_seconds
        self._poll_seconds = poll_seconds
        self._followers: dict[str, set[Follower]] = {}
        self._repairing: gevent.Greenlet[..., None] | None = None
        self._closed = False
        self.repairs = 0

    @property
    def redis_up(self) -> bool:
        """Whether live events can arrive."""
        return self._subscriber.up

    @property
    def streams(self) -> int:
        """How many clients are attached."""
        return sum(map(len, self._followers.values()))

    def start(self) -> None:
        """Connect to Redis and begin to repair."""
        self._subscriber.start()
        self._repairing = gevent.spawn(self._repair)

    def close(self) -> None:
        """End all streams; later followers end at once."""
        self._closed = True
        for followers in self._followers.values():
            for follower in followers:
                follower.end()

    def stop(self) -> None:
        """Close, and disconnect from Redis."""
        self.close()
        self._subscriber.stop()
        if self._repairing is not None:
            self._repairing.kill()

    def follow(self, job_id: str, *, last: int) -> Follower:
        """Attach a client: from its return on, no milestone after a read of SQL is missed.

        Where Redis does not acknowledge in time, the repair rounds find what it would have told.
        """
        follower = Follower(job_id, last)
        self._followers.setdefault(job_id, set()).add(follower)
        if self._closed:
            follower.end()
        else:
            self._subscriber.subscribe(channels.for_job(job_id))
        return follower

    def leave(self, follower: Follower) -> None:
        """Detach a client; the last one of a job ends its subscription. Twice does nothing."""
        followers = self._followers.get(follower.job_id, set())
        followers.discard(follower)
        if not followers and self._followers.pop(follower.job_id, None) is not None:
            self._subscriber.unsubscribe(channels.for_job(follower.job_id))

    def _deliver(self, channel: str, raw: bytes) -> None:
        try:
            payload = channels.unpack(raw)
        except channels.PayloadError as error:
            log.warning("not ours", extra={"action": "payload_refused", "cause": str(error)})
            return
        for follower in self._followers.get(channel.removeprefix(channels.PREFIX), ()):
            follower.offer(payload)

    def _catch_up_all(self) -> None:
        for followers in self._followers.values():
            for follower in followers:
                follower.catch_up()

    def _repair(self) -> None:
        """Compare positions with SQL: every 10 s, and every second while Redis is away."""
        waited = 0.0
        while True:
            gevent.sleep(self._poll_seconds)
            waited += self._poll_seconds
            if not self._subscriber.up or waited >= self._repair_seconds:
                waited = 0.0
                try:
                    self._compare()
                except Exception:  # a database that is away must not end the repairs
                    log.exception("positions not compared", extra={"action": "repair_failed"})

    def _compare(self) -> None:
        if not self._followers:
            return
        positions = self._last_seqs(tuple(self._followers))
        for job_id, followers in list(self._followers.items()):
            for follower in list(followers):
                if job_id not in positions:
                    follower.end()
                elif positions[job_id] > follower.last and not follower.behind:
                    self.repairs += 1
                    follower.catch_up()

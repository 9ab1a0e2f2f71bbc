"""Who follows which job: a frame is made once and the same bytes go to every follower's socket."""

import logging
from collections import Counter
from collections.abc import Callable, Iterable, Sequence

import gevent

from contract import channels, events
from relay import memory, sse
from relay.clients import Client
from relay.lane import Lane
from relay.memory import Memory, MemoryAwayError
from relay.pace import Pace
from relay.recall import Recall
from relay.rooms import Room
from relay.subscriber import Subscriber

log = logging.getLogger(__name__)


class Hub:
    """All clients of this process, by job.

    They come in by `admit`. From then on what Redis carries goes to all of a job's live clients at
    once (`_deliver`); whoever lacks something, for whatever reason, is left to the `recall`.
    """

    def __init__(
        self,
        make_subscriber: Callable[..., Subscriber],
        remembered: Memory,
        *,
        pace: Pace | None = None,
    ) -> None:
        self.subscriber = make_subscriber(on_message=self._deliver, on_restored=self.compare_soon)
        self.rooms: dict[bytes, Room] = {}  # by channel
        self.count = 0
        self.per_user: Counter[str] = Counter()
        self.pace = pace or Pace()
        self.recall = Recall(remembered, self.pace)
        self._memory = remembered

    @property
    def clients(self) -> Iterable[Client]:
        """All clients, in a list that may be changed meanwhile."""
        return [client for room in self.rooms.values() for client in room.clients]

    def admit(self, client: Client, opening: bytes) -> None:
        """Take a client: subscribe to its job, bring it to the present, and keep it there.

        `opening`, the head of the response, goes out once what is published arrives here. Where
        Redis does not acknowledge in time, the comparisons with SQL find what was missed.
        """
        channel = channels.for_job(client.job_id)
        room = self.rooms.setdefault(channel.encode(), Room(client.job_id))
        room.clients.add(client)
        self.count += 1
        self.per_user[client.user_id] += 1
        client.watch(on_free=self._on_free, on_gone=self._on_gone)
        self.subscriber.subscribe(channel)
        if client.open(opening):
            self.recall.catch_up(room, [client])

    def compare(self) -> None:
        """Ask SQL how far all followed jobs are, and bring up who is behind."""
        rooms = list(self.rooms.values())  # others may come while SQL is asked about these
        positions = self._memory.last_seqs([room.job_id for room in rooms])
        for room in rooms:
            if room.job_id not in positions:
                self._end_room(room)
                continue
            room.latest = max(room.latest, positions[room.job_id])
            self.recall.repair(room, room.latest)

    def compare_soon(self) -> None:
        """Compare in a greenlet of its own; for callers that must not wait."""
        gevent.spawn(self._compare_guarded)

    def sweep(self) -> None:
        """Unsubscribe from jobs that nobody follows any more."""
        for channel, room in list(self.rooms.items()):
            if not room.clients:
                del self.rooms[channel]
                self.subscriber.unsubscribe(channel.decode())

    def _compare_guarded(self) -> None:
        try:
            self.compare()
        except MemoryAwayError as error:  # the next round compares again
            log.warning("no compare", extra={"action": "compare_failed", "cause": str(error)})

    def _deliver(self, channel: bytes, raw: bytes) -> None:
        room = self.rooms.get(channel)
        if room is None:
            return
        try:
            seq, json = channels.unpack(raw)
            ends = seq > 0 and memory.is_terminal(json)
        except (channels.PayloadError, events.DecodeError) as error:
            log.warning("not ours", extra={"action": "payload_refused", "cause": str(error)})
            return
        if seq > 0:
            self._deliver_milestone(room, seq, json, ends=ends)
        elif seq != channels.GONE:
            self._deliver_tick(room, -seq, json)
        else:
            self._end_room(room)

    def _deliver_tick(self, room: Room, after: int, json: bytes) -> None:
        """Send a tick to who has the milestone before it, and none after that."""
        room.latest = max(room.latest, after)
        ready = [lane for lane in room.lanes if lane.seq == after]
        if len(ready) < len(room.lanes):
            self.recall.repair(room, after)
        self._fan_out(ready, sse.tick(json))

    def _deliver_milestone(self, room: Room, seq: int, json: bytes, *, ends: bool) -> None:
        room.latest = max(room.latest, seq)
        self.recall.repair(room, seq - 1)
        ready = [lane for lane in room.lanes if lane.seq == seq - 1]
        for lane in ready:
            lane.expect(seq)
        self._fan_out(ready, sse.milestone(room.job_id, seq, json))
        if len(room.lanes) > 1:
            room.merge_lanes()
        if ends:
            for client in list(room.clients):
                # Who is neither is catching up: it finds the end in SQL.
                if client.live or client.last == seq:
                    client.finish()

    def _fan_out(self, lanes: Sequence[Lane], frame: bytes) -> None:
        for lane in lanes:
            lane.send(sse.body(frame, chunked=lane.chunked), self.pace)

    def _on_free(self, client: Client) -> None:
        gevent.spawn(self.recall.catch_up, self._room(client), [client])

    def _on_gone(self, client: Client) -> None:
        room = self._room(client)
        room.clients.discard(client)
        self.count -= 1
        self.per_user[client.user_id] -= 1
        if not self.per_user[client.user_id]:
            del self.per_user[client.user_id]

    def _room(self, client: Client) -> Room:
        return self.rooms[channels.for_job(client.job_id).encode()]

    def _end_room(self, room: Room) -> None:
        for client in list(room.clients):
            client.finish()

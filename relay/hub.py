"""Who follows which job: a frame is made once and the same bytes go to every follower's socket."""

import logging
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence

import gevent

from contract import channels, events
from relay import memory, sse
from relay.clients import Client
from relay.lane import Lane
from relay.memory import Memory, MemoryAwayError, Milestone
from relay.rooms import Room
from relay.subscriber import Subscriber

log = logging.getLogger(__name__)

#: Before more sends than these the hub looks at the clock, and after so long others may run: an
#: attach must not wait for a fan-out of thousands.
SENDS_PER_TURN = 1024
TURN_SECONDS = 0.004
READ_LIMIT = 200
AWAY_SECONDS = 1.0  # between tries to read, while the streams stay open


class Hub:
    """All clients of this process, by job."""

    def __init__(
        self,
        make_subscriber: Callable[..., Subscriber],
        remembered: Memory,
        *,
        sends_per_turn: int = SENDS_PER_TURN,
        turn_seconds: float = TURN_SECONDS,
    ) -> None:
        self.subscriber = make_subscriber(on_message=self._deliver, on_restored=self.compare_soon)
        self.rooms: dict[bytes, Room] = {}  # by channel
        self.count = 0
        self.per_user: Counter[str] = Counter()
        self.repairs = 0
        self.frames = 0
        self._memory = remembered
        self._sends_per_turn = sends_per_turn
        self._sent = 0  # in this turn
        self._turn_seconds = turn_seconds
        self._loop = gevent.get_hub().loop

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
            self.catch_up(room, [client])

    def catch_up(self, room: Room, clients: Sequence[Client]) -> None:
        """Send what SQL has after the clients' last milestone, until they are at the present.

        They all have the same last one. They become live in the same turn in which nothing was
        left to read, so nothing can be published in between. A client that meanwhile was brought
        further by another catch-up (it was stuck, and read again) is left to that one.
        """
        last = clients[0].last
        while clients := [client for client in clients if client.awaits_after(last)]:
            try:
                found = self._memory.read(room.job_id, last, READ_LIMIT)
            except MemoryAwayError as error:
                log.warning("no read", extra={"action": "read_failed", "cause": str(error)})
                gevent.sleep(AWAY_SECONDS)
                continue
            if found:
                clients = self._send_stored(room.job_id, found, clients, after=last)
                last = found[-1].seq
            room.latest = max(room.latest, last)
            if last >= room.latest and len(found) < READ_LIMIT:
                for client in clients:
                    if client.awaits_after(last):
                        room.enter(client)
                return
            if not found:
                gevent.sleep(0.05)  # announced, yet not visible here: a replica that lags

    def compare(self) -> None:
        """Ask SQL how far all followed jobs are, and bring up who is behind."""
        rooms = list(self.rooms.values())  # others may come while SQL is asked about these
        positions = self._memory.last_seqs([room.job_id for room in rooms])
        for room in rooms:
            if room.job_id not in positions:
                self._end_room(room)
                continue
            room.latest = max(room.latest, positions[room.job_id])
            self._repair(room, room.latest)

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
            self._repair(room, after)
        self._fan_out(ready, sse.tick(json))

    def _deliver_milestone(self, room: Room, seq: int, json: bytes, *, ends: bool) -> None:
        room.latest = max(room.latest, seq)
        self._repair(room, seq - 1)
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
            lane.send(sse.body(frame, chunked=lane.chunked), self._sends_per_turn, self._breathe)

    def _breathe(self, sends: int) -> None:
        """Count sends, and let others run before them if they waited for long."""
        self.frames += sends
        self._sent += sends
        if self._sent > self._sends_per_turn:
            self._sent = sends
            # The loop's own clock stands still since it last looked at the sockets.
            if time.time() - self._loop.now() >= self._turn_seconds:
                gevent.sleep(0)

    def _repair(self, room: Room, seq: int) -> None:
        """Bring the live clients that missed a milestone up to `seq` to the present again."""
        for lane in room.lanes:
            if lane.seq >= seq:
                continue
            behind = defaultdict(list)  # by the last milestone: a fan-out may be under way
            for client in lane:
                lane.leave(client)
                behind[client.last].append(client)
            for clients in behind.values():
                self.repairs += len(clients)
                gevent.spawn(self.catch_up, room, clients)

    def _send_stored(
        self, job_id: str, found: Sequence[Milestone], clients: Sequence[Client], *, after: int
    ) -> list[Client]:
        """Send stored milestones to clients that have the ones before; return who took them all.

        The others took a part: they catch up by themselves once they read again.
        """
        data = memory.framed(job_id, found)
        bodies = {chunked: sse.body(data, chunked=chunked) for chunked in (False, True)}
        last, ends = found[-1].seq, memory.is_terminal(found[-1].json)
        took = []
        for client in clients:
            if client.awaits_after(after):  # others ran in between
                client.last = last
                if client.send(bodies[client.chunked]):
                    took.append(client)
                if ends:
                    client.finish()
                self._breathe(1)
        return took

    def _on_free(self, client: Client) -> None:
        gevent.spawn(self.catch_up, self._room(client), [client])

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

"""Who follows which job: a frame is made once and the same bytes go to every follower's socket."""

import logging
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field

import gevent

from contract import channels, events
from relay import sse
from relay.clients import Client
from relay.subscriber import Subscriber

log = logging.getLogger(__name__)

SENDS_PER_TURN = 256  # then others may run: an attach must not wait for a fan-out of thousands
READ_LIMIT = 200


@dataclass(frozen=True)
class Milestone:
    """A milestone as SQL remembers it."""

    seq: int
    json: bytes


@dataclass(frozen=True, kw_only=True)
class Memory:
    """What SQL is asked; each call may wait."""

    read: Callable[[str, int, int], list[Milestone]]  # (job, after, limit), in order
    last_seqs: Callable[[Collection[str]], dict[str, int]]  # a deleted job is absent


@dataclass(eq=False)
class Room:
    """A followed job: its clients here, and how far it is known to be."""

    job_id: str
    latest: int = 0
    clients: set[Client] = field(default_factory=set)
    joining: int = 0  # callers between the subscription and their client's arrival


class Hub:
    """All clients of this process, by job."""

    def __init__(self, make_subscriber: Callable[..., Subscriber], memory: Memory) -> None:
        self.subscriber = make_subscriber(on_message=self._deliver, on_restored=self.compare_soon)
        self.rooms: dict[str, Room] = {}  # by channel
        self.count = 0
        self.per_user: Counter[str] = Counter()
        self.repairs = 0
        self.frames = 0
        self._memory = memory
        self._turn = SENDS_PER_TURN

    @property
    def clients(self) -> Iterable[Client]:
        """All clients, in a list that may be changed meanwhile."""
        return [client for room in self.rooms.values() for client in room.clients]

    def join(self, job_id: str) -> Room:
        """Subscribe to a job; from the return on, what is published arrives here.

        Where Redis does not acknowledge in time, the comparisons with SQL find what was missed.
        """
        channel = channels.for_job(job_id)
        room = self.rooms.setdefault(channel, Room(job_id))
        room.joining += 1
        self.subscriber.subscribe(channel)
        return room

    def admit(self, room: Room, client: Client, opening: bytes) -> None:
        """Add a client and bring it from its cursor to the present, then keep it there.

        `opening` goes out first: the head of the response.
        """
        room.joining -= 1
        room.clients.add(client)
        self.count += 1
        self.per_user[client.user_id] += 1
        client.watch(on_free=self._on_free, on_gone=self._on_gone)
        if client.send(opening):
            self.catch_up(room, client)

    def catch_up(self, room: Room, client: Client) -> None:
        """Send what SQL has after the client's last milestone, until it is at the present.

        The client becomes live in the same turn in which nothing was left to read, so nothing
        can be published in between.
        """
        while client.can_send():
            found = self._memory.read(room.job_id, client.last, READ_LIMIT)
            self._send_stored(client, found)
            room.latest = max(room.latest, client.last)
            if client.last >= room.latest and len(found) < READ_LIMIT:
                client.live = client.can_send()
                return
            if not found:
                gevent.sleep(0.05)  # announced, yet not visible here: a replica that lags

    def compare(self) -> None:
        """Ask SQL how far all followed jobs are, and bring up who is behind."""
        positions = self._memory.last_seqs([room.job_id for room in self.rooms.values()])
        for room in list(self.rooms.values()):
            if room.job_id not in positions:
                self._end_room(room)
                continue
            room.latest = max(room.latest, positions[room.job_id])
            for client in list(room.clients):
                if client.live and client.last < room.latest:
                    self.repairs += 1
                    client.live = False
                    gevent.spawn(self.catch_up, room, client)

    def compare_soon(self) -> None:
        """Compare in a greenlet of its own; for callers that must not wait."""
        gevent.spawn(self._compare_guarded)

    def sweep(self) -> None:
        """Unsubscribe from jobs that nobody follows any more."""
        for channel, room in list(self.rooms.items()):
            if not room.clients and not room.joining:
                del self.rooms[channel]
                self.subscriber.unsubscribe(channel)

    def _compare_guarded(self) -> None:
        try:
            self.compare()
        except Exception:  # a database that is away must not end the comparisons
            log.exception("positions not compared", extra={"action": "compare_failed"})

    def _deliver(self, channel: str, raw: bytes) -> None:
        room = self.rooms.get(channel)
        if room is None:
            return
        try:
            payload = channels.unpack(raw)
        except channels.PayloadError as error:
            log.warning("not ours", extra={"action": "payload_refused", "cause": str(error)})
            return
        if payload.gone:
            self._end_room(room)
        elif payload.seq is None:
            self._send_tick(room, sse.tick(payload.json))
        else:
            self._send_milestone(room, payload.seq, payload.json)

    def _send_tick(self, room: Room, frame: bytes) -> None:
        frames = sse.variants(frame)
        for turn in self._turns(room):
            for client in turn:
                if client.live:
                    client.send(frames[client.chunked])

    def _send_milestone(self, room: Room, seq: int, json: bytes) -> None:
        room.latest = max(room.latest, seq)
        frames, last = sse.variants(sse.milestone(room.job_id, seq, json)), is_terminal(json)
        for turn in self._turns(room):
            for client in turn:
                if not client.live or client.last >= seq:
                    continue
                if client.last < seq - 1:
                    self.repairs += 1
                    client.live = False
                    gevent.spawn(self.catch_up, room, client)
                    continue
                client.last = seq
                client.send(frames[client.chunked])
                if last:
                    client.finish()

    def _turns(self, room: Room) -> Iterator[tuple[Client, ...]]:
        """Yield the room's clients in pieces, and let others run after so many sends."""
        clients = tuple(room.clients)
        for at in range(0, len(clients), SENDS_PER_TURN):
            turn = clients[at : at + SENDS_PER_TURN]
            yield turn
            self.frames += len(turn)
            self._turn -= len(turn)
            if self._turn <= 0:
                self._turn = SENDS_PER_TURN
                gevent.sleep(0)

    def _send_stored(self, client: Client, found: list[Milestone]) -> None:
        frames, after = [], client.last
        for milestone in found:
            json = milestone.json
            if milestone.seq > after + 1:
                # SQL has no gaps, so retention purged what came before.
                json = events.truncate(json).encode()
            frames.append(sse.milestone(client.job_id, milestone.seq, json))
            after = milestone.seq
        if not frames:
            return
        client.last = after
        client.say(b"".join(frames))
        self.frames += len(frames)
        if is_terminal(found[-1].json):
            client.finish()

    def _on_free(self, client: Client) -> None:
        gevent.spawn(self.catch_up, self.rooms[channels.for_job(client.job_id)], client)

    def _on_gone(self, client: Client) -> None:
        room = self.rooms[channels.for_job(client.job_id)]
        room.clients.discard(client)
        self.count -= 1
        self.per_user[client.user_id] -= 1
        if not self.per_user[client.user_id]:
            del self.per_user[client.user_id]

    def _end_room(self, room: Room) -> None:
        for client in list(room.clients):
            client.finish()


def is_terminal(json: bytes) -> bool:
    """Whether an event ends its job; decodes only what may."""
    # In a JSON text's strings quotes are escaped, so this pattern is a field of some object.
    if b'"step":"complete"' not in json and b'"step":"error"' not in json:
        return False
    return events.decode(json).terminal

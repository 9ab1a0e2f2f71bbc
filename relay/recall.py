"""Bringing clients to the present: what they have not got yet is read from SQL."""

import logging
from collections import defaultdict
from collections.abc import Sequence

import gevent

from relay import memory, sse
from relay.clients import Client
from relay.memory import Memory, MemoryAwayError, Milestone
from relay.pace import Pace
from relay.rooms import Room

log = logging.getLogger(__name__)

READ_LIMIT = 200
AWAY_SECONDS = 1.0  # between tries to read, while the streams stay open
LAG_SECONDS = 0.05


class Recall:
    """Sends stored milestones to clients of a room that are not live, and makes them live."""

    def __init__(self, remembered: Memory, pace: Pace) -> None:
        self._memory = remembered
        self._pace = pace
        self.repairs = 0  # live clients that missed something

    def repair(self, room: Room, seq: int) -> None:
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
                clients = self._send(room.job_id, found, clients, after=last)
                last = found[-1].seq
            room.latest = max(room.latest, last)
            if last >= room.latest and len(found) < READ_LIMIT:
                for client in clients:
                    if client.awaits_after(last):
                        room.enter(client)
                return
            if not found:
                gevent.sleep(LAG_SECONDS)  # announced, yet not visible here: a replica that lags

    def _send(
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
                self._pace.breathe(1)
        return took

"""The live clients of one job that take the same bytes: one tight loop sends to them all."""

import socket
from collections.abc import Iterator
from itertools import islice, repeat

from relay.clients import Client
from relay.pace import Pace
from relay.sockets import RawSocket

GONE = -1  # what a broken socket takes
NOBODY: socket.socket = RawSocket()  # in the place of who left: broken
NOBODY.close()


class Lane:
    """Clients that all have the same last milestone in their hands, and get what comes next.

    The loop touches nothing but the sockets: looking at each client would cost as much memory
    traffic as a tenth of the send itself. So a client's own `last` is only set when it
    leaves, and who leaves while others are being sent to becomes a hole that is closed up before
    the next frame. One greenlet sends; others may enter and leave between its turns.
    """

    __slots__ = ("_clients", "_done", "_due", "_holes", "_sockets", "chunked", "seq")

    def __init__(self, *, chunked: bool) -> None:
        self.chunked = chunked
        self.seq = 0  # the last milestone that all have, or are just being sent
        self._sockets: list[socket.socket] = []
        self._clients: list[Client | None] = []
        self._holes = 0
        self._done = 0  # the places before it have got the frame that is being sent
        self._due: int | None = None  # and those from there on do not get the milestone `seq`

    def __iter__(self) -> Iterator[Client]:
        return iter([client for client in self._clients if client is not None])

    @property
    def empty(self) -> bool:
        """Whether nobody is here."""
        return len(self._clients) == self._holes

    def takes(self, client: Client) -> bool:
        """Whether the client may enter: in the same form as others, and as far as they are."""
        return self.chunked == client.chunked and (self.seq == client.last or self.empty)

    def like(self, other: "Lane") -> bool:
        """Whether both have clients of the same form that are equally far."""
        return self.chunked == other.chunked and self.seq == other.seq

    def enter(self, client: Client) -> None:
        """Take a client that has all until the present, and nothing unsent."""
        self.seq = client.last
        client.lane, client.place = self, len(self._clients)
        self._sockets.append(client.socket)
        self._clients.append(client)

    def leave(self, client: Client) -> None:
        """Let a client go; from now on it knows its own last milestone."""
        place = client.place
        owed = self._due is not None and self._done <= place < self._due
        client.lane, client.last = None, self.seq - owed
        self._sockets[place], self._clients[place] = NOBODY, None
        self._holes += 1

    def expect(self, seq: int) -> None:
        """Say that the next frame is this milestone, for those who are here now.

        All of them have the one before it; who enters later has this one too.
        """
        if self._holes:
            self._close_up()
        self.seq, self._done, self._due = seq, 0, len(self._clients)

    def send(self, data: bytes, pace: Pace) -> None:
        """Send to all who were here when it was expected, or else are here now.

        Others may run between the turns of the `pace`.
        """
        if self._due is None and self._holes:
            self._close_up()
        end = len(self._sockets) if self._due is None else self._due
        rest, turn = iter(self._sockets), pace.sends_per_turn
        for start in range(0, end, turn):
            stop = min(start + turn, end)
            pace.breathe(stop - start)
            # No other greenlet runs within a turn.
            sent = _send_all(islice(rest, stop - start), data)
            self._done = stop  # whatever did not go out is in a remainder
            if sent.count(len(data)) != len(sent):
                self._care(start, sent, data)
        self._due = None

    def _care(self, start: int, sent: list[int], data: bytes) -> None:
        """Look after those who did not take all."""
        for place, size in enumerate(sent, start):
            client = self._clients[place]
            if size == len(data) or client is None:
                continue
            if size == GONE:
                client.close()
            else:
                client.keep(data[size:])

    def _close_up(self) -> None:
        self._clients = [client for client in self._clients if client is not None]
        self._sockets = [client.socket for client in self]
        for place, client in enumerate(self):
            client.place = place
        self._holes = 0


def _send_all(sockets: Iterator[socket.socket], data: bytes) -> list[int]:
    """Send to each; return how many bytes it took, or GONE where it is broken."""
    sent: list[int] = []
    while True:
        try:
            # A loop in C: in Python it would cost half as much again as the calls.
            sent.extend(map(RawSocket.send, sockets, repeat(data)))
        except BlockingIOError:
            sent.append(0)
        except OSError:
            sent.append(GONE)
        else:
            return sent

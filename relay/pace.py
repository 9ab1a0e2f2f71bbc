"""How much is sent in one go: an attach must not wait for a fan-out of thousands."""

import time

import gevent

#: Before more sends than these the clock is looked at, and after so long others may run.
SENDS_PER_TURN = 1024
TURN_SECONDS = 0.004


class Pace:
    """Counts sends, and lets other greenlets run between them when those have waited for long."""

    __slots__ = ("_loop", "_sent", "_turn_seconds", "frames", "sends_per_turn")

    def __init__(
        self, *, sends_per_turn: int = SENDS_PER_TURN, turn_seconds: float = TURN_SECONDS
    ) -> None:
        self.sends_per_turn = sends_per_turn
        self.frames = 0  # in all
        self._sent = 0  # in this turn
        self._turn_seconds = turn_seconds
        self._loop = gevent.get_hub().loop

    def breathe(self, sends: int) -> None:
        """Let others run, if it is time to, before so many sends."""
        self.frames += sends
        self._sent += sends
        if self._sent > self.sends_per_turn:
            self._sent = sends
            # The loop's own clock stands still since it last looked at the sockets.
            if time.time() - self._loop.now() >= self._turn_seconds:
                gevent.sleep(0)

"""Waiting for something to come true, for a bounded time and not too many at once."""

import contextlib
import threading
import time
from collections.abc import Callable, Iterator

FIRST_PAUSE_SECONDS = 0.1
LONGEST_PAUSE_SECONDS = 1.0


def until(
    done: Callable[[], bool],
    *,
    seconds: float,
    sleep: Callable[[float], None] = time.sleep,
    clock: Callable[[], float] = time.monotonic,
) -> bool:
    """Ask `done` again and again, ever more slowly; return whether it came true in time."""
    deadline = clock() + seconds
    pause = FIRST_PAUSE_SECONDS
    while not done():
        left = deadline - clock()
        if left <= 0:
            return False
        sleep(min(pause, left))
        pause = min(pause * 1.5, LONGEST_PAUSE_SECONDS)
    return True


class Seats:
    """Places for requests that wait: each holds a thread that others may need."""

    def __init__(self, count: int) -> None:
        self._free = threading.Semaphore(count)

    @contextlib.contextmanager
    def taken(self) -> Iterator[bool]:
        """Yield whether there was a free one; it is free again after the block."""
        seated = self._free.acquire(blocking=False)
        try:
            yield seated
        finally:
            if seated:
                self._free.release()

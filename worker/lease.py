"""Keeping the right to work on a job, and noticing when it ends."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import NoReturn

RENEW_EVERY_SECONDS = 0.5  # also how soon a cancellation is noticed


class CancelRequestedError(Exception):
    """The job's owner asked to stop it."""


def clock() -> float:
    """Return seconds that also pass while this process is stopped or the machine sleeps."""
    # Where there is no such clock, one that stands still while the machine sleeps.
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


class Lease:
    """Renews a claim until it is cancelled; `since` is when the claim was asked for.

    A renewal that finds the store `away` is tried again while the lease lasts: nobody else can
    have the job before that. Any other error means: stop at once.
    """

    def __init__(
        self,
        renew: Callable[[], Awaitable[bool]],
        *,
        seconds: float,
        since: float,
        away: tuple[type[Exception], ...] = (),
        every_seconds: float = RENEW_EVERY_SECONDS,
        clock: Callable[[], float] = clock,
    ) -> None:
        self._renew = renew
        self._seconds = seconds
        self._away = away
        self._every_seconds = every_seconds
        self._clock = clock
        # Counted from before the question: the database counted from later on.
        self._until = since + seconds

    def fresh(self) -> bool:
        """Whether the lease cannot have ended yet, by this machine's own clock."""
        return self._clock() < self._until

    async def keep(self) -> NoReturn:
        """Renew for ever; CancelRequestedError, or whatever a renewal raises."""
        while True:
            asked = self._clock()
            try:
                cancelled = await self._renew()
            except self._away:
                if not self.fresh():
                    raise
            else:
                if cancelled:
                    raise CancelRequestedError
                self._until = asked + self._seconds
            await asyncio.sleep(self._every_seconds)

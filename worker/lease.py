"""Keeping the right to work on a job, and noticing when it ends."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import NoReturn

RENEW_EVERY_SECONDS = 1.0  # also how soon a cancellation is noticed


class CancelRequestedError(Exception):
    """The job's owner asked to stop it."""


class Lease:
    """Renews a claim until it is cancelled; any error of a renewal means: stop at once."""

    def __init__(
        self,
        renew: Callable[[], Awaitable[bool]],
        *,
        seconds: float,
        every_seconds: float = RENEW_EVERY_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._renew = renew
        self._seconds = seconds
        self._every_seconds = every_seconds
        self._clock = clock
        self._until = clock() + seconds

    def fresh(self) -> bool:
        """Whether the lease cannot have ended yet, by this machine's own clock."""
        return self._clock() < self._until

    async def keep(self) -> NoReturn:
        """Renew for ever; CancelRequestedError, or whatever a renewal raises."""
        while True:
            asked = self._clock()
            if await self._renew():
                raise CancelRequestedError
            self._until = asked + self._seconds
            await asyncio.sleep(self._every_seconds)

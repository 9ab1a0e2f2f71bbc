"""Deleting what is old: a part at a time, beside the sweeps."""

import logging
import time
from collections.abc import Callable
from dataclasses import asdict

from store import retention
from store.database import Database

log = logging.getLogger(__name__)

#: Between looks for something that is old.
REST_SECONDS = 600.0


class Upkeep:
    """Deletes with every call until nothing old is left, and then only looks now and then."""

    def __init__(
        self, database: Database, *, days: int, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._database = database
        self._days = days
        self._clock = clock
        self._due = float("-inf")

    def go_on(self) -> None:
        """Delete the next part, if it is time."""
        if self._clock() < self._due:
            return
        with self._database.write() as connection:
            purged = retention.purge(connection, days=self._days)
        if purged.any:
            log.info("old work purged", extra={"action": "purged", **asdict(purged)})
        if not purged.more:
            self._due = self._clock() + REST_SECONDS

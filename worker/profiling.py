"""Reads a live database's profile as far as its project allows."""

import asyncio
import logging
from collections.abc import Mapping

from catalog.model import Snapshot, Unread
from catalog.profile import Level, Profile
from catalog.profiling import live
from catalog.profiling.live import Wanted
from catalog.readers.errors import SourceError
from catalog.structure.roles import Role
from worker import threads
from worker.planning import Place

log = logging.getLogger(__name__)


class Profiler:
    """Profiles the database at a place; what it cannot read it says in the profile."""

    def __init__(self, place: Place, level: Level, *, patience_seconds: float = 20.0) -> None:
        self._place = place
        self._level = level
        self._patience_seconds = patience_seconds

    async def profile(self, snapshot: Snapshot, roles: Mapping[str, Mapping[str, Role]]) -> Profile:
        """Return the profile of the level, within the patience whatever the database does."""
        wanted = Wanted(snapshot=snapshot, roles=roles, level=self._level)
        try:
            async with asyncio.timeout(self._patience_seconds):
                return await threads.run(
                    lambda stop: live.read(
                        self._place.url,
                        wanted,
                        allowed_directories=self._place.directories,
                        stop=stop,
                    ),
                    name="profiler",
                )
        except (SourceError, TimeoutError) as error:
            extra = {"action": "profiler_away", "cause": type(error).__name__}
            log.warning("the profile was not read", extra=extra)
            reason = "the database did not answer"
            unread = Unread(what="statistics and values", reason=reason)
            return Profile(level=self._level, unread=(unread,))

"""Has the source's own database plan queries, or an empty copy where there is none to ask."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from catalog.model import Snapshot
from catalog.planning import copies, live
from catalog.planning.verdicts import Verdict
from catalog.readers.errors import SourceError
from worker import threads

log = logging.getLogger(__name__)

AWAY = "the database could not be asked"


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a live database is; its `repr` holds no credentials."""

    url: str = field(repr=False)
    directories: tuple[Path, ...] = ()  # in which SQLite files may be


class Planner:
    """Plans queries at a place, or without one on an empty copy of the schema.

    What the database could not say, for it was away, too slow or forbids it, the copy says.
    """

    def __init__(self, place: Place | None, *, patience_seconds: float = 30.0) -> None:
        self._place = place
        self._patience_seconds = patience_seconds

    async def plan(self, snapshot: Snapshot, queries: Sequence[str]) -> list[Verdict]:
        """Return a verdict on each query; whatever the database does, within the patience."""
        told = await self._live(self._place, snapshot, queries) if self._place else {}
        left = [sql for sql in queries if sql not in told]
        copied = await threads.run(
            lambda _stop: {sql: copies.plan(sql, snapshot) for sql in left}, name="planner"
        )
        if self._place:
            copied = {sql: _second(verdict) for sql, verdict in copied.items()}
        return [(told | copied)[sql] for sql in queries]

    async def _live(
        self, place: Place, snapshot: Snapshot, queries: Sequence[str]
    ) -> dict[str, Verdict]:
        """Return what the database says of those queries of which it says something."""
        try:
            async with asyncio.timeout(self._patience_seconds):
                found = await threads.run(
                    lambda _stop: live.plan(
                        place.url, queries, snapshot, allowed_directories=place.directories
                    ),
                    name="planner",
                )
        except (SourceError, TimeoutError) as error:
            extra = {"action": "planner_away", "cause": type(error).__name__}
            log.warning("queries are planned on an empty copy", extra=extra)
            return {}
        return {sql: each for sql, each in zip(queries, found, strict=True) if each.tried}


def _second(verdict: Verdict) -> Verdict:
    return replace(verdict, how=f"{verdict.how}, for {AWAY}")

"""From a project's sealed source to a reader of its schema and a planner of queries on it."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from catalog.model import Snapshot
from catalog.profile import Level
from catalog.readers import ddl, live
from demo import database as demo
from store.vault import Vault
from worker import threads
from worker.planning import Place, Planner
from worker.profiling import Profiler


class UnknownSourceError(Exception):
    """A newer app stored a source of a kind that this worker does not know."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind


@dataclass(frozen=True, kw_only=True)
class Sources:
    """What readers may touch."""

    vault: Vault
    demo_path: Path
    sqlite_directories: tuple[Path, ...]

    def reader(self, *, kind: str, name: str, sealed: str) -> "Reader":
        """Return a reader of the project's source; VaultError when it cannot be opened."""
        source = self.vault.open(sealed)
        match kind:
            case "url":
                return Reader(lambda _stop: self._live(source))
            case "ddl":
                return Reader(
                    lambda stop: ddl.read(
                        source["ddl"], dialect=source["dialect"], database=name, stop=stop
                    )
                )
            case "demo":
                return Reader(lambda _stop: self._demo())
        raise UnknownSourceError(kind)

    def planner(self, *, kind: str, sealed: str) -> Planner:
        """Return what plans queries on the project's source; VaultError when it cannot be opened.

        A source that is only text has no database: queries are planned on an empty copy.
        """
        return Planner(self._place(kind, sealed))

    def profiler(self, *, kind: str, sealed: str, level: Level) -> Profiler | None:
        """Return what profiles the project's database, None without one or leave; VaultError."""
        place = None if level == "none" else self._place(kind, sealed)
        return Profiler(place, level) if place is not None else None

    def _place(self, kind: str, sealed: str) -> Place | None:
        match kind:
            case "url":
                url = self.vault.open(sealed)["url"]
                return Place(url=url, directories=self.sqlite_directories)
            case "demo":
                return self._demo_place()
        return None

    def _live(self, source: dict[str, Any]) -> Snapshot:
        return live.read(source["url"], allowed_directories=self.sqlite_directories)

    def _demo(self) -> Snapshot:
        demo.ensure(self.demo_path)
        place = self._demo_place()
        return live.read(place.url, allowed_directories=place.directories)

    def _demo_place(self) -> Place:
        return Place(url=f"sqlite:///{self.demo_path}", directories=(self.demo_path.parent,))


class Reader:
    """Reads a schema without blocking the event loop.

    `read` gets a question that it should ask now and then: whether to stop, for nobody waits any
    more. A thread that went on would take the time of the jobs after it.
    """

    def __init__(self, read: Callable[[Callable[[], bool]], Snapshot]) -> None:
        self._read = read

    async def read(self) -> Snapshot:
        """Return the snapshot, or raise what the reader raises."""
        return await threads.run(self._read, name="schema-reader")

"""From a project's sealed source to a reader of its schema."""

import asyncio
import contextlib
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from catalog.model import Snapshot
from catalog.readers import ddl, live
from demo import database as demo
from store.vault import Vault


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

    def _live(self, source: dict[str, Any]) -> Snapshot:
        return live.read(source["url"], allowed_directories=self.sqlite_directories)

    def _demo(self) -> Snapshot:
        demo.ensure(self.demo_path)
        url = f"sqlite:///{self.demo_path}"
        return live.read(url, allowed_directories=(self.demo_path.parent,))


class Reader:
    """Reads a schema without blocking the event loop.

    `read` gets a question that it should ask now and then: whether to stop, for nobody waits any
    more. A thread that went on would take the time of the jobs after it.
    """

    def __init__(self, read: Callable[[Callable[[], bool]], Snapshot]) -> None:
        self._read = read

    async def read(self) -> Snapshot:
        """Return the snapshot, or raise what the reader raises."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Snapshot] = loop.create_future()
        stopped = threading.Event()

        def settle(snapshot: Snapshot | None, error: BaseException | None) -> None:
            if future.done():
                return
            if snapshot is not None:
                future.set_result(snapshot)
            elif error is not None:
                future.set_exception(error)

        def work() -> None:
            snapshot, problem = None, None
            try:
                snapshot = self._read(stopped.is_set)
            except BaseException as error:  # noqa: BLE001 - it is raised where it is awaited
                problem = error
            with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits any more
                loop.call_soon_threadsafe(settle, snapshot, problem)

        # Not asyncio's own threads: the end of the loop waits for those, and a database that
        # hangs would hold the worker long after the job was cancelled.
        threading.Thread(target=work, name="schema-reader", daemon=True).start()
        try:
            return await future
        finally:
            stopped.set()

"""Bounding how many calls run at once on a model server, over all processes of this machine."""

import asyncio
import contextlib
import fcntl
import hashlib
import os
import random
import time
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

BEAT_SECONDS = 0.5
LOOK_SECONDS = 0.1  # between two looks of somebody who waits
STALE_SECONDS = 3.0  # a holder that is silent for so long is stopped, and may never wake


class Slot:
    """The right to call a server; the kernel gives it back when the process dies.

    Within `async with` it shows that its holder is alive.
    """

    def __init__(self, file: int) -> None:
        self._file = file
        self._beat: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._beat = asyncio.create_task(self._show_life())
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._beat is not None:
            self._beat.cancel()
        self.close()

    def close(self) -> None:
        """Give the slot back."""
        os.close(self._file)

    async def _show_life(self) -> None:
        while True:
            os.utime(self._file)
            await asyncio.sleep(BEAT_SECONDS)


class Slots:
    """As many locked files per server as calls may run on it.

    All workers that share the folder share the bound. A lock ends with its process, however that
    ends, so nothing has to be cleaned up after a kill. Only a process that is stopped would keep
    its slot for ever: its file is taken away from its path, and the next one begins with another.
    """

    def __init__(
        self, folder: Path, *, per_server: int, stale_seconds: float = STALE_SECONDS
    ) -> None:
        self._folder = folder
        self.per_server = per_server
        self._stale_seconds = stale_seconds
        self._seen: dict[Path, tuple[int, float]] = {}  # last sign of life, since when it is so

    def take(self, server: str) -> Slot | None:
        """Return a free slot of the server, None when there is none."""
        for path in self._paths(server):
            file = _lock(path, fcntl.LOCK_EX)
            if file is not None:
                os.utime(file)
                return Slot(file)
            self._free_from_stopped(path)
        return None

    async def stand_by(self) -> None:
        """Wait a moment until the next look for a slot, and let others see it."""
        with self._waiting():
            await asyncio.sleep(LOOK_SECONDS * (0.5 + random.random()))  # noqa: S311 - spread

    async def give_way(self) -> None:
        """Let those go first who wait by now.

        Who has just given a slot back would have it again before any of them looks.
        """
        if (file := _lock(self._queue, fcntl.LOCK_EX)) is not None:
            os.close(file)
            return
        await asyncio.sleep(2 * LOOK_SECONDS)

    def busy(self, server: str) -> int:
        """Return how many of the server's slots are taken at this moment."""
        count = 0
        for path in self._paths(server):
            # A shared lock: several that ask at once do not see each other.
            file = _lock(path, fcntl.LOCK_SH)
            if file is None:
                count += 1
            else:
                os.close(file)
        return count

    def _free_from_stopped(self, path: Path) -> None:
        # Two that do this in the same instant may let one call too many run, once.
        with contextlib.suppress(FileNotFoundError):
            life, now = path.stat().st_mtime_ns, time.monotonic()
            before, since = self._seen.get(path, (0, now))
            if life != before:
                self._seen[path] = life, now
            elif now - since > self._stale_seconds:
                path.unlink()

    @contextlib.contextmanager
    def _waiting(self) -> Iterator[None]:
        file = _lock(self._queue, fcntl.LOCK_SH)
        try:
            yield
        finally:
            if file is not None:  # somebody looked just then: the next time is soon
                os.close(file)

    @property
    def _queue(self) -> Path:
        """The file that everybody has locked who waits for a slot of any server."""
        self._folder.mkdir(parents=True, exist_ok=True)
        return self._folder / "waiting"

    def _paths(self, server: str) -> list[Path]:
        self._folder.mkdir(parents=True, exist_ok=True)
        named = hashlib.sha256(server.encode()).hexdigest()[:16]
        return [self._folder / f"{named}-{place}" for place in range(self.per_server)]


def _lock(path: Path, kind: int) -> int | None:
    """Return a file that is locked until it is closed, None when somebody else has the lock."""
    file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(file, kind | fcntl.LOCK_NB)
        if os.path.samestat(os.fstat(file), path.stat()):
            return file
    except (BlockingIOError, FileNotFoundError):
        pass  # taken, or removed under our hands: then another look is needed
    os.close(file)
    return None

"""Bounding how many calls run at once on a model server, over all processes of this machine."""

import fcntl
import hashlib
import os
from pathlib import Path
from types import TracebackType
from typing import Self


class Slot:
    """The right to call a server; the kernel gives it back when the process dies."""

    def __init__(self, file: int) -> None:
        self._file = file

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        os.close(self._file)


class Slots:
    """As many locked files per server as calls may run on it.

    All workers that share the folder share the bound. A lock ends with its process, however that
    ends, so nothing has to be cleaned up after a kill.
    """

    def __init__(self, folder: Path, *, per_server: int) -> None:
        self._folder = folder
        self._per_server = per_server

    def take(self, server: str) -> Slot | None:
        """Return a free slot of the server, None when there is none."""
        for path in self._paths(server):
            file = _lock(path, fcntl.LOCK_EX)
            if file is not None:
                return Slot(file)
        return None

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

    def _paths(self, server: str) -> list[Path]:
        self._folder.mkdir(parents=True, exist_ok=True)
        named = hashlib.sha256(server.encode()).hexdigest()[:16]
        return [self._folder / f"{named}-{place}" for place in range(self._per_server)]


def _lock(path: Path, kind: int) -> int | None:
    """Return a file that is locked until it is closed, None when somebody else has the lock."""
    file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(file, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(file)
        return None
    return file

"""One stack per data directory: two would run two Redis servers on the same files."""

import fcntl
import os
from pathlib import Path
from typing import IO


class DirectoryInUseError(RuntimeError):
    """Another stack has the data directory."""

    def __init__(self, directory: Path, *, holder: str) -> None:
        super().__init__(
            f"Another stack (process {holder or 'unknown'}) runs in {directory}. "
            "Stop it, or set DATA_DIR to another directory."
        )


def take(directory: Path) -> IO[str]:
    """Return the open lock file, to be closed when the stack has ended; DirectoryInUseError."""
    file = (directory / "stack.lock").open("a+")
    try:
        # Gone with the process that holds it, however that ends.
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.seek(0)
        holder = file.read().strip()
        file.close()
        raise DirectoryInUseError(directory, holder=holder) from None
    file.truncate(0)
    file.write(str(os.getpid()))
    file.flush()
    return file

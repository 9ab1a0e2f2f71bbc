"""What happened, as JSON lines: written by the drivers, read by the checker."""

import json
import time
from pathlib import Path
from typing import Any


class Record:
    """An append-only file; every line has `at`, in seconds since 1970."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = path.open("a", buffering=1, encoding="utf-8")

    def write(self, **fields: Any) -> None:  # noqa: ANN401 - any JSON
        """Append one line."""
        self._file.write(json.dumps({"at": time.time(), **fields}) + "\n")

    def close(self) -> None:
        """Close the file."""
        self._file.close()

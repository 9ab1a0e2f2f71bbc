import pathlib
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing

import pytest


@pytest.fixture
def demo(built: pathlib.Path) -> Iterator[sqlite3.Connection]:
    """Return a connection to the demo database."""
    with closing(sqlite3.connect(built)) as connection:
        yield connection


@pytest.fixture
def count(demo: sqlite3.Connection) -> Callable[[str], int]:
    """Return a function that counts the rows of what follows FROM."""

    def count_rows(source: str) -> int:
        return int(demo.execute(f"SELECT COUNT(*) FROM {source}").fetchone()[0])  # noqa: S608  # our own text

    return count_rows

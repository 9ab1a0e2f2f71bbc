"""Creates the demo database file and tells whether a file is an up-to-date one."""

import functools
import pathlib
import sqlite3
import tempfile
import zlib
from contextlib import closing
from importlib import resources
from importlib.resources.abc import Traversable

from demo.rows import business, writer

APPLICATION_ID = 0x5343484C
"""Marks a SQLite file as ours, so that `ensure` never replaces somebody else's database."""


class NotDemoDatabaseError(Exception):
    """A file that is not the demo database is where the demo database should be."""

    def __init__(self, path: pathlib.Path) -> None:
        super().__init__(
            f"{path} exists and is not the demo database; "
            "move it away or choose another place for the demo database"
        )
        self.path = path


def build(path: pathlib.Path) -> None:
    """Create the demo database at `path`, replacing any file there in one step."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{path.name}-", dir=path.parent) as folder:
        fresh = pathlib.Path(folder) / path.name
        with closing(sqlite3.connect(fresh, isolation_level=None)) as connection:
            _fill(connection)
        # A journal of the replaced file would be replayed into the new one and corrupt it.
        for suffix in ("-journal", "-wal", "-shm"):
            path.with_name(path.name + suffix).unlink(missing_ok=True)
        fresh.replace(path)


def ensure(path: pathlib.Path) -> None:
    """Build the demo database unless `path` already holds the one this version makes.

    Raises NotDemoDatabaseError when `path` is anything but a demo database.
    """
    if not path.exists() or _stored_version(path) != version():
        build(path)


@functools.cache
def version() -> int:
    """Return a number that changes with every change to the demo's schema or rows."""
    checksum = 0
    for source in _sources(resources.files("demo")):
        checksum = zlib.crc32(source.read_bytes(), checksum)
    return checksum & 0x7FFFFFFF  # user_version is signed


def _fill(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {version()}")
    connection.executescript("BEGIN;\n" + _ddl())
    business.write(writer.Writer(connection))
    connection.execute("COMMIT")
    connection.execute("ANALYZE")  # readers take their row estimates from its statistics


def _ddl() -> str:
    folder = resources.files("demo") / "schema"
    files = sorted(folder.iterdir(), key=lambda file: file.name)
    return "\n".join(file.read_text(encoding="utf-8") for file in files)


def _sources(folder: Traversable) -> list[Traversable]:
    found: list[Traversable] = []
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.is_dir():
            found += _sources(entry)
        elif entry.name.endswith((".py", ".sql")):
            found.append(entry)
    return found


def _stored_version(path: pathlib.Path) -> int:
    if not path.is_file():
        raise NotDemoDatabaseError(path)
    try:
        with closing(
            sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
        ) as connection:
            (application_id,) = connection.execute("PRAGMA application_id").fetchone()
            (stored,) = connection.execute("PRAGMA user_version").fetchone()
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode == sqlite3.SQLITE_NOTADB:
            raise NotDemoDatabaseError(path) from error
        raise
    if application_id != APPLICATION_ID:
        raise NotDemoDatabaseError(path)
    return int(stored)

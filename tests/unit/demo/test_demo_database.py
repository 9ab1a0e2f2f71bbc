import pathlib
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest

from demo import database

ROOT = pathlib.Path(__file__).parents[3]


class TestBuild:
    def test_is_the_same_every_time(self, built: pathlib.Path, tmp_path: pathlib.Path) -> None:
        """Another process with another hash seed writes the same content."""
        path = tmp_path / "again.sqlite"
        subprocess.run(  # our own module
            [sys.executable, "-m", "demo.main", str(path)],
            cwd=ROOT,
            env={"PYTHONHASHSEED": "7"},
            check=True,
            timeout=60,
        )

        assert dump(built) == dump(path)

    def test_replaces_what_is_there(self, built: pathlib.Path, tmp_path: pathlib.Path) -> None:
        """Neither the old file nor its journal survives, and nothing is left beside."""
        path = tmp_path / "demo.sqlite"
        path.write_bytes(b"something else")
        journal = tmp_path / "demo.sqlite-wal"
        journal.write_bytes(b"of something else")
        database.build(path)

        assert [path] == list(tmp_path.iterdir())
        assert dump(built) == dump(path)

    def test_creates_missing_folders(self, tmp_path: pathlib.Path) -> None:
        """The caller need not prepare the place."""
        path = tmp_path / "a" / "b" / "demo.sqlite"
        database.build(path)

        assert path.is_file()


class TestEnsure:
    def test_builds_when_missing(self, tmp_path: pathlib.Path) -> None:
        """There is a database afterwards."""
        path = tmp_path / "demo.sqlite"
        database.ensure(path)

        assert path.is_file()

    def test_keeps_what_this_version_made(self, tmp_path: pathlib.Path) -> None:
        """The file is not even touched."""
        path = tmp_path / "demo.sqlite"
        database.build(path)
        before = path.stat()
        database.ensure(path)

        assert (before.st_ino, before.st_mtime_ns) == (path.stat().st_ino, path.stat().st_mtime_ns)

    def test_rebuilds_what_another_version_made(
        self, built: pathlib.Path, tmp_path: pathlib.Path
    ) -> None:
        """The number in the file decides."""
        path = tmp_path / "demo.sqlite"
        database.build(path)
        with closing(sqlite3.connect(path)) as connection:
            connection.execute(f"PRAGMA user_version = {database.version() ^ 1}")
            connection.execute("DROP VIEW v_monthly_revenue")
        database.ensure(path)

        assert dump(built) == dump(path)
        with closing(sqlite3.connect(path)) as connection:
            assert (database.version(),) == connection.execute("PRAGMA user_version").fetchone()

    def test_refuses_a_file_that_is_no_database(self, tmp_path: pathlib.Path) -> None:
        """Somebody's notes stay what they are."""
        path = tmp_path / "notes.txt"
        path.write_text("not a database, but long enough to have a header " * 20)
        with pytest.raises(database.NotDemoDatabaseError) as caught:
            database.ensure(path)

        assert path == caught.value.path
        assert path.read_text().startswith("not a database")

    def test_refuses_another_database(self, tmp_path: pathlib.Path) -> None:
        """Somebody's tables stay what they are."""
        path = tmp_path / "mine.sqlite"
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("CREATE TABLE mine (id INTEGER)")
        with pytest.raises(database.NotDemoDatabaseError):
            database.ensure(path)

        with closing(sqlite3.connect(path)) as connection:
            assert [] == connection.execute("SELECT id FROM mine").fetchall()

    def test_refuses_a_folder(self, tmp_path: pathlib.Path) -> None:
        """A folder is not replaced by a file."""
        with pytest.raises(database.NotDemoDatabaseError):
            database.ensure(tmp_path)


def dump(path: pathlib.Path) -> list[str]:
    with closing(sqlite3.connect(path)) as connection:
        return list(connection.iterdump())

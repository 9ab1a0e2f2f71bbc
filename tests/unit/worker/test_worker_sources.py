"""Readers of a project's source."""

import asyncio
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from catalog.model import Snapshot
from catalog.readers import ddl, scripts
from catalog.readers.errors import SourceError
from store.vault import Vault, VaultError
from worker.sources import Reader, Sources, UnknownSourceError

VAULT = Vault((Fernet.generate_key().decode(),))
DDL = "CREATE TABLE orders (id INTEGER PRIMARY KEY);"


def sources(folder: Path, *directories: Path) -> Sources:
    return Sources(vault=VAULT, demo_path=folder / "demo.db", sqlite_directories=directories)


def read(found: Reader) -> Snapshot:
    return asyncio.run(found.read())


class TestReader:
    def test_reads_ddl(self, tmp_path: Path) -> None:
        """The project's name stands for the database that the text does not name."""
        sealed = VAULT.seal({"kind": "ddl", "dialect": "sqlite", "ddl": DDL})
        snapshot = read(sources(tmp_path).reader(kind="ddl", name="shop", sealed=sealed))

        assert ("shop", ["orders"]) == (snapshot.database, [table.id for table in snapshot.tables])

    def test_makes_and_reads_the_demo(self, tmp_path: Path) -> None:
        """Nobody has to allow the demo's own folder."""
        sealed = VAULT.seal({"kind": "demo"})
        snapshot = read(sources(tmp_path).reader(kind="demo", name="demo", sealed=sealed))

        assert len(snapshot.tables) > 50

    def test_reads_sqlite_files_only_where_it_may(self, tmp_path: Path) -> None:
        """A file elsewhere is refused, allowed or not known to exist."""
        demo = read(
            sources(tmp_path).reader(kind="demo", name="d", sealed=VAULT.seal({"kind": "demo"}))
        )
        sealed = VAULT.seal({"kind": "url", "url": f"sqlite:///{tmp_path / 'demo.db'}"})
        allowed = sources(tmp_path, tmp_path).reader(kind="url", name="x", sealed=sealed)
        refused = sources(tmp_path).reader(kind="url", name="x", sealed=sealed)

        assert demo.tables == read(allowed).tables
        with pytest.raises(SourceError):
            read(refused)

    def test_tells_a_lost_key_from_a_broken_source(self, tmp_path: Path) -> None:
        """Another key cannot open what this one sealed."""
        sealed = Vault((Fernet.generate_key().decode(),)).seal({"kind": "demo"})

        with pytest.raises(VaultError):
            sources(tmp_path).reader(kind="demo", name="d", sealed=sealed)

    def test_knows_what_it_does_not_know(self, tmp_path: Path) -> None:
        """A kind of a later version is no crash."""
        with pytest.raises(UnknownSourceError):
            sources(tmp_path).reader(kind="git", name="d", sealed=VAULT.seal({"kind": "git"}))

    def test_does_not_hold_up_the_end_of_a_cancelled_job(self) -> None:
        """A database that hangs keeps its thread, and nothing else."""
        release = threading.Event()

        def hang(_stop: Callable[[], bool]) -> Snapshot:
            release.wait(10)
            return Snapshot(dialect="sqlite", database="x")

        async def cancelled() -> None:
            task = asyncio.create_task(Reader(hang).read())
            await asyncio.sleep(0.05)
            task.cancel()
            await asyncio.wait({task})

        began = time.monotonic()
        asyncio.run(cancelled())
        took = time.monotonic() - began
        release.set()

        assert took < 1

    def test_stops_reading_ddl_when_the_job_is_cancelled(self) -> None:
        """A long script would hold the worker's other jobs up after its own has ended."""
        ended: list[BaseException] = []
        text = "CREATE TABLE a (b int);" * 20_000

        def scan(stop: Callable[[], bool]) -> Snapshot:
            try:
                return ddl.read(text, dialect="sqlite", stop=stop)
            except scripts.StoppedError as error:
                ended.append(error)
                raise

        async def cancelled() -> None:
            task = asyncio.create_task(Reader(scan).read())
            await asyncio.sleep(0.3)
            task.cancel()
            await asyncio.wait({task})

        asyncio.run(cancelled())
        deadline = time.monotonic() + 2
        while not ended and time.monotonic() < deadline:
            time.sleep(0.01)

        assert 1 == len(ended)

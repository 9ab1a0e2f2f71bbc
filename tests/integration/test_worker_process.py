"""Worker and beat as they are started: Celery processes."""

import contextlib
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis

from contract import events as wire
from contract import secrets
from contract.states import JobStatus
from store import contexts, events, jobs, model_calls, projects, submissions, users
from store.database import Database
from store.vault import Vault
from tests.fake_ollama import FakeOllama

pytestmark = pytest.mark.integration

ROOT = Path(__file__).resolve().parents[2]
DDL = """
CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT NOT NULL, email TEXT);
CREATE TABLE orders (
  id INTEGER PRIMARY KEY,
  customer_id INTEGER NOT NULL REFERENCES customers (id),
  total NUMERIC(10, 2) NOT NULL,
  created_at TIMESTAMP NOT NULL
);
"""


@pytest.fixture
def fake() -> Iterator[FakeOllama]:
    """A running fake with the default model."""
    with FakeOllama() as running:
        yield running


@pytest.fixture
def environ(
    tmp_path: Path, database_url: str, redis_client: redis.Redis, redis_url: str, fake: FakeOllama
) -> dict[str, str]:
    """What the processes are told."""
    assert redis_client.ping()  # emptied by now
    return {
        "PYTHONPATH": str(ROOT),
        "SCHEMALORE_ENV": "development",
        "DATA_DIR": str(tmp_path),
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "OLLAMA_HOST": fake.url,
        "REMAP_SIGTERM": "SIGQUIT",
        "WORKER_HEARTBEAT_FILE": str(tmp_path / "alive"),
    }


@contextlib.contextmanager
def running(environ: dict[str, str], *arguments: str) -> Iterator[Path]:
    """Let Celery run so; yields its log."""
    folder = Path(environ["DATA_DIR"])
    log = folder / f"{arguments[0]}.log"
    with log.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "celery", "-A", "worker.main", *arguments],
            cwd=folder,
            env=environ,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        yield log
    finally:
        process.terminate()
        process.wait(timeout=20)


def shows_life(environ: dict[str, str]) -> bool:
    """Whether the file is touched that says so."""
    deadline = time.monotonic() + 30
    while not (alive := Path(environ["WORKER_HEARTBEAT_FILE"]).exists()):
        if time.monotonic() > deadline:
            break
        time.sleep(0.1)
    return alive


def submit(store: Database, data_dir: Path, *, engine: str) -> jobs.Job:
    vault = Vault((secrets.development(data_dir).credentials_key,))
    sealed = vault.seal({"kind": "ddl", "dialect": "sqlite", "ddl": DDL})
    with store.write() as connection:
        user = users.create(connection, email=f"{engine}@b.example", password_hash="x")
        new = projects.NewProject(
            name="shop", kind="ddl", dialect="sqlite", location="DDL", sealed_source=sealed
        )
        project = projects.create(connection, user.id, new)
        asked = submissions.NewJob(
            user_id=user.id, project_id=project.id, options={"engine": engine, "language": "en"}
        )
        return submissions.submit(connection, asked)[0]


def ended(store: Database, job: jobs.Job, log: Path) -> jobs.Job:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with store.read() as connection:
            found = jobs.get(connection, job.id)
        if found is not None and found.finished_at is not None:
            return found
        time.sleep(0.1)
    pytest.fail(f"the job did not end; the worker said:\n{log.read_text()[-4000:]}")


class TestWorker:
    def test_finds_and_runs_what_was_never_published(
        self, store: Database, tmp_path: Path, fake: FakeOllama, environ: dict[str, str]
    ) -> None:
        """Jobs that no task announced are swept up at the start; both engines write a context."""
        waiting = [submit(store, tmp_path, engine=engine) for engine in ("structural", "auto")]
        with running(environ, "worker", "-n", "t@h") as log:
            done = [ended(store, job, log) for job in waiting]
            assert shows_life(environ)

        for job, engine in zip(done, ("structural", "ollama"), strict=True):
            assert (JobStatus.SUCCEEDED, engine, 1) == (job.status, job.engine, job.attempt)
            with store.read() as connection:
                context = contexts.of_job(connection, job.id)
                told = [wire.decode(event.payload) for event in events.after(connection, job.id, 0)]
            assert context is not None
            assert list(range(1, job.last_seq + 1)) == [event.seq for event in told]
            assert sorted(event.progress for event in told) == [event.progress for event in told]
        assert ["done"] * len(fake.chats) == [call.outcome for call in fake.chats]
        with store.read() as connection:
            (total,) = model_calls.totals(connection, user_id=waiting[1].user_id)
        assert (len(fake.chats), 0) == (total.calls, total.failed)
        assert {waiting[1].id} == {call.request_id for call in fake.chats}
        assert fake.chats


class TestBeat:
    def test_shows_life_with_every_sweep_that_it_sends(self, environ: dict[str, str]) -> None:
        """Naive: one that hangs looks like one that works."""
        with running(environ, "beat", "--schedule", f"{environ['DATA_DIR']}/s", "--pidfile="):
            assert shows_life(environ)

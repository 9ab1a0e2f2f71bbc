"""The worker as it is started: a Celery process with its children."""

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
def worker(
    tmp_path: Path, database_url: str, redis_client: redis.Redis, redis_url: str, fake: FakeOllama
) -> Iterator[Path]:
    """A running worker; yields its log."""
    assert redis_client.ping()  # emptied by now
    log = tmp_path / "worker.log"
    environ = {
        "PYTHONPATH": str(ROOT),
        "SCHEMALORE_ENV": "development",
        "DATA_DIR": str(tmp_path),
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "OLLAMA_HOST": fake.url,
        "REMAP_SIGTERM": "SIGQUIT",
    }
    with log.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "celery", "-A", "worker.main", "worker", "-n", "t@h"],
            cwd=tmp_path,
            env=environ,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    yield log
    process.terminate()
    process.wait(timeout=20)


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
        self, store: Database, tmp_path: Path, fake: FakeOllama, request: pytest.FixtureRequest
    ) -> None:
        """Jobs that no task announced are swept up at the start; both engines write a context."""
        waiting = [submit(store, tmp_path, engine=engine) for engine in ("structural", "auto")]
        log: Path = request.getfixturevalue("worker")

        for job, engine in zip(waiting, ("structural", "ollama"), strict=True):
            done = ended(store, job, log)
            assert (JobStatus.SUCCEEDED, engine, 1) == (done.status, done.engine, done.attempt)
            with store.read() as connection:
                context = contexts.of_job(connection, job.id)
                told = [wire.decode(event.payload) for event in events.after(connection, job.id, 0)]
            assert context is not None
            assert list(range(1, done.last_seq + 1)) == [event.seq for event in told]
            assert sorted(event.progress for event in told) == [event.progress for event in told]
        assert ["done"] * len(fake.chats) == [call.outcome for call in fake.chats]
        with store.read() as connection:
            (total,) = model_calls.totals(connection, user_id=waiting[1].user_id)
        assert (len(fake.chats), 0) == (total.calls, total.failed)
        assert {waiting[1].id} == {call.request_id for call in fake.chats}
        assert fake.chats

"""Somebody who plays the worker by hand, so that every state of a job can be looked at."""

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from catalog.context import Context
from catalog.model import Snapshot
from contract import bus, events
from contract.events import Eta
from contract.failures import Failure
from contract.steps import Step
from store import claims, clock, sweeps
from store.database import Database
from store.events import Stored
from store.schema import events as events_table
from store.schema import jobs as jobs_table
from tests.browser import written

SCANNED = {"tables": 59, "columns": 450, "foreignKeys": 84}


class HandWorker:
    """Claims jobs and tells what it likes of them; what it commits, it publishes."""

    def __init__(self, database: Database, redis_url: str) -> None:
        self._database = database
        self._bus = bus.connect(redis_url)
        self._claims: dict[str, claims.Claim] = {}
        self._told: dict[str, int] = {}  # the last milestone of each job

    def claim(self, job_id: str, *, model: str | None = "llama3.1:8b") -> None:
        """Take the job, as the engine of that model."""
        with self._database.write() as connection:
            held = claims.claim(connection, job_id, lease_seconds=600)
            assert held is not None
            engine = "structural" if model is None else "ollama"
            claims.choose_engine(connection, held, engine=engine, model=model)
        self._claims[job_id] = held

    def say(
        self,
        job_id: str,
        step: Step,
        progress: int,
        message: str,
        *,
        stats: dict[str, Any] | None = None,
        eta: Eta | None = None,
    ) -> None:
        """Commit a milestone and publish it."""
        report = claims.Report(step=step, progress=progress, message=message, stats=stats, eta=eta)
        with self._database.write() as connection:
            stored = claims.report(connection, self._claims[job_id], report)
        self._publish(stored)

    def scan(self, job_id: str, *, eta: Eta | None = None) -> None:
        """Claim the job and come to its fifty percent."""
        self.claim(job_id)
        self.say(job_id, Step.SCANNING, 0, "Fetching project and schema...")
        self.say(job_id, Step.SCANNING, 20, "Analyzing 59 tables...", stats=SCANNED, eta=eta)
        self.say(job_id, Step.INDEXING, 40, "Building the text index of the schema...", eta=eta)
        self.say(job_id, Step.ANALYZING, 50, "AI analyzing database structure...", eta=eta)

    def describe(
        self, job_id: str, done: int, *, kept: int = 0, fallback: int = 0, eta: Eta | None = None
    ) -> None:
        """Tell that so many of 59 tables are described, some earlier or from facts alone."""
        some = {"keptTables": kept, "fallbackTables": fallback}
        found = {name: count for name, count in some.items() if count}
        stats = {"tablesDescribed": done, "tables": 59, **found}
        message = f"Described {done} of 59 tables."
        self.say(job_id, Step.ANALYZING, 50 + 19 * done // 59, message, stats=stats, eta=eta)

    def tick(self, job_id: str, *, tokens: int, tail: str) -> None:
        """Publish a sign of life, which is stored nowhere."""
        data = {"tokens": tokens, "tokensPerSecond": 31.4, "tail": tail}
        self._tick(job_id, Step.ANALYZING, "Describing orders...", data)

    def wait_for_model(self, job_id: str) -> None:
        """Publish that nothing is written yet, since the model is being loaded."""
        message = "Waiting for llama3.1:8b to load..."
        self._tick(job_id, Step.ANALYZING, message, {"tokens": 0, "tail": ""})

    def forget(self, job_id: str) -> None:
        """Let the job be stored no longer."""
        with self._database.write() as connection:
            connection.execute(sa.delete(jobs_table).where(jobs_table.c.id == job_id))

    def transfer(self, job_id: str, *, completed: int, total: int) -> None:
        """Publish how much of a model is there."""
        data = {"completed": completed, "total": total, "bytesPerSecond": 45_000_000}
        self._tick(job_id, Step.PULLING, "Pulling layer 2 of 5...", data)

    def _tick(self, job_id: str, step: Step, message: str, data: dict[str, Any]) -> None:
        event = events.Event(
            job_id=job_id,
            seq=None,
            at=datetime.now(UTC),
            step=step,
            progress=0,
            message=message,
            data=data,
        )
        self._bus.tick(job_id, self._told.get(job_id, 0), events.encode(event))

    def install(self, job_id: str) -> None:
        """End a pull."""
        self._succeed(job_id, "llama3.1:8b is installed.", {"model": "llama3.1:8b"})

    def finish(
        self,
        job_id: str,
        *,
        snapshot: Snapshot = written.SNAPSHOT,
        context: Context = written.CONTEXT,
    ) -> None:
        """Write the last steps and the result."""
        self.say(job_id, Step.ANALYZING, 70, "Understanding patterns and relationships...")
        self.say(job_id, Step.GENERATING, 80, "Extracting key insights...")
        self.say(job_id, Step.OPTIMIZING, 90, "Creating suggestion prompts...")
        with self._database.write() as connection:
            stored = written.store(
                connection,
                project_id=self._project(connection, job_id),
                job_id=job_id,
                snapshot=snapshot,
                context=context,
            )
        result = written.result(stored, context)
        self._succeed(job_id, "Context generated successfully!", result)

    def write(
        self,
        project_id: str,
        *,
        snapshot: Snapshot = written.SNAPSHOT,
        context: Context = written.CONTEXT,
    ) -> int:
        """Store a context without a job that could be followed; return its version."""
        with self._database.write() as connection:
            job_id = str(uuid.uuid4())
            return written.store(
                connection,
                project_id=project_id,
                job_id=job_id,
                snapshot=snapshot,
                context=context,
            ).version

    def scan_again(self, project_id: str, snapshot: Snapshot) -> None:
        """Store another schema of the project, and no context."""
        with self._database.write() as connection:
            written.scan(connection, project_id, snapshot)

    @staticmethod
    def _project(connection: sa.Connection, job_id: str) -> str:
        query = sa.select(jobs_table.c.project_id).where(jobs_table.c.id == job_id)
        return str(connection.execute(query).scalar_one())

    def _succeed(self, job_id: str, message: str, data: dict[str, Any]) -> None:
        report = claims.Report(step=Step.COMPLETE, progress=100, message=message, data=data)
        with self._database.write() as connection:
            stored = claims.succeed(connection, self._claims[job_id], report)
        self._publish(stored)

    def fail(self, job_id: str, cause: Failure) -> None:
        """End the job with an error."""
        with self._database.write() as connection:
            stored = claims.fail(connection, self._claims[job_id], cause)
        self._publish(stored)

    def renew(self, job_id: str) -> bool:
        """Show that the worker lives; return whether it is to cancel."""
        with self._database.write() as connection:
            return claims.renew(connection, self._claims[job_id], lease_seconds=600)

    def lose(self, job_id: str) -> None:
        """Let the lease run out and the sweeper find it: the job is queued again."""
        with self._database.write() as connection:
            self._change(connection, job_id, lease_expires_at=clock.now_plus(-60))
            sweeps.sweep(connection, max_losses=3)

    def age(self, job_id: str, seconds: int, *, worker_too: bool) -> None:
        """Let all that was told of the job be so old; the worker's last sign of life if asked."""
        back = timedelta(seconds=seconds)
        with self._database.write() as connection:
            query = sa.select(events_table).where(events_table.c.job_id == job_id)
            for row in connection.execute(query).all():
                at = events.decode(row.payload).at
                old, new = events.format_time(at), events.format_time(at - back)
                connection.execute(
                    sa.update(events_table)
                    .where(events_table.c.job_id == job_id, events_table.c.seq == row.seq)
                    .values(payload=row.payload.replace(old, new))
                )
            self._change(connection, job_id, started_at=clock.now_plus(-seconds))
            if worker_too:
                self._change(connection, job_id, worker_seen_at=clock.now_plus(-seconds))

    def _publish(self, stored: Stored) -> None:
        self._told[stored.job_id] = stored.seq
        self._bus.publish(stored.job_id, stored.seq, stored.payload)

    def _change(self, connection: sa.Connection, job_id: str, **values: object) -> None:
        connection.execute(sa.update(jobs_table).where(jobs_table.c.id == job_id).values(**values))

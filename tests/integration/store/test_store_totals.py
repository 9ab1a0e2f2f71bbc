"""What operators see of all jobs together, in both databases."""

from typing import Any

import pytest
import sqlalchemy as sa

from contract.failures import FailureCode, failure
from contract.states import JobStatus
from store import claims, jobs, statistics, sweeps
from store.database import Database
from store.schema import jobs as table
from store.statistics import Totals
from store.submissions import NewJob
from tests.integration.store.working import claim, ended, submit

pytestmark = pytest.mark.integration
NONE = dict.fromkeys(JobStatus, 0)


def totals(db: Database) -> Totals:
    with db.read() as connection:
        return statistics.totals(connection)


class TestTotals:
    def test_of_nothing_are_zeros(self, db: Database) -> None:
        """Every state is there."""
        expected = Totals(by_status=NONE, attempts=0, repeated=0, losses=0, dead_letters=0)

        assert expected == totals(db)

    def test_are_what_reading_every_job_gives(self, db: Database, new_job: NewJob) -> None:
        """Seen through, lost and seen through, failed, cancelled in the queue, lost for good."""
        for _ in range(3):
            ended(db, new_job, days=1)
        lost_once = submit(db, new_job)
        claim(db, lost_once, lease_seconds=-1)
        sweep(db)
        held = claim(db, lost_once)
        with db.write() as connection:
            claims.fail(connection, held, failure(FailureCode.SCHEMA_EMPTY, "No tables."))
        unwanted = submit(db, new_job)
        with db.write() as connection:
            jobs.request_cancel(connection, unwanted)
        dead = submit(db, new_job)
        for _ in range(3):
            claim(db, dead, lease_seconds=-1)
            sweep(db)
        submit(db, new_job)

        with db.read() as connection:
            rows = connection.execute(sa.select(table.c.attempt, table.c.losses)).all()
        assert totals(db) == Totals(
            by_status=NONE
            | {
                JobStatus.SUCCEEDED: 3,
                JobStatus.FAILED: 2,
                JobStatus.CANCELLED: 1,
                JobStatus.QUEUED: 1,
            },
            attempts=sum(row.attempt for row in rows),
            repeated=sum(max(0, row.attempt - 1) for row in rows),
            losses=sum(row.losses for row in rows),
            dead_letters=1,
        )

    def test_read_no_usual_job(self, store: Database) -> None:
        """Naive: every scrape reads every job, which takes a second after some years."""
        asked: list[tuple[str, Any]] = []

        @sa.event.listens_for(store.engine, "before_cursor_execute")
        def _note(_c: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:  # noqa: ANN401 - as SQLAlchemy passes them
            asked.append((statement, parameters))

        totals(store)
        statement, parameters = asked[-1]
        with store.read() as connection:
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all()
        scans = [row.detail for row in plan if " jobs" in row.detail]

        assert 2 == len(scans)
        assert all(" INDEX ix_jobs_" in scan for scan in scans)


def sweep(db: Database) -> None:
    with db.write() as connection:
        sweeps.sweep(connection, max_losses=3)

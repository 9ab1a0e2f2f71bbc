"""What a sweep does with jobs whose workers or tasks are lost, in both databases."""

import pytest
import sqlalchemy as sa

from contract import events as wire
from contract.states import JobStatus
from store import claims, clock, events, jobs, statistics, sweeps
from store.database import Database
from store.schema import jobs as table
from store.submissions import NewJob
from tests.integration.store.working import claim, submit

pytestmark = pytest.mark.integration


class TestSweep:
    def test_fails_a_job_that_lost_its_worker_too_often(
        self, db: Database, new_job: NewJob
    ) -> None:
        """After three attempts the job ends with worker_lost, once."""
        job = submit(db, new_job)
        ended: list[events.Stored] = []
        for _ in range(3):
            claim(db, job, lease_seconds=-1)
            with db.write() as connection:
                ended += sweeps.sweep(connection, max_losses=3).ended

        assert ["worker_lost"] == [(wire.decode(e.payload).failure or {})["code"] for e in ended]

    def test_forgives_a_worker_that_hands_its_job_back(self, db: Database, new_job: NewJob) -> None:
        """However often workers are replaced, the job stays; being lost three times ends it."""
        job = submit(db, new_job)
        for _ in range(5):
            held = claim(db, job)
            with db.write() as connection:
                assert claims.release(connection, held)
                assert () == sweeps.sweep(connection, max_losses=3).ended
        ended = []
        for _ in range(3):
            claim(db, job, lease_seconds=-1)
            with db.write() as connection:
                ended.append(len(sweeps.sweep(connection, max_losses=3).ended))
        with db.read() as connection:
            found = jobs.get(connection, job.id)
            counted = statistics.totals(connection)

        assert [0, 0, 1] == ended
        assert (8, 7, 3, 1) == (
            counted.attempts,
            counted.repeated,
            counted.losses,
            counted.dead_letters,
        )
        assert found is not None
        assert (8, 3) == (found.attempt, found.losses_in_a_row)

    def test_finds_jobs_whose_task_may_be_lost(self, db: Database, new_job: NewJob) -> None:
        """Never published, or published a while ago and not claimed."""
        job = submit(db, new_job)
        with db.write() as connection:
            never = sweeps.sweep(connection, max_losses=3)
            jobs.mark_published(connection, job.id)
            fresh = sweeps.sweep(connection, max_losses=3)
            connection.execute(sa.update(table).values(published_at=clock.now_plus(-20)))
            old = sweeps.sweep(connection, max_losses=3)

        assert ((job.id,), ()) == (never.unpublished, never.overdue)
        assert ((), ()) == (fresh.unpublished, fresh.overdue)
        assert ((), (job.id,)) == (old.unpublished, old.overdue)

    def test_cancels_a_cancelled_job_whose_worker_is_gone(
        self, db: Database, new_job: NewJob
    ) -> None:
        """It is not started again only to be cancelled."""
        job = submit(db, new_job)
        claim(db, job, lease_seconds=-1)
        with db.write() as connection:
            jobs.request_cancel(connection, job)
            sweeps.sweep(connection, max_losses=3)
            found = jobs.get(connection, job.id)

        assert found is not None
        assert JobStatus.CANCELLED == found.status

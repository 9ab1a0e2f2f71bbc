"""What the holder of a claim may do with a job, in both databases."""

import pytest
import sqlalchemy as sa

from contract import events as wire
from contract.failures import FailureCode, failure
from contract.states import JobStatus
from contract.steps import Step
from store import claims, events, jobs, projects, statistics, sweeps, users
from store.database import Database
from store.submissions import NewJob
from tests.integration.store.working import claim, report, submit
from tests.worker_house import PROJECT

pytestmark = pytest.mark.integration


class TestClaim:
    def test_succeeds_once(self, db: Database, new_job: NewJob) -> None:
        """The second delivery of a task finds nothing to claim."""
        job = submit(db, new_job)
        held = claim(db, job)

        with db.write() as connection:
            assert claims.claim(connection, job.id, lease_seconds=30) is None
        assert 1 == held.job.attempt

    def test_is_fenced(self, db: Database, new_job: NewJob) -> None:
        """After another claim the first holder can write nothing at all."""
        job = submit(db, new_job)
        old = claim(db, job, lease_seconds=-1)
        with db.write() as connection:
            sweeps.sweep(connection, max_losses=3)
        new = claim(db, job)
        report(db, new, Step.SCANNING, 0)

        cause = failure(FailureCode.INTERNAL, "x")
        done = claims.Report(step=Step.COMPLETE, progress=100, message="done")
        for write in (
            lambda c: claims.report(c, old, done),
            lambda c: claims.succeed(c, old, done),
            lambda c: claims.fail(c, old, cause),
            lambda c: claims.renew(c, old, lease_seconds=30),
            lambda c: claims.choose_engine(c, old, engine="x", model=None),
        ):
            with pytest.raises(claims.ClaimLostError), db.write() as connection:
                write(connection)
        with db.write() as connection:
            assert not claims.release(connection, old)
            assert 1 == len(events.after(connection, job.id, 0))

    def test_numbers_milestones_without_gap_and_never_falls_back(
        self, db: Database, new_job: NewJob
    ) -> None:
        """A second attempt continues the numbering, and its progress does not go down."""
        job = submit(db, new_job)
        first = claim(db, job, lease_seconds=-1)
        report(db, first, Step.SCANNING, 0)
        report(db, first, Step.INDEXING, 40)
        with db.write() as connection:
            sweeps.sweep(connection, max_losses=3)
        second = claim(db, job)
        report(db, second, Step.SCANNING, 0)

        with db.read() as connection:
            stored = events.after(connection, job.id, 0)
            assert [1, 2, 3] == [event.seq for event in stored]
            assert [0, 40, 40] == [wire.decode(event.payload).progress for event in stored]

    def test_keeps_what_earlier_milestones_counted(self, db: Database, new_job: NewJob) -> None:
        """A poller in mid-run still sees the size of the schema."""
        job = submit(db, new_job)
        held = claim(db, job)
        for stats in ({"tables": 59, "columns": 450}, None, {"tablesDescribed": 6}):
            told = claims.Report(step=Step.ANALYZING, progress=50, message="m", stats=stats)
            with db.write() as connection:
                claims.report(connection, held, told)
        with db.read() as connection:
            found = jobs.get(connection, job.id)

        assert found is not None
        assert {"tables": 59, "columns": 450, "tablesDescribed": 6} == found.stats

    def test_lease_ends_in_database_time(self, db: Database, new_job: NewJob) -> None:
        """A live lease is not swept, a renewed one neither."""
        job = submit(db, new_job)
        held = claim(db, job, lease_seconds=5)
        with db.write() as connection:
            assert not claims.renew(connection, held, lease_seconds=5)
            sweeps.sweep(connection, max_losses=3)
            found = jobs.get(connection, job.id)

        assert found is not None
        assert JobStatus.RUNNING == found.status


class TestEnd:
    def test_success_stores_event_result_and_timings_together(
        self, db: Database, new_job: NewJob
    ) -> None:
        """The terminal event is the last, and the time of each step is kept."""
        job = submit(db, new_job)
        held = claim(db, job)
        report(db, held, Step.SCANNING, 0)
        report(db, held, Step.SCANNING, 20)
        done = claims.Report(step=Step.COMPLETE, progress=100, message="done", data={"a": 1})
        with db.write() as connection:
            claims.succeed(connection, held, done)
            found = jobs.get(connection, job.id)
            last = events.after(connection, job.id, 2)
            runs = statistics.finished_runs(connection)

        assert found is not None
        assert (JobStatus.SUCCEEDED, 3, {"scanning"}) == (
            found.status,
            found.last_seq,
            set(found.timings or {}),
        )
        assert {"a": 1} == wire.decode(last[0].payload).data
        assert [job.id] == [run.id for run in runs]

    def test_nothing_follows_a_terminal_event(self, db: Database, new_job: NewJob) -> None:
        """A finished job takes no milestone, no second end and no cancel."""
        job = submit(db, new_job)
        held = claim(db, job)
        with db.write() as connection:
            claims.fail(connection, held, failure(FailureCode.SCHEMA_EMPTY, "No tables."))
        with pytest.raises(claims.ClaimLostError):
            report(db, held, Step.SCANNING, 20)
        with db.write() as connection:
            assert jobs.request_cancel(connection, job) is None
            found = jobs.get(connection, job.id)

        assert found is not None
        assert (JobStatus.FAILED, 1, None) == (
            found.status,
            found.last_seq,
            found.cancel_requested_at,
        )

    def test_the_next_job_of_the_project_may_start(self, db: Database, new_job: NewJob) -> None:
        """Only active jobs stand in the way."""
        job = submit(db, new_job)
        held = claim(db, job)
        with db.write() as connection:
            claims.fail(connection, held, failure(FailureCode.INTERNAL, "x"))

        assert job.id != submit(db, new_job).id


class TestCancel:
    def test_reaches_a_job_that_is_just_handed_back(self, postgres: Database) -> None:
        """Naive: it is not queued at the first look, not running at the second, and runs on."""
        with postgres.write() as connection:
            user = users.create(connection, email="a@b.example", password_hash="x")
            made = projects.create(connection, user.id, PROJECT)
        job = submit(postgres, NewJob(user_id=user.id, project_id=made.id, options={}))
        held = claim(postgres, job)

        with postgres.write() as asking:

            @sa.event.listens_for(asking, "after_cursor_execute", once=True)
            def _hand_back(*_: object) -> None:
                with postgres.write() as connection:
                    assert claims.release(connection, held)

            assert jobs.request_cancel(asking, job) is None

        again = claim(postgres, job)
        with postgres.write() as connection:
            assert claims.renew(connection, again, lease_seconds=30)

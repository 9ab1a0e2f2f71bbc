"""Jobs in a real database: SQLite and PostgreSQL, through the migrations."""

import dataclasses
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from contract import events as wire
from contract.failures import FailureCode, failure
from contract.states import JobStatus
from contract.steps import Step
from store import (
    claims,
    clock,
    contexts,
    events,
    jobs,
    projects,
    reviews,
    statistics,
    submissions,
    sweeps,
    upgrade,
    users,
)
from store.database import Database, connect
from store.schema import jobs as table

pytestmark = pytest.mark.integration


@pytest.fixture(params=["sqlite", "postgresql"])
def db(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A migrated database of each kind."""
    url = (
        f"sqlite:///{tmp_path / 'store.db'}"
        if request.param == "sqlite"
        else request.getfixturevalue("postgres_url")
    )
    opened = connect(url)
    upgrade.to_head(opened)
    yield opened
    opened.close()


@pytest.fixture
def new_job(db: Database) -> submissions.NewJob:
    """A job of a project of a user."""
    with db.write() as connection:
        user = users.create(connection, email="A@b.example", password_hash="x")
        project = projects.create(
            connection,
            user.id,
            projects.NewProject(
                name="shop", kind="demo", dialect=None, location="demo", sealed_source="x"
            ),
        )
    return submissions.NewJob(user_id=user.id, project_id=project.id, options={"engine": "auto"})


def submit(db: Database, new: submissions.NewJob) -> jobs.Job:
    with db.write() as connection:
        return submissions.submit(connection, new)[0]


def claim(db: Database, job: jobs.Job, *, lease_seconds: int = 30) -> claims.Claim:
    with db.write() as connection:
        held = claims.claim(connection, job.id, lease_seconds=lease_seconds)
    assert held is not None
    return held


def report(db: Database, held: claims.Claim, step: Step, progress: int) -> events.Stored:
    with db.write() as connection:
        return claims.report(
            connection, held, claims.Report(step=step, progress=progress, message="m")
        )


class TestMigrations:
    def test_make_the_tables_that_the_code_uses(self, db: Database) -> None:
        """After the migrations nothing differs from store.schema."""
        from alembic.autogenerate import compare_metadata  # noqa: PLC0415 - only here
        from alembic.migration import MigrationContext  # noqa: PLC0415 - only here

        from store.schema import metadata  # noqa: PLC0415 - only here

        with db.read() as connection:
            assert upgrade.at_head(connection)
            assert [] == compare_metadata(MigrationContext.configure(connection), metadata)


class TestSubmit:
    def test_returns_the_active_job_of_the_project(
        self, db: Database, new_job: submissions.NewJob
    ) -> None:
        """A second submit starts nothing."""
        with db.write() as connection:
            first, created = submissions.submit(connection, new_job)
            second, again = submissions.submit(connection, new_job)

        assert (first.id, True, False) == (second.id, created, again)

    def test_gives_one_job_to_many_at_once(self, db: Database, new_job: submissions.NewJob) -> None:
        """Ten threads that submit together get the same id."""
        found: list[str] = []
        threads = [
            threading.Thread(target=lambda: found.append(submit(db, new_job).id)) for _ in range(10)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert (10, 1) == (len(found), len(set(found)))

    def test_gives_the_same_job_for_the_same_key_even_when_it_ended(
        self, db: Database, new_job: submissions.NewJob
    ) -> None:
        """Idempotency-Key outlives the job."""
        keyed = submissions.NewJob(
            user_id=new_job.user_id,
            project_id=new_job.project_id,
            options={},
            idempotency_key="k",
        )
        first = submit(db, keyed)
        with db.write() as connection:
            jobs.request_cancel(connection, first)

        assert first.id == submit(db, keyed).id
        assert first.id != submit(db, new_job).id

    def test_gives_the_same_job_for_a_key_that_joined_one(
        self, db: Database, new_job: submissions.NewJob
    ) -> None:
        """Naive: the key is kept with the job that it made, so that a joined job is forgotten."""
        keyed = dataclasses.replace(new_job, idempotency_key="k")
        running = submit(db, new_job)
        joined = submit(db, keyed)
        with db.write() as connection:
            jobs.request_cancel(connection, running)

        assert running.id == joined.id == submit(db, keyed).id


class TestClaim:
    def test_succeeds_once(self, db: Database, new_job: submissions.NewJob) -> None:
        """The second delivery of a task finds nothing to claim."""
        job = submit(db, new_job)
        held = claim(db, job)

        with db.write() as connection:
            assert claims.claim(connection, job.id, lease_seconds=30) is None
        assert 1 == held.job.attempt

    def test_is_fenced(self, db: Database, new_job: submissions.NewJob) -> None:
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
        self, db: Database, new_job: submissions.NewJob
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

    def test_keeps_what_earlier_milestones_counted(
        self, db: Database, new_job: submissions.NewJob
    ) -> None:
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

    def test_lease_ends_in_database_time(self, db: Database, new_job: submissions.NewJob) -> None:
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
        self, db: Database, new_job: submissions.NewJob
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

    def test_nothing_follows_a_terminal_event(
        self, db: Database, new_job: submissions.NewJob
    ) -> None:
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

    def test_the_next_job_of_the_project_may_start(
        self, db: Database, new_job: submissions.NewJob
    ) -> None:
        """Only active jobs stand in the way."""
        job = submit(db, new_job)
        held = claim(db, job)
        with db.write() as connection:
            claims.fail(connection, held, failure(FailureCode.INTERNAL, "x"))

        assert job.id != submit(db, new_job).id


class TestCancel:
    def test_ends_a_queued_job_at_once(self, db: Database, new_job: submissions.NewJob) -> None:
        """Its only event is the terminal one."""
        job = submit(db, new_job)
        with db.write() as connection:
            stored = jobs.request_cancel(connection, job)

        assert stored is not None
        assert (1, {"code": "cancelled", "retryable": True}) == (
            stored.seq,
            wire.decode(stored.payload).failure,
        )

    def test_tells_the_worker_of_a_running_one(
        self, db: Database, new_job: submissions.NewJob
    ) -> None:
        """The next renewal says so; asking twice changes nothing."""
        job = submit(db, new_job)
        held = claim(db, job)
        with db.write() as connection:
            for _ in range(2):
                assert jobs.request_cancel(connection, job) is None
            assert claims.renew(connection, held, lease_seconds=30)


class TestSweep:
    def test_fails_a_job_that_lost_its_worker_too_often(
        self, db: Database, new_job: submissions.NewJob
    ) -> None:
        """After three attempts the job ends with worker_lost, once."""
        job = submit(db, new_job)
        ended: list[events.Stored] = []
        for _ in range(3):
            claim(db, job, lease_seconds=-1)
            with db.write() as connection:
                ended += sweeps.sweep(connection, max_losses=3).ended

        assert ["worker_lost"] == [(wire.decode(e.payload).failure or {})["code"] for e in ended]

    def test_forgives_a_worker_that_hands_its_job_back(
        self, db: Database, new_job: submissions.NewJob
    ) -> None:
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
            counted = statistics.trouble(connection)

        assert [0, 0, 1] == ended
        expected = statistics.Trouble(attempts=8, repeated=7, losses=3, dead_letters=1)
        assert expected == counted
        assert found is not None
        assert (8, 3) == (found.attempt, found.losses_in_a_row)

    def test_finds_jobs_whose_task_may_be_lost(
        self, db: Database, new_job: submissions.NewJob
    ) -> None:
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
        self, db: Database, new_job: submissions.NewJob
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


class TestContexts:
    def test_are_numbered_per_project(self, db: Database, new_job: submissions.NewJob) -> None:
        """The second generation writes version 2; both stay readable."""
        project_id = new_job.project_id or ""
        with db.write() as connection:
            for job_id in ("a", "b"):
                contexts.save(
                    connection,
                    contexts.NewContext(
                        project_id=project_id,
                        job_id=job_id,
                        engine="structural",
                        model=None,
                        fingerprint="f",
                        document="{}",
                    ),
                )
            found = contexts.get(connection, project_id)
            versions = [context.version for context in contexts.versions(connection, project_id)]

        assert found is not None
        assert (2, [2, 1]) == (found.version, versions)

    def test_an_unchanged_snapshot_replaces_itself(
        self, db: Database, new_job: submissions.NewJob
    ) -> None:
        """Reading the same schema twice stores one snapshot."""
        project_id = new_job.project_id or ""
        with db.write() as connection:
            for document in ("old", "new"):
                contexts.save_snapshot(
                    connection, project_id, fingerprint="f", size=(1, 2), document=document
                )
            found = contexts.latest_snapshot(connection, project_id)

        assert found is not None
        assert "new" == found.document

    def test_a_deleted_project_takes_everything_with_it(
        self, db: Database, new_job: submissions.NewJob
    ) -> None:
        """No job, event or decision of it stays."""
        job = submit(db, new_job)
        report(db, claim(db, job), Step.SCANNING, 0)
        with db.write() as connection:
            decision = reviews.Decision(target="summary", state="edited", text="t")
            reviews.decide(connection, job.project_id or "", decision, user_id=job.user_id)
            projects.delete(connection, job.project_id or "")
            assert jobs.get(connection, job.id) is None
            assert [] == events.after(connection, job.id, 0)
            assert {} == reviews.present(connection, job.project_id or "")


class TestSessions:
    def test_a_refresh_token_used_twice_ends_the_session(self, db: Database) -> None:
        """Reuse means that somebody else has the token."""
        from datetime import timedelta  # noqa: PLC0415 - only here

        with db.write() as connection:
            user = users.create(connection, email="a@b.example", password_hash="x")
            session = users.sign_in(
                connection, user.id, refresh_jti="1", lifetime=timedelta(days=1)
            )
            assert users.rotate(connection, session, used_jti="1", next_jti="2")
            assert users.session_active(connection, session)
            assert not users.rotate(connection, session, used_jti="1", next_jti="3")
            assert not users.session_active(connection, session)

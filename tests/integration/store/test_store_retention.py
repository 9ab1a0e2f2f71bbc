"""What is deleted of old work, and what stays, in both databases."""

import json
from datetime import timedelta

import pytest
import sqlalchemy as sa

from contract import events as wire
from store import (
    claims,
    clock,
    events,
    jobs,
    model_calls,
    projects,
    retention,
    statistics,
    submissions,
    users,
)
from store.database import Database, connect
from store.retention import JOBS_AT_ONCE, Purged
from store.schema import jobs as table
from store.schema import metadata, sessions
from store.submissions import NewJob
from tests.integration.store.working import age, claim, ended, submit
from tests.model_calls import CALL
from tests.worker_house import PROJECT

pytestmark = pytest.mark.integration
NOTHING = Purged(jobs=0, checkpoints=0, sessions=0)


def purge(db: Database, *, days: int = 90) -> Purged:
    with db.write() as connection:
        return retention.purge(connection, days=days)


def told(db: Database, job: jobs.Job, *, after: int = 0) -> list[tuple[int, bool]]:
    """Return the stored numbers after one, and whether the event says that others are gone."""
    with db.read() as connection:
        found = events.after(connection, job.id, after)
    return [(each.seq, wire.decode(each.payload).truncated) for each in found]


def sign_in(db: Database, user_id: str, *, ended_days: float) -> str:
    """Return a sign-in that ended of age so many days ago."""
    with db.write() as connection:
        return users.sign_in(
            connection, user_id, refresh_jti="r", lifetime=timedelta(days=-ended_days)
        )


def rows(db: Database) -> dict[str, int]:
    with db.read() as connection:
        count = sa.select(sa.func.count())
        return {
            each.name: connection.execute(count.select_from(each)).scalar_one()
            for each in metadata.sorted_tables
        }


class TestOldJob:
    def test_keeps_itself_and_its_last_event(self, db: Database, new_job: NewJob) -> None:
        """The job, what figures are made of, and its result are as they were."""
        job = ended(db, new_job, days=91)
        with db.read() as connection:
            before = jobs.get(connection, job.id), statistics.finished_runs(connection)
        purged = purge(db)
        with db.read() as connection:
            after = jobs.get(connection, job.id), statistics.finished_runs(connection)
            last = events.after(connection, job.id, 0)[0].payload

        assert Purged(jobs=1, checkpoints=0, sessions=0) == purged
        assert before == after
        assert [(3, True)] == told(db, job)
        assert ("complete", 100, True) == tuple(
            json.loads(last)[name] for name in ("step", "progress", "truncated")
        )

    def test_says_nothing_of_a_gap_to_who_has_what_was_before(
        self, db: Database, new_job: NewJob
    ) -> None:
        """A cursor in the middle is told; at the last but one nothing is missing."""
        job = ended(db, new_job, days=91)
        purge(db)

        assert [(3, True)] == told(db, job, after=1)
        assert [(3, False)] == told(db, job, after=2)
        assert [] == told(db, job, after=3)

    def test_loses_its_model_calls(self, db: Database, new_job: NewJob) -> None:
        """Only those: what a model cost lately is still known."""
        for days in (91, 1):
            job = ended(db, new_job, days=days)
            with db.write() as connection:
                model_calls.add(connection, job, [CALL])
        purge(db)
        with db.read() as connection:
            (totals,) = model_calls.totals(connection, user_id=new_job.user_id)

        assert 1 == rows(db)["model_calls"]
        assert 1 == totals.calls

    def test_is_still_the_job_of_its_idempotency_key(self, db: Database, new_job: NewJob) -> None:
        """A key is one job for ever."""
        keyed = NewJob(**{**vars(new_job), "idempotency_key": "k"})
        job = ended(db, keyed, days=91)
        purge(db)
        with db.write() as connection:
            again, new = submissions.submit(connection, keyed)

        assert (job.id, False) == (again.id, new)

    def test_that_told_only_its_end_has_no_gap(self, db: Database, new_job: NewJob) -> None:
        """Cancelled in the queue: one event is all that it ever had."""
        job = submit(db, new_job)
        with db.write() as connection:
            jobs.request_cancel(connection, job)
        age(db, job, days=91)
        purge(db)

        assert [(1, False)] == told(db, job)


class TestPurge:
    def test_touches_nothing_else(self, db: Database, new_job: NewJob) -> None:
        """Younger jobs, running ones, sign-ins and answers that count stay as they are."""
        young = ended(db, new_job, days=89)
        running = submit(db, new_job)
        held = claim(db, running)
        with db.write() as connection:
            old = clock.now_plus(-200 * clock.DAY_SECONDS)
            connection.execute(
                sa.update(table).where(table.c.id == running.id).values(created_at=old)
            )
            claims.keep(connection, held, {"f": "{}"})
        sign_in(db, new_job.user_id, ended_days=-1)
        before = rows(db)

        assert NOTHING == purge(db)
        assert before == rows(db)
        assert [(1, False), (2, False), (3, False)] == told(db, young)

    def test_leaves_jobs_alone_for_ever_where_that_is_wished(
        self, db: Database, new_job: NewJob
    ) -> None:
        """0 days: what can matter to nobody goes all the same."""
        job = ended(db, new_job, days=5000)
        sign_in(db, new_job.user_id, ended_days=2)

        assert Purged(jobs=0, checkpoints=0, sessions=1) == purge(db, days=0)
        assert 3 == len(told(db, job))

    def test_goes_on_where_it_ended(self, db: Database, new_job: NewJob) -> None:
        """A pass deletes so much and no more, the oldest first, and says that there is more."""
        youngest, *_ = made = [
            ended(db, new_job, days=100 + nth) for nth in range(JOBS_AT_ONCE + 1)
        ]
        first, between, second = purge(db), told(db, youngest), purge(db)

        assert (JOBS_AT_ONCE, True) == (first.jobs, first.more)
        assert (1, False) == (second.jobs, second.more)
        assert 3 == len(between)
        assert {(3, True)} == {each for job in made for each in told(db, job)}
        assert NOTHING == purge(db)

    def test_passes_over_what_somebody_else_deletes(
        self, postgres_store_url: str, postgres: Database
    ) -> None:
        """Two at once: neither waits for the other."""
        with postgres.write() as connection:
            user = users.create(connection, email="a@b.example", password_hash="x")
            shop = projects.create(connection, user.id, PROJECT)
        new_job = NewJob(user_id=user.id, project_id=shop.id, options={})
        for _ in range(2):
            ended(postgres, new_job, days=91)
        other = connect(f"{postgres_store_url}?options=-c%20lock_timeout%3D1000")
        with postgres.write() as connection:
            mine = retention.purge(connection, days=90)
            theirs = purge(other)
        other.close()

        assert (2, 0) == (mine.jobs, theirs.jobs)


class TestSignIns:
    def test_go_a_day_after_they_ended(self, db: Database, new_job: NewJob) -> None:
        """Of age; one that somebody ended goes with its age, too."""
        gone = sign_in(db, new_job.user_id, ended_days=2)
        kept = sign_in(db, new_job.user_id, ended_days=0.5)
        good = sign_in(db, new_job.user_id, ended_days=-5)
        purge(db)
        with db.read() as connection:
            left = set(connection.execute(sa.select(sessions.c.id)).scalars())
            active = [users.session_active(connection, each) for each in (gone, kept, good)]

        assert {kept, good} == left
        assert [False, False, True] == active

    def test_cannot_be_renewed_when_they_are_gone(self, db: Database, new_job: NewJob) -> None:
        """A refresh token outlives its sign-in and is refused all the same."""
        gone = sign_in(db, new_job.user_id, ended_days=2)
        purge(db)
        with db.write() as connection:
            assert not users.rotate(connection, gone, used_jti="r", next_jti="s")

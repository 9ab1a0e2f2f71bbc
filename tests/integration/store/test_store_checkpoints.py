"""Checkpoints, in both databases."""

import pytest
import sqlalchemy as sa

from store import (
    checkpoints,
    claims,
    clock,
    events,
    jobs,
    submissions,
    sweeps,
)
from store.database import Database
from store.schema import checkpoints as table
from store.submissions import NewJob

pytestmark = pytest.mark.integration
FIRST, SECOND = {"f1": '{"a": 1}'}, {"f1": '{"a": 2}', "f2": "{}"}


def claim(connection: sa.Connection, new: NewJob, *, lease_seconds: int = 30) -> claims.Claim:
    job, _ = submissions.submit(connection, new)
    held = claims.claim(connection, job.id, lease_seconds=lease_seconds)
    assert held is not None
    return held


def find(connection: sa.Connection, held: claims.Claim, fingerprint: str) -> str | None:
    since = held.job.fresh_since
    project_id = held.job.project_id or ""
    return checkpoints.find(connection, project_id, fingerprint, since=since)


class TestKeep:
    def test_stores_what_later_jobs_find(self, db: Database, new_job: NewJob) -> None:
        """The newer answer counts; an unknown question has none."""
        with db.write() as connection:
            held = claim(connection, new_job)
            claims.keep(connection, held, FIRST)
            claims.keep(connection, held, SECOND)
            found = [find(connection, held, name) for name in ("f1", "f2", "f3")]

        assert ['{"a": 2}', "{}", None] == found

    def test_is_fenced(self, db: Database, new_job: NewJob) -> None:
        """A worker whose claim is lost keeps nothing."""
        with db.write() as connection:
            held = claim(connection, new_job, lease_seconds=-1)
            sweeps.sweep(connection, max_losses=3)
        with pytest.raises(claims.ClaimLostError), db.write() as connection:
            claims.keep(connection, held, FIRST)
        with db.read() as connection:
            assert find(connection, held, "f1") is None

    def test_shows_that_the_job_gets_further(self, db: Database, new_job: NewJob) -> None:
        """A worker that is lost again and again but finishes something each time is no poison."""
        ended: list[events.Stored] = []
        with db.write() as connection:
            job, _ = submissions.submit(connection, new_job)
        for number in range(7):
            with db.write() as connection:
                held = claims.claim(connection, job.id, lease_seconds=-1)
                assert held is not None
                if number < 5:
                    claims.keep(connection, held, {f"f{number}": "{}"})
                ended += sweeps.sweep(connection, max_losses=3).ended

        # One loss after the last finished piece, then two more.
        assert 1 == len(ended)
        with db.read() as connection:
            found = jobs.get(connection, job.id)
        assert found is not None
        assert (7, 3) == (found.attempt, found.losses_in_a_row)


class TestFind:
    def test_hides_older_answers_from_fresh_work(self, db: Database, new_job: NewJob) -> None:
        """Fresh work asks anew, yet finds what it answered itself, and so does its retry."""
        fresh = NewJob(**{**vars(new_job), "fresh": True})
        with db.write() as connection:
            connection.execute(
                sa.insert(table).values(
                    project_id=new_job.project_id,
                    fingerprint="old",
                    answer="{}",
                    stored_at=clock.now_plus(-5),
                )
            )
            first = claim(connection, fresh)
            claims.keep(connection, first, {"own": "{}"})
            jobs_before = [find(connection, first, name) for name in ("old", "own")]
            claims.release(connection, first)
            ended = jobs.get(connection, first.job.id)
            assert ended is not None
            jobs.request_cancel(connection, ended)
            retry = claim(connection, NewJob(**{**vars(new_job), "retry_of": ended}))
            after = [find(connection, retry, name) for name in ("old", "own")]

        assert [None, "{}"] == jobs_before == after
        assert first.job.id == retry.job.retry_of

    def test_is_for_one_project(self, db: Database, new_job: NewJob) -> None:
        """What was read from one database is no answer about another."""
        with db.write() as connection:
            held = claim(connection, new_job)
            claims.keep(connection, held, FIRST)
            assert checkpoints.find(connection, "another", "f1", since=None) is None


class TestPurge:
    def test_deletes_what_is_old_a_part_at_a_time(self, db: Database, new_job: NewJob) -> None:
        """After thirty days an answer is asked for anew."""
        with db.write() as connection:
            held = claim(connection, new_job)
            claims.keep(connection, held, SECOND | {"f3": "{}", "f4": "{}"})
            old = clock.now_plus(-86_400 * 31)
            connection.execute(
                sa.update(table).where(table.c.fingerprint != "f2").values(stored_at=old)
            )
            deleted = [checkpoints.purge(connection, limit=2) for _ in range(3)]
            found = [find(connection, held, name) for name in ("f1", "f2", "f3", "f4")]

        assert [2, 1, 0] == deleted
        assert [None, "{}", None, None] == found

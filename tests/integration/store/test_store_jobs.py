"""Submitting and cancelling jobs, in both databases."""

import dataclasses
import threading

import pytest
import sqlalchemy as sa

from contract import events as wire
from contract.states import JobKind
from store import (
    claims,
    clock,
    jobs,
    submissions,
)
from store.database import Database
from store.schema import jobs as table
from store.submissions import NewJob
from tests.integration.store.working import claim, submit

pytestmark = pytest.mark.integration


class TestSubmit:
    def test_returns_the_active_job_of_the_project(self, db: Database, new_job: NewJob) -> None:
        """A second submit starts nothing."""
        with db.write() as connection:
            first, created = submissions.submit(connection, new_job)
            second, again = submissions.submit(connection, new_job)

        assert (first.id, True, False) == (second.id, created, again)

    def test_gives_one_job_to_many_at_once(self, db: Database, new_job: NewJob) -> None:
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
        self, db: Database, new_job: NewJob
    ) -> None:
        """Idempotency-Key outlives the job."""
        keyed = NewJob(
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
        self, db: Database, new_job: NewJob
    ) -> None:
        """Naive: the key is kept with the job that it made, so that a joined job is forgotten."""
        keyed = dataclasses.replace(new_job, idempotency_key="k")
        running = submit(db, new_job)
        joined = submit(db, keyed)
        with db.write() as connection:
            jobs.request_cancel(connection, running)

        assert running.id == joined.id == submit(db, keyed).id


class TestCancel:
    def test_ends_a_queued_job_at_once(self, db: Database, new_job: NewJob) -> None:
        """Its only event is the terminal one."""
        job = submit(db, new_job)
        with db.write() as connection:
            stored = jobs.request_cancel(connection, job)

        assert stored is not None
        assert (1, {"code": "cancelled", "retryable": True}) == (
            stored.seq,
            wire.decode(stored.payload).failure,
        )

    def test_tells_the_worker_of_a_running_one(self, db: Database, new_job: NewJob) -> None:
        """The next renewal says so; asking twice changes nothing."""
        job = submit(db, new_job)
        held = claim(db, job)
        with db.write() as connection:
            for _ in range(2):
                assert jobs.request_cancel(connection, job) is None
            assert claims.renew(connection, held, lease_seconds=30)


class TestQueuedAhead:
    def test_is_asked_for_many_jobs_at_once(self, db: Database, new_job: NewJob) -> None:
        """Naive: a page of a thousand queued jobs asks a thousand times."""
        pulls = [
            dataclasses.replace(
                new_job, project_id=None, kind=JobKind.PULL_MODEL, options={"model": f"m{number}"}
            )
            for number in range(4)
        ]
        first, *others = [submit(db, pull) for pull in pulls]
        claim(db, first)
        with db.write() as connection:
            for number, job in enumerate(others):  # they may be of the same millisecond
                at = clock.now_plus(number - len(others))
                connection.execute(
                    sa.update(table).where(table.c.id == job.id).values(created_at=at)
                )
        asked: list[str] = []
        sa.event.listen(db.engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
        with db.read() as connection:
            found = jobs.listing(connection, new_job.user_id)
            asked.clear()
            ahead = jobs.queued_ahead(connection, found)

        assert [0, 0, 1, 2] == [ahead[job.id] for job in (first, *others)]
        assert 1 == len(asked)

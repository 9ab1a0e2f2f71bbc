"""One active pull of a model per user, in both databases."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from contract.states import JobKind
from store import jobs, submissions, users
from store.database import Database

pytestmark = pytest.mark.integration


def pull(db: Database, user_id: str, model: str) -> tuple[jobs.Job, bool]:
    new = submissions.NewJob(
        user_id=user_id, project_id=None, kind=JobKind.PULL_MODEL, options={"model": model}
    )
    with db.write() as connection:
        return submissions.submit(connection, new)


def user(db: Database, email: str) -> str:
    with db.write() as connection:
        return users.create(connection, email=email, password_hash="x").id


class TestSubmit:
    def test_gives_one_job_to_many_at_once(self, db: Database) -> None:
        """Whoever comes second gets the first one's."""
        ada = user(db, "a@b.example")
        pull(db, ada, "other:1b")
        with ThreadPoolExecutor(max_workers=4) as threads:
            submitted = list(threads.map(lambda _: pull(db, ada, "m:8b"), range(8)))

        assert 1 == len({job.id for job, _ in submitted})
        assert 1 == sum(new for _, new in submitted)
        assert {"m:8b"} == {job.model for job, _ in submitted}

    def test_begins_anew_after_the_end(self, db: Database) -> None:
        """And leaves others' pulls alone."""
        ada, bob = user(db, "a@b.example"), user(db, "b@b.example")
        first, _ = pull(db, ada, "m:8b")
        assert first.id != pull(db, bob, "m:8b")[0].id
        with db.write() as connection:
            jobs.request_cancel(connection, first)

        assert first.id != pull(db, ada, "m:8b")[0].id

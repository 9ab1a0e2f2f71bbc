"""What calls of models cost, in both databases."""

import dataclasses
from datetime import timedelta

import pytest

from store import jobs, model_calls, projects, submissions, users
from store.database import Database
from tests.model_calls import CALL
from tests.worker_house import PROJECT

pytestmark = pytest.mark.integration

UNKNOWN = dataclasses.replace(
    CALL, prompt_tokens=None, output_tokens=None, prompt_seconds=None, output_seconds=None
)


def job(db: Database, email: str = "a@b.example") -> jobs.Job:
    with db.write() as connection:
        user = users.create(connection, email=email, password_hash="x")
        project = projects.create(connection, user.id, PROJECT)
        asked = submissions.NewJob(user_id=user.id, project_id=project.id, options={})
        return submissions.submit(connection, asked)[0]


def totals(db: Database, job: jobs.Job, *calls: model_calls.ModelCall) -> list[model_calls.Totals]:
    with db.write() as connection:
        model_calls.add(connection, job, calls)
    with db.read() as connection:
        return model_calls.totals(connection, user_id=job.user_id)


class TestTotals:
    def test_are_of_what_is_known(self, db: Database) -> None:
        """A call without counts lowers no speed and adds no zero; failed ones are counted."""
        slower = dataclasses.replace(CALL, output_seconds=3.0)
        failed = dataclasses.replace(UNKNOWN, outcome="model_overloaded")
        left = dataclasses.replace(UNKNOWN, outcome="cancelled")

        assert [
            model_calls.Totals(
                model="m:8b",
                calls=4,
                failed=1,
                prompt_tokens=200,
                output_tokens=100,
                prompt_tokens_per_second=200.0,
                output_tokens_per_second=20.0,
            )
        ] == totals(db, job(db), CALL, slower, failed, left)

    def test_are_unknown_where_nothing_is_known(self, db: Database) -> None:
        """No zero stands for what no server told."""
        (found,) = totals(db, job(db), UNKNOWN)

        assert (1, None, None, None, None) == (
            found.calls,
            found.prompt_tokens,
            found.output_tokens,
            found.prompt_tokens_per_second,
            found.output_tokens_per_second,
        )

    def test_are_of_ones_own_last_calls(self, db: Database) -> None:
        """Neither those of others nor those of long ago; the most used model comes first."""
        other = dataclasses.replace(CALL, model="n:1b")
        old = dataclasses.replace(CALL, started_at=CALL.started_at - timedelta(days=31))
        totals(db, job(db, "b@b.example"), CALL)
        found = totals(db, job(db), CALL, other, other, old, old)

        assert [("n:1b", 2), ("m:8b", 1)] == [(each.model, each.calls) for each in found]

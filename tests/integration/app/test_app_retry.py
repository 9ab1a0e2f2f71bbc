"""Trying a job again: the same work, as a job of its own."""

import flask
import pytest

from contract.failures import FailureCode, failure
from contract.steps import Step
from store import claims, events
from store.claims import Report
from tests.integration.app.conftest import MakeApp
from tests.integration.app.people import PROBLEM, Person, refusal, register

pytestmark = pytest.mark.integration
OPTIONS = {"force": True, "engine": "structural", "language": "de"}


def fail(app: flask.Flask, job_id: str) -> None:
    """Claim the job and let it fail, as a worker does."""
    with app.extensions["schemalore"].database.write() as connection:
        held = claims.claim(connection, job_id, lease_seconds=60)
        assert held is not None
        claims.report(connection, held, Report(step=Step.SCANNING, progress=0, message="m"))
        claims.fail(connection, held, failure(FailureCode.MODEL_UNREACHABLE, "Nobody answers."))


def succeed(app: flask.Flask, job_id: str) -> None:
    """Claim the job and let it succeed, as a worker does."""
    with app.extensions["schemalore"].database.write() as connection:
        held = claims.claim(connection, job_id, lease_seconds=60)
        assert held is not None
        claims.succeed(connection, held, Report(step=Step.COMPLETE, progress=100, message="m"))


def failed(app: flask.Flask, person: Person) -> str:
    """Return the id of a job that failed."""
    answer = person.post(f"/projects/{person.project()}/context/generate", OPTIONS)
    fail(app, answer.json["id"])
    return str(answer.json["id"])


class TestRetry:
    def test_starts_the_work_again_as_a_new_job(self, app: flask.Flask, ada: Person) -> None:
        """The failed job keeps its one terminal event; the new one knows where it comes from."""
        job_id = failed(app, ada)
        before = ada.get(f"/jobs/{job_id}").json
        answer = ada.post(f"/jobs/{job_id}/retry")
        after = ada.get(f"/jobs/{job_id}").json
        told = ada.get(f"/jobs/{job_id}/events").json["items"]
        with app.extensions["schemalore"].database.read() as connection:
            assert [] == events.after(connection, answer.json["id"], 0)

        assert 202 == answer.status_code
        assert f"/api/v1/jobs/{answer.json['id']}" == answer.headers["Location"]
        assert ("queued", job_id, before["projectId"], 0) == tuple(
            answer.json[name] for name in ("status", "retryOf", "projectId", "attempt")
        )
        assert before["id"] != answer.json["id"]
        assert before | {"now": after["now"]} == after
        assert ["scanning", "error"] == [event["step"] for event in told]

    def test_asks_for_the_same_and_no_fresher(self, app: flask.Flask, ada: Person) -> None:
        """What a forced job answered itself is good enough for its retry, and its retry's retry."""
        first = failed(app, ada)
        second = ada.post(f"/jobs/{first}/retry").json["id"]
        fail(app, second)
        third = ada.post(f"/jobs/{second}/retry").json["id"]
        database = app.extensions["schemalore"].database
        with database.read() as connection:
            rows = {
                row.id: row
                for row in connection.exec_driver_sql("SELECT id, options, fresh_since FROM jobs")
            }

        assert rows[first].fresh_since is not None
        assert {rows[first][1:]} == {rows[second][1:], rows[third][1:]}

    def test_again_joins_the_job_that_it_started(self, app: flask.Flask, ada: Person) -> None:
        """A project has one job at a time, whoever asks for it and how often."""
        job_id = failed(app, ada)
        first, second = ada.post(f"/jobs/{job_id}/retry"), ada.post(f"/jobs/{job_id}/retry")

        assert (202, 200) == (first.status_code, second.status_code)
        assert first.json["id"] == second.json["id"]

    def test_with_the_same_key_starts_nothing_twice(self, app: flask.Flask, ada: Person) -> None:
        """Even when the job that it started has ended by then."""
        job_id, key = failed(app, ada), {"Idempotency-Key": "again-1"}
        first = ada.post(f"/jobs/{job_id}/retry", headers=key)
        succeed(app, first.json["id"])
        second = ada.post(f"/jobs/{job_id}/retry", headers=key)

        assert (200, first.json["id"]) == (second.status_code, second.json["id"])

    def test_takes_up_a_cancelled_job(self, ada: Person) -> None:
        """Somebody may think better of it."""
        job_id = ada.job(ada.project())
        ada.post(f"/jobs/{job_id}/cancel")

        assert 202 == ada.post(f"/jobs/{job_id}/retry").status_code

    def test_refuses_what_runs_or_succeeded(self, app: flask.Flask, ada: Person) -> None:
        """The answer says what to do instead."""
        job_id = ada.job(ada.project())
        running = ada.post(f"/jobs/{job_id}/retry")
        succeed(app, job_id)
        done = ada.post(f"/jobs/{job_id}/retry")

        assert (409, PROBLEM, "not_retryable") == refusal(running) == refusal(done)
        assert "cancel" in running.text
        assert "new generation" in done.text

    def test_finds_only_the_callers_jobs(self, app: flask.Flask, ada: Person, bob: Person) -> None:
        """A stranger's job does not exist."""
        assert 404 == bob.post(f"/jobs/{failed(app, ada)}/retry").status_code

    def test_is_limited_like_a_generation(self, make_app: MakeApp) -> None:
        """It is as much work."""
        app = make_app(generate_rate_limit="1/hour")
        person = register(app, "ada@example.org")
        job_id = failed(app, person)
        statuses = [person.post(f"/jobs/{job_id}/retry").status_code for _ in range(2)]

        assert [202, 429] == statuses

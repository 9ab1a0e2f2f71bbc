"""Jobs: polling them cheaply, reading their events, cancelling them."""

import json
import re

import flask
import pytest
import redis
import sqlalchemy as sa
from flask.testing import FlaskClient

from contract import channels
from contract.failures import FailureCode, failure
from contract.steps import Step
from store import claims, clock, retention
from store.claims import Claim, Report
from store.schema import jobs as table
from tests.integration.app.people import PROBLEM, Person, refusal

pytestmark = pytest.mark.integration


def claim(app: flask.Flask, job_id: str) -> Claim:
    """Take the job as a worker does, and say that it has begun."""
    with app.extensions["schemalore"].database.write() as connection:
        held = claims.claim(connection, job_id, lease_seconds=60)
        assert held is not None
        begun = Report(step=Step.SCANNING, progress=0, message="Fetching project and schema...")
        claims.report(connection, held, begun)
    return held


def end(app: flask.Flask, held: Claim) -> None:
    """End the job as a worker does that failed."""
    with app.extensions["schemalore"].database.write() as connection:
        claims.fail(connection, held, failure(FailureCode.SCHEMA_EMPTY, "There are no tables."))


def purge(app: flask.Flask, job_id: str) -> None:
    """Let the ended job be so old that only its end is kept."""
    with app.extensions["schemalore"].database.write() as connection:
        old = clock.now_plus(-91 * clock.DAY_SECONDS)
        connection.execute(sa.update(table).where(table.c.id == job_id).values(finished_at=old))
        retention.purge(connection, days=90)


class TestPolling:
    def test_is_answered_304_while_nothing_changes(self, app: flask.Flask, ada: Person) -> None:
        """Time alone is no change; the first milestone is one."""
        path = f"/jobs/{ada.job(ada.project())}"
        first = ada.get(path)
        etag = {"If-None-Match": first.headers["ETag"]}
        same = ada.get(path, headers=etag)
        claim(app, first.json["id"])
        changed = ada.get(path, headers=etag)

        assert first.headers["ETag"].startswith('W/"')
        assert (304, b"") == (same.status_code, same.data)
        assert first.headers["ETag"] == same.headers["ETag"]
        assert "2" == same.headers["Retry-After"]
        assert (200, "running", 1) == (
            changed.status_code,
            changed.json["status"],
            changed.json["lastSeq"],
        )
        assert "1" == changed.headers["Retry-After"]

    def test_is_over_when_the_job_is(self, app: flask.Flask, ada: Person) -> None:
        """An ended job has no Retry-After, and its error names cause and remedy."""
        job_id = ada.job(ada.project())
        end(app, claim(app, job_id))
        answer = ada.get(f"/jobs/{job_id}")

        assert "failed" == answer.json["status"]
        assert "schema_empty" == answer.json["error"]["code"]
        assert answer.json["error"]["message"].startswith("There are no tables. ")
        assert "Retry-After" not in answer.headers

    def test_tells_how_many_wait_before(self, ada: Person, bob: Person) -> None:
        """The queue is everybody's, though other people's jobs are not shown."""
        ada.job(ada.project())
        second = bob.job(bob.project())

        assert 1 == bob.get(f"/jobs/{second}").json["queuedAhead"]

    def test_tells_the_time_as_the_events_do(self, ada: Person) -> None:
        """All times are UTC with milliseconds."""
        job = ada.get(f"/jobs/{ada.job(ada.project())}").json

        assert all(
            job[name].endswith("Z") and len("2026-01-31T08:15:00.250Z") == len(job[name])
            for name in ("now", "createdAt")
        )


class TestListing:
    def test_comes_page_by_page(self, ada: Person) -> None:
        """Every job once, newest first, also where times are equal; the last page says so."""
        made = [ada.job(ada.project()) for _ in range(5)]
        pages: list[list[str]] = []
        cursor = ""
        while len(pages) < 9:
            answer = ada.get(f"/jobs?limit=2{cursor}").json
            pages.append([job["id"] for job in answer["items"]])
            if answer["next"] is None:
                break
            cursor = f"&before={answer['next']}"

        assert [2, 2, 1] == [len(page) for page in pages]
        assert sorted(made) == sorted(job for page in pages for job in page)
        assert made[-1] == pages[0][0]

    def test_begins_after_no_foreign_job(self, ada: Person, bob: Person) -> None:
        """A cursor tells nothing about other people's jobs."""
        answer = bob.get(f"/jobs?before={ada.job(ada.project())}")

        assert (404, PROBLEM, "not_found") == refusal(answer)


class TestEvents:
    def test_are_the_stored_ones(self, app: flask.Flask, ada: Person) -> None:
        """Milestones come in order, from after the cursor on."""
        job_id = ada.job(ada.project())
        end(app, claim(app, job_id))
        everything = ada.get(f"/jobs/{job_id}/events").json
        rest = ada.get(f"/jobs/{job_id}/events?after=1").json

        assert [1, 2] == [event["seq"] for event in everything["items"]]
        assert ["scanning", "error"] == [event["step"] for event in everything["items"]]
        assert everything["items"][1:] == rest["items"]
        assert (2, 2) == (everything["lastSeq"], rest["lastSeq"])

    def test_of_an_old_job_are_its_end(
        self, app: flask.Flask, ada: Person, browser: FlaskClient
    ) -> None:
        """The last event says that others are gone; the job, its list and pages are as before."""
        job_id = ada.job(ada.project())
        end(app, claim(app, job_id))
        paths = (
            f"/api/v1/jobs/{job_id}",
            "/api/v1/jobs",
            f"/jobs/{job_id}",
            f"/plain/jobs/{job_id}",
        )
        before = [_without_now(browser.get(path).text) for path in paths]
        purge(app, job_id)
        after = [_without_now(browser.get(path).text) for path in paths]
        everything = ada.get(f"/jobs/{job_id}/events").json
        rest = ada.get(f"/jobs/{job_id}/events?after=1").json

        assert before == after
        assert [(2, "schema_empty", True)] == [
            (event["seq"], event["code"], event["truncated"]) for event in everything["items"]
        ]
        assert [2] == [event["seq"] for event in rest["items"]]
        assert "truncated" not in rest["items"][0]
        assert (2, 2) == (everything["lastSeq"], rest["lastSeq"])

    @pytest.mark.parametrize("after", ["-1", "x", "99999999999999999999"])
    def test_refuse_a_cursor_that_is_none(self, ada: Person, after: str) -> None:
        """A cursor is a sequence number."""
        answer = ada.get(f"/jobs/{ada.job(ada.project())}/events?after={after}")

        assert (422, PROBLEM, "invalid_fields") == refusal(answer)


class TestCancel:
    def test_ends_a_queued_job_and_tells_its_listeners(
        self, ada: Person, redis_client: redis.Redis
    ) -> None:
        """Nobody else would publish the last event of a job that no worker has."""
        job_id = ada.job(ada.project())
        listener = redis_client.pubsub()  # type: ignore[no-untyped-call]  # redis-py leaves it bare
        listener.subscribe(channels.for_job(job_id))
        listener.get_message(timeout=5)
        answer = ada.post(f"/jobs/{job_id}/cancel")
        message = listener.get_message(timeout=5)
        listener.close()
        assert message is not None
        seq, event = channels.unpack(message["data"])

        assert (202, "cancelled") == (answer.status_code, answer.json["status"])
        assert (1, "cancelled") == (seq, json.loads(event)["code"])

    def test_asks_a_running_job_to_stop(self, app: flask.Flask, ada: Person) -> None:
        """The worker sees it at its next renewal; asking again changes nothing."""
        job_id = ada.job(ada.project())
        claim(app, job_id)
        first, second = ada.post(f"/jobs/{job_id}/cancel"), ada.post(f"/jobs/{job_id}/cancel")

        assert (202, "running") == (first.status_code, first.json["status"])
        assert first.json["cancelRequestedAt"]
        assert first.json["cancelRequestedAt"] == second.json["cancelRequestedAt"]

    def test_leaves_an_ended_job_alone(self, app: flask.Flask, ada: Person) -> None:
        """200: there was nothing left to stop."""
        job_id = ada.job(ada.project())
        end(app, claim(app, job_id))
        answer = ada.post(f"/jobs/{job_id}/cancel")

        assert (200, "failed") == (answer.status_code, answer.json["status"])


class TestOwnership:
    def test_hides_what_belongs_to_others(self, ada: Person, bob: Person) -> None:
        """A foreign job does not exist, and stays untouched."""
        path = f"/jobs/{ada.job(ada.project())}"
        answers = [bob.get(path), bob.get(f"{path}/events"), bob.post(f"{path}/cancel")]

        assert [(404, PROBLEM, "not_found")] * 3 == [refusal(answer) for answer in answers]
        assert [] == bob.get("/jobs").json["items"]
        assert "queued" == ada.get(path).json["status"]


class TestList:
    def test_is_narrowed_by_project_and_status(self, app: flask.Flask, ada: Person) -> None:
        """The page asks for what runs in one project."""
        first, second = ada.project(), ada.project()
        ended, queued = ada.job(first), ada.job(second)
        end(app, claim(app, ended))
        paths = ("", f"?projectId={first}", "?status=queued", f"?projectId={first}&status=queued")
        listed = [[job["id"] for job in ada.get(f"/jobs{path}").json["items"]] for path in paths]

        assert [[queued, ended], [ended], [queued], []] == listed

    def test_refuses_a_status_that_is_none(self, ada: Person) -> None:
        """The answer names those that there are."""
        answer = ada.get("/jobs?status=done")

        assert (422, PROBLEM, "invalid_fields") == refusal(answer)
        assert "succeeded" in answer.text


def _without_now(text: str) -> str:
    """Return the text without what is another at every moment: times, tokens, nonces."""
    return re.sub(r'"now":"[^"]*"|"finishedAt":"[^"]*"|nonce="[^"]*"', "", text)

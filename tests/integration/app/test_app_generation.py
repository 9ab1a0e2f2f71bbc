"""Submitting: one door, one job per project, whatever Redis does."""

import contextlib
import json
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import flask
import pytest
import redis

from app.factory import SEATS
from contract.failures import FailureCode, failure
from contract.steps import Step
from store import claims, contexts
from store.claims import Claim, Report
from store.schema import jobs as table
from tests import services
from tests.integration.app.conftest import MakeApp
from tests.integration.app.people import PROBLEM, Person, refusal, register, told
from tests.integration.app.worlds import context_document

pytestmark = pytest.mark.integration


@pytest.fixture
def frozen_redis() -> Iterator[str]:
    """A port that accepts connections and never answers, as a stopped Redis does."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield f"redis://127.0.0.1:{listening.getsockname()[1]}/0"


def claim(app: flask.Flask, job_id: str) -> Claim:
    """Take the job as a worker does."""
    with app.extensions["schemalore"].database.write() as connection:
        held = claims.claim(connection, job_id, lease_seconds=60)
    assert held is not None
    return held


def finish(app: flask.Flask, held: Claim) -> None:
    """End the job with a context, as a worker does."""
    project_id = held.job.project_id
    assert project_id is not None
    with app.extensions["schemalore"].database.write() as connection:
        contexts.save(
            connection,
            contexts.NewContext(
                project_id=project_id, job_id=held.job.id, engine="structural", model=None,
                fingerprint="f" * 64, document=context_document(),
            ),
        )  # fmt: skip
        claims.succeed(connection, held, Report(step=Step.COMPLETE, progress=100, message="Done."))


class TestSubmit:
    def test_answers_with_the_queued_job(
        self, app: flask.Flask, ada: Person, redis_client: redis.Redis
    ) -> None:
        """202, where to look, and a task that carries the job's id and nothing else."""
        project_id = ada.project()
        options = {"force": True, "engine": "structural", "language": "de"}
        answer = ada.post(f"/projects/{project_id}/context/generate", options)
        told(app)
        queued: list[bytes] = redis_client.lrange("schemalore", 0, -1)  # type: ignore[assignment]  # typed for both kinds of client
        task = json.loads(queued[0])["headers"]

        assert 202 == answer.status_code
        assert f"/api/v1/jobs/{answer.json['id']}" == answer.headers["Location"]
        assert ("queued", project_id, 0) == tuple(
            answer.json[name] for name in ("status", "projectId", "lastSeq")
        )
        assert 1 == len(queued)
        assert (answer.json["id"], "schemalore.run_job") == (task["id"], task["task"])
        assert f"{{'job_id': '{answer.json['id']}'}}" == task["kwargsrepr"]

    def test_again_joins_the_job(
        self, app: flask.Flask, ada: Person, redis_client: redis.Redis
    ) -> None:
        """A project has one job at a time: the second submit gets the first one's, and no task."""
        path = f"/projects/{ada.project()}/context/generate"
        first, second = ada.post(path), ada.post(path)
        told(app)

        assert (202, 200) == (first.status_code, second.status_code)
        assert first.json["id"] == second.json["id"]
        assert 1 == redis_client.llen("schemalore")

    def test_with_the_same_key_gets_the_same_job(self, app: flask.Flask, ada: Person) -> None:
        """A retried request starts nothing new, even when the job has ended by then."""
        path = f"/projects/{ada.project()}/context/generate"
        key = {"Idempotency-Key": "order-1"}
        first = ada.post(path, headers=key)
        finish(app, claim(app, first.json["id"]))
        again, other = ada.post(path, headers=key), ada.post(path)

        assert (200, first.json["id"]) == (again.status_code, again.json["id"])
        assert 202 == other.status_code
        assert first.json["id"] != other.json["id"]

    def test_with_a_key_of_another_project_is_refused(self, ada: Person) -> None:
        """A key that is used twice by mistake does not hand out a foreign job."""
        key = {"Idempotency-Key": "k"}
        ada.post(f"/projects/{ada.project()}/context/generate", headers=key)
        answer = ada.post(f"/projects/{ada.project()}/context/generate", headers=key)

        assert (409, PROBLEM, "idempotency_key_reused") == refusal(answer)

    def test_refuses_an_unknown_engine(self, ada: Person) -> None:
        """The answer names the engines that there are."""
        answer = ada.post(f"/projects/{ada.project()}/context/generate", {"engine": "magic"})

        assert (422, PROBLEM, "invalid_fields") == refusal(answer)
        assert all(name in answer.text for name in ("auto", "ollama", "structural"))

    def test_is_limited_per_account(self, make_app: MakeApp) -> None:
        """One account's eagerness does not use up another's."""
        limited = make_app(generate_rate_limit="2/hour")
        ada, bob = register(limited, "a@example.org"), register(limited, "b@example.org")
        path = f"/projects/{ada.project()}/context/generate"
        statuses = [ada.post(path).status_code for _ in range(2)]
        refused = ada.post(path)

        assert [202, 200] == statuses
        assert (429, PROBLEM, "rate_limited") == refusal(refused)
        assert 1 <= int(refused.headers["Retry-After"]) <= 3600
        assert 202 == bob.post(f"/projects/{bob.project()}/context/generate").status_code


class TestWithoutRedis:
    def test_a_submit_is_accepted(self, make_app: MakeApp) -> None:
        """The job is safe in SQL, unpublished, so that the sweeper finds it."""
        app = make_app(redis_url=f"redis://127.0.0.1:{services.free_port()}/0")
        person = register(app, "ada@example.org")
        started = time.monotonic()
        job_id = person.job(person.project())
        took = time.monotonic() - started
        told(app)
        with app.extensions["schemalore"].database.read() as connection:
            row = connection.execute(table.select().where(table.c.id == job_id)).one()

        assert ("queued", None) == (row.status, row.published_at)
        assert took < 3

    def test_no_request_waits_for_it(self, make_app: MakeApp, frozen_redis: str) -> None:
        """Naive: each submit and each cancel waits 3 s for a Redis that accepts and never answers.

        Only the rate limit asks Redis before the answer, and counts by itself after half a second.
        """
        person = register(make_app(redis_url=frozen_redis), "ada@example.org")
        project_id = person.project()
        started = time.monotonic()
        for _ in range(4):
            person.post(f"/jobs/{person.job(project_id)}/cancel")

        assert time.monotonic() - started < 3

    def test_nobody_is_refused_who_comes_at_the_same_time(
        self, make_app: MakeApp, frozen_redis: str
    ) -> None:
        """Naive: only the first of several requests that wait for Redis falls back to memory."""
        app = make_app(redis_url=frozen_redis)
        with ThreadPoolExecutor(4) as threads:
            people = list(threads.map(register, [app] * 4, [f"p{n}@example.org" for n in range(4)]))

        assert 4 == len({person.id for person in people})

    def test_limits_are_counted_all_the_same(self, make_app: MakeApp) -> None:
        """Each process counts by itself until Redis is back."""
        app = make_app(
            redis_url=f"redis://127.0.0.1:{services.free_port()}/0", generate_rate_limit="1/hour"
        )
        person = register(app, "ada@example.org")
        path = f"/projects/{person.project()}/context/generate"

        assert [202, 429] == [person.post(path).status_code for _ in range(2)]


class TestWait:
    def test_answers_with_the_context(self, app: flask.Flask, ada: Person) -> None:
        """Prefer: wait=N keeps the request open until the job has ended well."""
        project_id = ada.project()
        held = claim(app, ada.job(project_id))
        worker = threading.Timer(0.3, finish, (app, held))
        worker.start()
        answer = ada.post(f"/projects/{project_id}/context/generate", headers={"Prefer": "wait=20"})
        worker.join()

        assert 200 == answer.status_code
        assert (held.job.id, 1) == (answer.json["jobId"], answer.json["version"])
        assert "wait=20" == answer.headers["Preference-Applied"]

    def test_answers_with_the_job_when_time_is_up(self, ada: Person) -> None:
        """Nobody waits longer than they asked for."""
        path = f"/projects/{ada.project()}/context/generate"
        answer = ada.post(path, headers={"Prefer": "respond-async, wait=1"})

        assert (202, "queued") == (answer.status_code, answer.json["status"])

    def test_leaves_threads_to_others(self, app: flask.Flask, ada: Person) -> None:
        """Naive: who waits holds a thread, and with enough of them nobody else is answered."""
        path = f"/projects/{ada.project()}/context/generate"
        seats = app.extensions["schemalore"].seats
        with contextlib.ExitStack() as stack:
            for _ in range(SEATS):
                assert stack.enter_context(seats.taken())
            began = time.monotonic()
            refused = ada.post(path, headers={"Prefer": "wait=60"})
            took = time.monotonic() - began
        allowed = ada.post(path, headers={"Prefer": "wait=1"})

        assert (202, None) == (refused.status_code, refused.headers.get("Preference-Applied"))
        assert took < 30
        assert "wait=1" == allowed.headers["Preference-Applied"]

    def test_answers_with_the_context_that_stays(self, app: flask.Flask, ada: Person) -> None:
        """A job that found nothing changed has no context of its own, and the one there is told."""
        source = {"kind": "url", "url": "postgresql://a:b@db.example/shop"}
        path = f"/projects/{ada.project(source)}/context/generate"
        first = ada.post(path).json["id"]
        finish(app, claim(app, first))
        key = {"Idempotency-Key": "x"}
        held = claim(app, ada.post(path, headers=key).json["id"])
        with app.extensions["schemalore"].database.write() as connection:
            done = claims.Report(step=Step.COMPLETE, progress=100, message="m", data={})
            claims.succeed(connection, held, done)
        answer = ada.post(path, headers={"Prefer": "wait=30", **key})

        assert (200, 1, first) == (
            answer.status_code,
            answer.json["version"],
            answer.json["jobId"],
        )

    def test_answers_with_the_job_that_failed(self, app: flask.Flask, ada: Person) -> None:
        """A failed job ends the waiting at once and says why."""
        path, key = f"/projects/{ada.project()}/context/generate", {"Idempotency-Key": "x"}
        held = claim(app, ada.post(path, headers=key).json["id"])
        with app.extensions["schemalore"].database.write() as connection:
            claims.fail(connection, held, failure(FailureCode.SCHEMA_EMPTY, "No tables."))
        answer = ada.post(path, headers={"Prefer": "wait=30", **key})

        assert (202, "failed") == (answer.status_code, answer.json["status"])
        assert "schema_empty" == answer.json["error"]["code"]


class TestUnchanged:
    def test_text_is_not_described_twice(self, app: flask.Flask, ada: Person) -> None:
        """What is there already is told at once, by the job that wrote it; no other is made."""
        path = f"/projects/{ada.project()}/context/generate"
        wish = {"engine": "structural"}
        first = ada.send("POST", path, json=wish)
        finish(app, claim(app, first.json["id"]))
        again = ada.send("POST", path, json=wish, headers={"Idempotency-Key": "k"})
        keyed = ada.send("POST", path, json={"language": "de"}, headers={"Idempotency-Key": "k"})
        waited = ada.send("POST", path, json=wish, headers={"Prefer": "wait=5"})

        assert (202, 200, 200) == (first.status_code, again.status_code, keyed.status_code)
        assert first.json["id"] == again.json["id"] == keyed.json["id"]
        assert "succeeded" == again.json["status"]
        assert (200, 1) == (waited.status_code, waited.json["version"])
        assert 1 == len(ada.get("/jobs").json["items"])

    @pytest.mark.parametrize(
        "wish",
        [
            {"engine": "structural", "force": True},
            {"engine": "structural", "language": "de"},
            {"engine": "ollama"},
            {"engine": "auto"},
        ],
    )
    def test_is_described_again_in_another_way(
        self, app: flask.Flask, ada: Person, wish: dict[str, object]
    ) -> None:
        """By force, in another language, by another engine, or by a model that may be there now."""
        path = f"/projects/{ada.project()}/context/generate"
        first = ada.send("POST", path, json={"engine": "structural"})
        finish(app, claim(app, first.json["id"]))
        other = ada.send("POST", path, json=wish)

        assert 202 == other.status_code
        assert first.json["id"] != other.json["id"]

    def test_is_described_again_when_the_project_was_changed(
        self, app: flask.Flask, ada: Person
    ) -> None:
        """Another text is another schema."""
        project = ada.project()
        path, wish = f"/projects/{project}/context/generate", {"engine": "structural"}
        first = ada.send("POST", path, json=wish)
        finish(app, claim(app, first.json["id"]))
        source = {"kind": "ddl", "dialect": "sqlite", "ddl": "CREATE TABLE t (id INT)"}
        ada.send("PATCH", f"/projects/{project}", json={"source": source})

        assert 202 == ada.send("POST", path, json=wish).status_code

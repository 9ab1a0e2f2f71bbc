"""What the relay answers where it opens no stream; nothing else runs but a stand-in for the app."""

import http.server
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import flask
import flask_jwt_extended as jwt
import pytest
from werkzeug.test import TestResponse

from contract import tokens
from relay import factory
from relay.settings import Settings
from store import database
from tests.relay_world import SECRET, Producer, token_for

pytestmark = pytest.mark.integration


class Answering(http.server.BaseHTTPRequestHandler):
    """Stands where the app should be, and answers every POST as it was told."""

    status, body, headers_sent = 200, b"{}", {"Content-Type": "application/json"}
    heard: ClassVar[list[tuple[str, str, bytes]]] = []

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        self.heard.append((self.path, self.headers["Authorization"], self.rfile.read(length)))
        self.send_response(self.status)
        for name, value in {**self.headers_sent, "Content-Length": str(len(self.body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(self.body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def standing() -> Iterator[type[Answering]]:
    """What stands where the app should be; `address` says where that is."""
    kind = type("Standing", (Answering,), {"heard": []})
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), kind) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        kind.address = f"http://127.0.0.1:{server.server_port}"  # type: ignore[attr-defined]
        yield kind
        server.shutdown()
        thread.join()


@dataclass
class Visitor:
    """A user without a running job, who asks the relay."""

    app: flask.Flask
    token: str
    project_id: str

    @property
    def path(self) -> str:
        return f"/api/v1/projects/{self.project_id}/context/generate/stream"

    def get(self, path: str, *, method: str = "GET", **headers: str) -> TestResponse:
        given = {"Authorization": f"Bearer {self.token}"} | headers
        return self.app.test_client(use_cookies=False).open(path, method=method, headers=given)


@pytest.fixture(params=["database_url", "postgres_store_url"], ids=["sqlite", "postgresql"])
def visitor(
    request: pytest.FixtureRequest, tmp_path: Path, standing: type[Answering]
) -> Iterator[Visitor]:
    """Somebody who is signed in."""
    url = request.getfixturevalue(request.param)
    settings = Settings(
        database_url=url,
        data_dir=tmp_path,
        jwt_secret_key=SECRET,
        app_url=standing.address,  # type: ignore[attr-defined]  # the fixture sets it
    )
    opened = database.connect(url)
    user_id, session_id, project_id = Producer(opened, "redis://127.0.0.1:9/0").user()
    opened.close()
    relay = factory.create(settings)
    yield Visitor(relay.app, token_for(user_id, session_id), project_id)
    relay.stop(0)


def refusal(answer: TestResponse) -> tuple[int, str]:
    return answer.status_code, answer.get_json(force=True)["code"]


class TestJobs:
    @pytest.mark.parametrize("job_id", ["nothing", "%00", "a%0Ab", "x" * 5000, "%F0%9F%98%80"])
    def test_that_nobody_has_are_not_found(self, visitor: Visitor, job_id: str) -> None:
        """Naive: PostgreSQL takes no NUL, and the relay answers 500."""
        answer = visitor.get(f"/api/v1/jobs/{job_id}/stream")

        assert (404, "job_not_found") == refusal(answer)
        assert "no-store" == answer.headers["cache-control"]


class TestProjects:
    @pytest.mark.parametrize("project_id", ["nothing", "%00", "x" * 5000])
    def test_that_cannot_be_are_not_found(
        self, visitor: Visitor, standing: type[Answering], project_id: str
    ) -> None:
        """The app is not even asked."""
        answer = visitor.get(f"/api/v1/projects/{project_id}/context/generate/stream")

        assert (404, []) == (answer.status_code, standing.heard)

    def test_are_asked_for_in_the_callers_words(
        self, visitor: Visitor, standing: type[Answering]
    ) -> None:
        """Naive: `force=ture` is taken for no. The app knows better what it understands."""
        standing.status, standing.body = 422, b'{"code":"invalid_fields"}'
        visitor.get(f"{visitor.path}?force=ture&language=de&other=1")
        ((_, authorization, body),) = standing.heard

        assert {"force": "ture", "language": "de"} == flask.json.loads(body)
        assert f"Bearer {visitor.token}" == authorization

    def test_of_a_cookies_owner_are_asked_for_in_their_name(
        self, visitor: Visitor, standing: type[Answering]
    ) -> None:
        """Also when the request carries an authorization that is no bearer's."""
        standing.status, standing.body = 404, b'{"code":"not_found"}'
        visitor.get(
            visitor.path,
            Authorization="Basic eDp5",
            Cookie=f"{tokens.ACCESS_COOKIE}={visitor.token}",
        )

        assert [f"Bearer {visitor.token}"] == [heard[1] for heard in standing.heard]

    def test_start_nothing_for_who_only_looks(
        self, visitor: Visitor, standing: type[Answering]
    ) -> None:
        """HEAD is answered like a stream, and no generation begins."""
        answer = visitor.get(visitor.path, method="HEAD")

        assert (200, []) == (answer.status_code, standing.heard)
        assert "text/event-stream" in answer.headers["content-type"]


class TestTheApp:
    def test_is_passed_on_where_it_refuses(
        self, visitor: Visitor, standing: type[Answering]
    ) -> None:
        """Status, body, and when to come back; nobody may keep it."""
        standing.status, standing.body = 429, b'{"code":"rate_limited"}'
        standing.headers_sent = {
            "Content-Type": "application/problem+json",
            "Retry-After": "7",
            "Set-Cookie": "a=b",
        }
        answer = visitor.get(visitor.path)

        assert (429, "rate_limited") == refusal(answer)
        assert "application/problem+json" == answer.headers["content-type"]
        assert "7" == answer.headers["retry-after"]
        assert "no-store" == answer.headers["cache-control"]
        assert "set-cookie" not in answer.headers

    @pytest.mark.parametrize(
        ("status", "body"),
        [(200, b"<html>"), (200, b"[]"), (202, b'{"job":1}'), (302, b""), (204, b"")],
    )
    def test_is_missed_where_something_else_answers(
        self, visitor: Visitor, standing: type[Answering], status: int, body: bytes
    ) -> None:
        """Naive: 500, or a redirect to nowhere."""
        standing.status, standing.body = status, body
        answer = visitor.get(visitor.path)

        assert (502, "app_unreachable") == refusal(answer)
        assert "APP_INTERNAL_URL" in answer.get_json(force=True)["remedy"]


class TestStrangers:
    @pytest.mark.parametrize(
        ("given", "code"),
        [
            ("", "token_missing"),
            ("Bearer", "token_invalid"),
            ("Bearer a b", "token_invalid"),
            ("Basic eDp5", "token_missing"),
            ("a,,b", "token_missing"),
            ("Bearer \xff", "token_invalid"),
        ],
    )
    def test_are_told_how_to_sign_in(self, visitor: Visitor, given: str, code: str) -> None:
        """401 with the scheme that it takes (RFC 9110, section 15.5.2)."""
        answer = visitor.get("/api/v1/jobs/x/stream", Authorization=given)

        assert (401, code) == refusal(answer)
        assert "Bearer" == answer.headers["www-authenticate"]
        assert "access-control-allow-origin" not in answer.headers  # no page of an origin asked

    def test_with_another_sort_of_token_are_refused(self, visitor: Visitor) -> None:
        """A refresh token opens no stream."""
        with visitor.app.app_context():
            refresh = jwt.create_refresh_token("u")
        answer = visitor.get("/api/v1/jobs/x/stream", Authorization=f"Bearer {refresh}")

        assert (401, "token_invalid") == refusal(answer)

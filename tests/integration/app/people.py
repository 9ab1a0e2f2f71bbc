"""Somebody who uses the API, and what they need to have something to look at."""

from dataclasses import dataclass
from typing import Any, cast

import flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

AUTH = "/api/v1/auth"
PASSWORD = "correct horse battery"
PROBLEM = "application/problem+json"


class Answer(TestResponse):
    """An answer whose body is known to be JSON."""

    @property
    def json(self) -> Any:  # noqa: ANN401 - JSON
        """The body."""
        return self.get_json(force=True)


@dataclass(frozen=True, kw_only=True)
class Person:
    """An account that sends its token with every request, and no cookies."""

    app: flask.Flask
    id: str
    token: str

    def send(self, method: str, path: str, **options: Any) -> Answer:  # noqa: ANN401 - the client's own options
        """Return the answer to one request."""
        headers = {"Authorization": f"Bearer {self.token}", **options.pop("headers", {})}
        client = self.app.test_client(use_cookies=False)
        answer = client.open(f"/api/v1{path}", method=method, headers=headers, **options)
        return cast("Answer", answer)

    def get(self, path: str, **options: Any) -> Answer:  # noqa: ANN401 - as above
        """Send a GET."""
        return self.send("GET", path, **options)

    def post(self, path: str, body: object = None, **options: Any) -> Answer:  # noqa: ANN401 - as above
        """Send a POST, with JSON when there is a body."""
        return self.send("POST", path, **({"json": body} if body is not None else {}), **options)

    def project(self, source: object = None) -> str:
        """Create a project and return its id."""
        made = self.post("/projects", {"name": "shop", "source": source or {"kind": "demo"}})
        assert made.status_code == 201, made.text
        return str(made.json["id"])

    def job(self, project_id: str) -> str:
        """Submit a generation and return the job's id."""
        made = self.post(f"/projects/{project_id}/context/generate")
        assert made.status_code == 202, made.text
        return str(made.json["id"])


def register(app: flask.Flask, email: str) -> Person:
    """Make an account."""
    answer = app.test_client().post(
        "/api/v1/auth/register", json={"email": email, "password": PASSWORD}
    )
    assert answer.status_code == 201, answer.text
    body: dict[str, Any] = answer.get_json()
    return Person(app=app, id=body["user"]["id"], token=body["accessToken"])


def refusal(answer: TestResponse) -> tuple[int, str | None, str]:
    """Return status, content type and code of a refusal."""
    return (
        answer.status_code,
        answer.headers.get("Content-Type"),
        answer.get_json(force=True)["code"],
    )


def csrf(client: FlaskClient, name: str = "csrf_access_token") -> dict[str, str]:
    """Return the header that a page's script would send."""
    cookie = client.get_cookie(name)
    assert cookie is not None
    return {"X-CSRF-TOKEN": cookie.value}


def told(app: flask.Flask) -> None:
    """Wait until what was answered has been told to Redis, too."""
    app.extensions["schemalore"].courier.close()

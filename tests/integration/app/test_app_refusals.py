"""Requests that have no view or no readable body, and views that fail."""

import flask
import pytest

from tests.integration.app.people import PROBLEM, Person, refusal

pytestmark = pytest.mark.integration


class TestBodies:
    @pytest.mark.parametrize(
        ("data", "content_type", "status", "code"),
        [
            (b'{"name":', "application/json", 400, "malformed_json"),
            (b"", "application/json", 400, "malformed_json"),
            (b'{"name": "\xff"}', "application/json", 400, "malformed_json"),
            (
                rb'{"name": "\ud800"}',
                "application/json",
                400,
                "malformed_json",
            ),
            (b"[" * 100_000, "application/json", 400, "malformed_json"),
            (b"[]", "application/json", 422, "invalid_fields"),
            (b"null", "application/json", 422, "invalid_fields"),
            (b"name=p", "application/x-www-form-urlencoded", 415, "unsupported_media_type"),
            (b'{"name": "p"}', "text/plain", 415, "unsupported_media_type"),
        ],
    )
    def test_that_are_not_json_objects_are_refused(
        self, ada: Person, data: bytes, content_type: str, status: int, code: str
    ) -> None:
        """Each with its own cause."""
        answer = ada.post("/projects", data=data, content_type=content_type)

        assert (status, PROBLEM, code) == refusal(answer)


class TestRoutes:
    @pytest.mark.parametrize(
        ("method", "path", "status"),
        [
            ("GET", "/nothing", 404),
            ("GET", "/projects/1", 404),
            ("GET", "/projects/00000000-0000-4000-8000-000000000000", 404),
            ("PUT", "/projects", 405),
        ],
    )
    def test_that_do_not_exist_are_problems(
        self, ada: Person, method: str, path: str, status: int
    ) -> None:
        """Under /api every refusal is problem+json, also for a browser."""
        answer = ada.send(method, path, headers={"Accept": "text/html"})

        assert (status, PROBLEM) == refusal(answer)[:2]
        assert answer.get_json(force=True)["remedy"]

    def test_name_the_methods_they_have(self, ada: Person) -> None:
        """A 405 carries Allow."""
        assert {"GET", "POST", "HEAD", "OPTIONS"} == set(
            ada.send("PUT", "/projects").headers["Allow"].split(", ")
        )

    def test_hide_the_cause_of_an_unexpected_error(
        self, app: flask.Flask, ada: Person, caplog: pytest.LogCaptureFixture
    ) -> None:
        """The caller gets a reference; the log has the cause under it."""
        del app.extensions["schemalore"]
        answer = Person(app=app, id=ada.id, token=ada.token).get("/projects")
        logged = [record for record in caplog.records if record.message == "request failed"]

        assert (500, PROBLEM, "internal") == refusal(answer)
        assert "KeyError" not in answer.text
        assert str(vars(logged[0])["reference"]) in answer.get_json(force=True)["detail"]

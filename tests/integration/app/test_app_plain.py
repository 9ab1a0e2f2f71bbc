"""Forms without scripts: who may send them, and where they lead."""

import flask
import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.integration.app.people import PASSWORD

pytestmark = pytest.mark.integration

PERSON = {"email": "eve@x.example", "password": PASSWORD}


def sign_up(client: FlaskClient, path: str = "/login", **headers: str) -> TestResponse:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.post(path, data={**PERSON, "up": "1"}, headers=named)


class TestSignIn:
    @pytest.mark.parametrize(
        "headers",
        [
            {"Origin": "https://evil.example"},
            {"Sec_Fetch_Site": "cross-site"},
        ],
    )
    def test_by_a_foreign_form_is_refused(self, app: flask.Flask, headers: dict[str, str]) -> None:
        """Another site must not sign anybody in to an account of its own."""
        answer = sign_up(app.test_client(), **headers)

        assert (403, []) == (answer.status_code, answer.headers.getlist("Set-Cookie"))

    @pytest.mark.parametrize(
        "asked", ["//evil.example", "https://evil.example/x", "/\\evil.example", "javascript:x", ""]
    )
    def test_never_leads_to_another_site(self, app: flask.Flask, asked: str) -> None:
        """A crafted `next` ends on our own page."""
        answer = sign_up(app.test_client(), f"/login?next={asked}")

        assert (303, "/") == (answer.status_code, answer.location)

    def test_says_what_is_wrong(self, app: flask.Flask) -> None:
        """A taken address, a short password; what was typed is not lost, the password is."""
        sign_up(app.test_client(), "/login")
        taken = sign_up(app.test_client(), "/login")
        short = app.test_client().post("/login", data={**PERSON, "password": "short"})

        assert (409, 422) == (taken.status_code, short.status_code)
        assert "There is an account with this address already." in taken.text
        assert "must have 8 to 1024 characters" in short.text
        assert 'value="eve@x.example"' in short.text
        assert 'value="short"' not in short.text


class TestForms:
    def test_need_the_sessions_token(self, app: flask.Flask) -> None:
        """A form that another site made starts nothing."""
        client = app.test_client()
        sign_up(client)
        token = client.get_cookie("csrf_access_token")
        assert token is not None
        forged = client.post("/plain/projects")
        made = client.post("/plain/projects", data={"csrf_token": token.value})
        generate = f"{made.location}/generate"
        stolen = client.post(generate, data={"csrf_token": "x" * 36})
        before = client.get("/api/v1/jobs").get_json()["items"]
        started = client.post(generate, data={"csrf_token": token.value})
        after = client.get("/api/v1/jobs").get_json()["items"]

        assert [forged.location, stolen.location] == ["/login?next=/plain/"] * 2
        assert [] == before
        assert started.location == f"/plain/jobs/{after[0]['id']}"

    def test_show_nothing_of_others(self, app: flask.Flask) -> None:
        """A foreign project does not exist, said as a page."""
        client, other = app.test_client(), app.test_client()
        sign_up(client)
        other.post("/login", data={**PERSON, "email": "mal@x.example", "up": "1"})
        token = client.get_cookie("csrf_access_token")
        assert token is not None
        made = client.post("/plain/projects", data={"csrf_token": token.value})
        refused = other.get(made.location)

        assert refused.status_code == 404
        assert "You have no project" in refused.text
        assert client.get(made.location).status_code == 200

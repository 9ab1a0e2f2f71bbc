"""Tokens and cookies: which of them let a request in."""

from datetime import timedelta

import flask
import flask_jwt_extended as jwt
import pytest
from flask.testing import FlaskClient

from contract import tokens
from tests.integration.app.conftest import MakeApp
from tests.integration.app.people import AUTH, PASSWORD, PROBLEM, Person, csrf, refusal

pytestmark = pytest.mark.integration


class TestTokens:
    def test_let_a_bearer_in_beside_a_stale_cookie(self, app: flask.Flask, ada: Person) -> None:
        """Headers come first: an old cookie does not hide a good bearer token."""
        client = app.test_client()
        client.set_cookie("auth_access_token", "stale", domain="localhost")
        headers = {"Authorization": f"Bearer {ada.token}"}
        read = client.get(f"{AUTH}/me", headers=headers)
        written = client.post(
            "/api/v1/projects", json={"name": "p", "source": {"kind": "demo"}}, headers=headers
        )

        assert (200, 201) == (read.status_code, written.status_code)

    def test_are_refused_once_expired(self, app: flask.Flask, ada: Person) -> None:
        """An expired token names its remedy."""
        with app.app_context():
            claims = jwt.decode_token(ada.token)
            old = jwt.create_access_token(
                ada.id,
                expires_delta=timedelta(seconds=-1),
                additional_claims={tokens.SESSION_CLAIM: claims[tokens.SESSION_CLAIM]},
            )
        answer = Person(app=app, id=ada.id, token=old).get("/projects")

        assert (401, PROBLEM, "token_expired") == refusal(answer)
        assert "refresh" in answer.get_json(force=True)["remedy"]

    @pytest.mark.parametrize("token", ["", "x", "a.b.c", "eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0."])
    def test_are_refused_when_forged(self, app: flask.Flask, token: str) -> None:
        """Whatever is no token of ours is 401, never 422 or 500."""
        answer = Person(app=app, id="", token=token).get("/projects")

        assert (401, PROBLEM) == refusal(answer)[:2]

    def test_without_a_session_are_refused(self, app: flask.Flask, ada: Person) -> None:
        """A well signed token that names no session could never be revoked."""
        with app.app_context():
            sessionless = jwt.create_access_token(ada.id)
        answer = Person(app=app, id=ada.id, token=sessionless).get("/projects")

        assert (401, PROBLEM, "session_revoked") == refusal(answer)

    def test_fail_closed(self, app: flask.Flask, ada: Person) -> None:
        """When the store cannot say whether a session is good, nobody is let in."""
        with app.extensions["schemalore"].database.write() as connection:
            connection.exec_driver_sql("ALTER TABLE sessions RENAME TO gone")
        answer = ada.get("/projects")

        assert (503, PROBLEM, "store_unavailable") == refusal(answer)


class TestCookies:
    def test_suffice_for_reading(self, browser: FlaskClient) -> None:
        """A GET needs no CSRF token."""
        assert 200 == browser.get(f"{AUTH}/me").status_code

    def test_need_the_csrf_token_for_writing(self, browser: FlaskClient) -> None:
        """A POST with cookies only may come from another site's page."""
        body = {"name": "p", "source": {"kind": "demo"}}
        without = browser.post("/api/v1/projects", json=body)
        wrong = browser.post("/api/v1/projects", json=body, headers={"X-CSRF-TOKEN": "guess"})
        right = browser.post("/api/v1/projects", json=body, headers=csrf(browser))

        assert (403, PROBLEM, "csrf") == refusal(without)
        assert (403, PROBLEM, "csrf") == refusal(wrong)
        assert 201 == right.status_code

    def test_are_secure_when_the_page_is(self, make_app: MakeApp) -> None:
        """Behind HTTPS no cookie travels in the clear."""
        answer = (
            make_app(app_url="https://lore.example.org")
            .test_client()
            .post(f"{AUTH}/register", json={"email": "s@example.org", "password": PASSWORD})
        )

        assert all("Secure" in line for line in answer.headers.getlist("Set-Cookie"))

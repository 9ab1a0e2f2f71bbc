"""Accounts and sessions: how they begin, go on and end."""

import flask
import pytest
from flask.testing import FlaskClient

from contract import tokens
from tests.integration.app.conftest import MakeApp
from tests.integration.app.people import (
    AUTH,
    PASSWORD,
    PROBLEM,
    Person,
    csrf,
    refusal,
    register,
)

pytestmark = pytest.mark.integration


class TestRegister:
    def test_signs_in(self, app: flask.Flask) -> None:
        """A new account gets its token in the body and as an HttpOnly, SameSite=Lax cookie."""
        answer = app.test_client().post(
            f"{AUTH}/register", json={"email": "Ada@Example.ORG", "password": PASSWORD}
        )
        cookies = {line.partition("=")[0]: line for line in answer.headers.getlist("Set-Cookie")}

        assert 201 == answer.status_code
        assert "ada@example.org" == answer.get_json()["user"]["email"]
        assert {
            "auth_access_token",
            "csrf_access_token",
            "auth_refresh_token",
            "csrf_refresh_token",
        } == set(cookies)
        assert "HttpOnly" in cookies["auth_access_token"]
        assert "SameSite=Lax" in cookies["auth_access_token"]
        assert "HttpOnly" not in cookies["csrf_access_token"]
        assert "Path=/api/v1/auth" in cookies["auth_refresh_token"]

    def test_refuses_a_taken_address(self, app: flask.Flask, ada: Person) -> None:
        """An address belongs to one account, in whatever case it is written."""
        answer = app.test_client().post(
            f"{AUTH}/register", json={"email": "ADA@example.org", "password": PASSWORD}
        )

        assert ada.id
        assert (409, PROBLEM, "email_taken") == refusal(answer)

    @pytest.mark.parametrize(
        ("email", "password", "field"),
        [
            ("ada", PASSWORD, "email"),
            ("ada@example.org\x00", PASSWORD, "email"),
            ("ada@example.org", "s3cr3t!", "password"),
            ("ada@example.org", "x" * 1025, "password"),
        ],
    )
    def test_names_the_wrong_field_without_its_value(
        self, app: flask.Flask, email: str, password: str, field: str
    ) -> None:
        """A refused password is not repeated in the answer."""
        answer = app.test_client().post(
            f"{AUTH}/register", json={"email": email, "password": password}
        )

        assert (422, PROBLEM, "invalid_fields") == refusal(answer)
        assert [field] == [each["field"] for each in answer.get_json(force=True)["errors"]]
        assert password not in answer.text

    def test_is_limited_per_address(self, make_app: MakeApp) -> None:
        """The request beyond the limit is refused and told when to come back."""
        client = make_app(login_rate_limit="2/minute").test_client()
        body = {"email": "x@example.org", "password": "wrong password"}
        statuses = [client.post(f"{AUTH}/login", json=body).status_code for _ in range(2)]
        refused = client.post(f"{AUTH}/login", json=body)

        assert [401, 401] == statuses
        assert (429, PROBLEM, "rate_limited") == refusal(refused)
        assert 1 <= int(refused.headers["Retry-After"]) <= 60


class TestLogin:
    def test_answers_the_same_for_a_wrong_password_and_an_unknown_account(
        self, app: flask.Flask, ada: Person
    ) -> None:
        """Nobody learns which addresses have accounts."""
        client = app.test_client()
        wrong = client.post(
            f"{AUTH}/login", json={"email": "ada@example.org", "password": "not hers"}
        )
        nobody = client.post(
            f"{AUTH}/login", json={"email": "eve@example.org", "password": "not hers"}
        )

        assert ada.id
        assert (401, PROBLEM, "wrong_credentials") == refusal(wrong)
        assert wrong.data == nobody.data


class TestRefresh:
    def test_replaces_the_tokens(self, browser: FlaskClient) -> None:
        """A session goes on with new tokens."""
        before = browser.get_cookie("auth_refresh_token", path=tokens.REFRESH_PATH)
        answer = browser.post(f"{AUTH}/refresh", headers=csrf(browser, "csrf_refresh_token"))
        after = browser.get_cookie("auth_refresh_token", path=tokens.REFRESH_PATH)

        assert 200 == answer.status_code
        assert before is not None
        assert after is not None
        assert before.value != after.value
        assert 200 == browser.get(f"{AUTH}/me").status_code

    def test_ends_the_session_when_a_token_is_used_twice(self, browser: FlaskClient) -> None:
        """A refresh token that comes again was stolen, now or then: thief and owner are out."""
        used = browser.get_cookie("auth_refresh_token", path=tokens.REFRESH_PATH)
        header = csrf(browser, "csrf_refresh_token")
        browser.post(f"{AUTH}/refresh", headers=header)
        assert used is not None
        thief = browser.application.test_client()
        thief.set_cookie("auth_refresh_token", used.value, path=tokens.REFRESH_PATH)
        again = thief.post(f"{AUTH}/refresh", headers=header)

        assert (401, PROBLEM, "session_revoked") == refusal(again)
        assert 401 == browser.get(f"{AUTH}/me").status_code

    def test_needs_its_csrf_token(self, browser: FlaskClient) -> None:
        """Refreshing changes something, so it is protected like any POST."""
        assert (403, PROBLEM, "csrf") == refusal(browser.post(f"{AUTH}/refresh"))

    def test_does_not_take_an_access_token(self, ada: Person) -> None:
        """An access token cannot prolong itself."""
        assert 401 == ada.post("/auth/refresh").status_code


class TestLogout:
    def test_revokes_the_session(self, browser: FlaskClient) -> None:
        """Cookies are taken back, and a copy of the token is worthless."""
        copied = browser.get_cookie("auth_access_token")
        assert copied is not None
        answer = browser.post(f"{AUTH}/logout", headers=csrf(browser))
        reused = Person(app=browser.application, id="", token=copied.value).get("/auth/me")

        assert 204 == answer.status_code
        assert browser.get_cookie("auth_access_token") is None
        assert (401, PROBLEM, "session_revoked") == refusal(reused)

    def test_leaves_other_sessions_alone(self, browser: FlaskClient, ada: Person) -> None:
        """Signing out on one machine is not signing out everywhere."""
        browser.post(f"{AUTH}/logout", headers=csrf(browser))

        assert 200 == ada.get("/auth/me").status_code


class TestMe:
    def test_is_the_caller(self, app: flask.Flask) -> None:
        """Everybody sees their own account."""
        eve = register(app, "eve@example.org")

        assert eve.id == eve.get("/auth/me").json["id"]

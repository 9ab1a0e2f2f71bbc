"""Refusals are told with the remedy of who sits at a terminal."""

import httpx
import pytest

from client import api
from client.api import Api
from client.sessions import GivenToken


def refusing(status: int, problem: dict[str, str]) -> Api:
    transport = httpx.MockTransport(lambda _request: httpx.Response(status, json=problem))
    return Api(httpx.Client(base_url="http://app", transport=transport), GivenToken("a-token"))


class TestApi:
    def test_tells_a_given_tokens_own_remedy(self) -> None:
        """Nobody at a terminal can follow a remedy that is an HTTP request."""
        remedy = "refresh the session with POST /api/v1/auth/refresh"
        app = refusing(401, {"code": "token_expired", "detail": "It expired.", "remedy": remedy})
        with pytest.raises(api.ApiError, match=r"^It expired.\nSCHEMALORE_TOKEN") as caught:
            app.projects()

        assert remedy not in str(caught.value)
        assert "a-token" not in str(caught.value)

    def test_keeps_the_remedy_of_a_wrong_password(self) -> None:
        """To sign in is what was just tried."""
        app = refusing(401, {"code": "wrong_credentials", "detail": "No.", "remedy": "Check it."})
        with pytest.raises(api.ApiError, match=r"^No.\nCheck it.$"):
            app.sign_in("login", "a@b.test", "wrong")

    @pytest.mark.parametrize("method", ["GET", "POST"])
    def test_says_that_there_is_no_such_job(self, method: str) -> None:
        """An id that is no UUID matches no address of the server, which says something else."""
        app = refusing(404, {"code": "not_found", "detail": "The requested URL was not found."})
        with pytest.raises(api.NoSuchJobError, match=r"^There is no job nope of yours"):
            app.job(method, "nope")

    def test_takes_another_servers_404_for_what_it_is(self) -> None:
        """Where no Schemalore runs, the job may well exist."""
        with pytest.raises(api.ApiError):
            refusing(404, {}).job("GET", "nope")

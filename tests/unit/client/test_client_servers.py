"""Addresses of servers, as people type them."""

import httpx
import pytest
import typer

from client import api, servers
from client.api import Api
from client.sessions import GivenToken


class TestAddress:
    @pytest.mark.parametrize(
        "text",
        [
            "",
            "localhost:8000",
            "http://",
            "http://localhost:abc",
            "ftp://x",
            "http://:1",
        ],
    )
    def test_that_is_none_is_a_usage_error(self, text: str) -> None:
        """Naive: a traceback, or a protocol called localhost."""
        with pytest.raises(typer.BadParameter, match="--url needs a URL"):
            servers.address(text, option="--url")

    @pytest.mark.parametrize(
        ("text", "address"),
        [
            ("http://localhost:8000/", "http://localhost:8000"),
            ("https://lore.example/under", "https://lore.example/under"),
            ("http://[::1]:8000", "http://[::1]:8000"),
        ],
    )
    def test_loses_its_last_slash(self, text: str, address: str) -> None:
        """Paths follow it."""
        assert address == servers.address(text, option="--url")


class TestStrangers:
    @pytest.mark.parametrize("body", ["<html>", "[]", ""])
    def test_are_told_from_the_app(self, body: str) -> None:
        """Naive: a traceback of what is no JSON."""
        with pytest.raises(api.StrangerError, match="http://app is not Schemalore's app"):
            answering(200, body).projects()
        with pytest.raises(api.StrangerError, match="name another server with --url"):
            answering(200, body).sign_in("login", "a@b.example", "p")

    def test_that_refuse_are_named_with_their_status(self) -> None:
        """It may also be a proxy whose app is away."""
        with pytest.raises(api.ApiError, match=r"not Schemalore's app \(HTTP status 502\)"):
            answering(502, "<html>").projects()


def answering(status: int, body: str) -> Api:
    transport = httpx.MockTransport(lambda _request: httpx.Response(status, text=body))
    return Api(httpx.Client(base_url="http://app", transport=transport), GivenToken("a-token"))

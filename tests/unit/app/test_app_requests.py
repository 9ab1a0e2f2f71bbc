"""Reading requests: the headers with a meaning."""

import flask
import pytest

from app.api import requests


@pytest.fixture
def web() -> flask.Flask:
    """An application without anything."""
    return flask.Flask(__name__)


class TestWaitSeconds:
    @pytest.mark.parametrize(
        ("header", "seconds"),
        [
            ("", 0),
            ("wait=10", 10),
            ("respond-async, wait=7", 7),
            ('wait="5"; x=1', 5),
            ("wait=3600", 60),
            ("wait=-5", 0),
            ("await=5", 0),
            ("wait=soon", 0),
        ],
    )
    def test_follows_the_prefer_header(self, web: flask.Flask, header: str, seconds: int) -> None:
        """At most a minute; what cannot be read is no preference (RFC 7240)."""
        with web.test_request_context(headers={"Prefer": header}):
            assert seconds == requests.wait_seconds()


class TestIdempotencyKey:
    def test_is_optional(self, web: flask.Flask) -> None:
        """Without the header every request is its own."""
        with web.test_request_context():
            assert requests.idempotency_key() is None

    @pytest.mark.parametrize("key", ["", "x" * 256, "a\tb"])
    def test_must_be_storable(self, web: flask.Flask, key: str) -> None:
        """A key that would be cut or lost is refused."""
        with (
            web.test_request_context(headers={"Idempotency-Key": key}),
            pytest.raises(requests.IdempotencyKeyError),
        ):
            requests.idempotency_key()

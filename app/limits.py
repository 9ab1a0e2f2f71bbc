"""Rate limits: counted in Redis, or in this process while Redis is gone."""

import threading
import time
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

import flask
from flask_limiter import Limiter, RequestLimit
from flask_limiter.util import get_remote_address

from app import authentication, errors

#: A Redis that hangs may delay a request this long, then the process counts by itself.
REDIS_TIMEOUT_SECONDS = 0.5


class Beside:
    """Asks a slow question in a thread of its own; a call returns the last answer at once."""

    def __init__(self, ask: Callable[[], bool]) -> None:
        self._ask = ask
        self._answer = False
        self._thread: threading.Thread | None = None

    def __call__(self) -> bool:
        """Return and forget the last answer; False while there is none, which is then sought."""
        answer, self._answer = self._answer, False
        if not answer and (self._thread is None or not self._thread.is_alive()):
            self._thread = threading.Thread(target=self._find, name="redis-check", daemon=True)
            self._thread.start()
        return answer

    def _find(self) -> None:
        self._answer = self._ask()


def apply(app: flask.Flask, *, redis_url: str, views: Mapping[str, str]) -> None:
    """Limit views (endpoint -> limits like "10/minute;100/hour"), per account or else address."""
    # Typed narrower than what it hands on to the Redis client.
    timeouts: Any = dict.fromkeys(
        ("socket_timeout", "socket_connect_timeout"), REDIS_TIMEOUT_SECONDS
    )
    limiter = Limiter(
        _who,
        app=app,
        storage_uri=redis_url,
        storage_options=timeouts,
        in_memory_fallback_enabled=True,
        # The first request that Redis fails makes the process count by itself; those that were
        # waiting for Redis with it would be answered with its error.
        swallow_errors=True,
        key_prefix="schemalore",
        on_breach=_refuse,
    )
    # While Redis is away it asks now and then whether that is over, in the middle of a request.
    check = Beside(limiter.storage.check)
    limiter.storage.check = check  # type: ignore[method-assign]  # there is no other way in
    for endpoint, limit in views.items():
        limited: Any = limiter.limit(limit)(app.view_functions[endpoint])
        app.view_functions[endpoint] = limited


def _who() -> str:
    # The view's blueprint has checked the token by now, where it asks for one.
    user = authentication.known_user()
    return f"user:{user}" if user else f"address:{get_remote_address()}"


def _refuse(breached: RequestLimit) -> flask.Response:
    wait = max(1, int(breached.reset_at - time.time()))
    return errors.answer(
        HTTPStatus.TOO_MANY_REQUESTS,
        code="rate_limited",
        detail=f"Too many requests of this kind: the limit is {breached.limit}.",
        remedy=f"Try again in {wait} s.",
        headers={"Retry-After": str(wait)},
    )

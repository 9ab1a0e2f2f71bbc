"""Following a job to its end: the relay's stream, resumed when it breaks; polling meanwhile."""

import json
import random
import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import httpx_sse

from client import api, updates
from client.api import Api, ApiError, UnreachableError
from client.updates import Update

#: The relay sends a heartbeat every 15 s: three missed ones mean a dead connection.
_TIMEOUT = httpx.Timeout(45.0, connect=5.0)
SHORTEST_WAIT_SECONDS = 0.5
LONGEST_POLL_SECONDS = 2.0
LONGEST_WAIT_SECONDS = 10.0
PATIENCE_SECONDS = 300.0
_NO_JOB = "job_not_found"  # only the relay says it so
_TEMPORARY = frozenset({408, 425, 429, 500, 502, 503, 504})


class SignedOutError(RuntimeError):
    """The token expired while watching, and could not be renewed."""

    def __init__(self, job_id: str, *, remedy: str) -> None:
        super().__init__(
            f"The sign-in expired; the job goes on. {remedy} Then: `schemalore follow {job_id}`."
        )


class NoRelayError(RuntimeError):
    """At the relay's guessed address is something else."""


class Follower:
    """Yields a job's updates, each milestone once and in order, until the terminal one.

    With `doubt` the relay's address is a guess: when no relay is there, `doubt` is told, once, and
    the app is asked instead.
    """

    def __init__(
        self,
        app: Api,
        relay: httpx.Client,
        *,
        doubt: Callable[[str], None] | None = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._app = app
        self._relay = relay
        self._doubt = doubt
        self._proven = doubt is None
        self._streams = True
        self._renewed = False
        self._clock = clock
        self._sleep = sleep
        self._jitter = jitter
        self._cursor = 0
        self._failures = 0
        self._wait_seconds = 0.0
        self._failing_since: float | None = None
        self._ended = False

    def follow(self, job_id: str) -> Iterator[Update]:
        """Yield until the job's end.

        NoSuchJobError when it is not ours, ApiError when refused, UnreachableError when neither
        relay nor app answered for five minutes, SignedOutError when the token expired and cannot
        be renewed.
        """
        while not self._ended:
            # When the stream breaks or is closed, what it lacked comes by polling, this one time.
            for source in (self._stream, self._poll):
                for update in self._attempt(source(job_id)):
                    yield update
                    if update.terminal:
                        return
            if not self._ended:
                self._sleep(self._next_wait())

    def _attempt(self, source: Iterator[Update]) -> Iterator[Update]:
        """Yield what is new; a source that fails ends, and counts until the next success."""
        try:
            for update in source:
                self._failing_since = None
                if self._is_new(update):
                    yield update
            self._failing_since = None
        except NoRelayError as error:
            self._streams = False
            self._tell(error)
        except (httpx.HTTPError, httpx_sse.SSEError, UnreachableError) as error:
            if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout | httpx_sse.SSEError):
                self._tell(error)
            now = self._clock()
            self._failing_since = self._failing_since or now
            self._failures += 1
            if now - self._failing_since > PATIENCE_SECONDS:
                raise UnreachableError(self._app.base_url, error) from error

    def _tell(self, error: Exception) -> None:
        if self._proven or self._doubt is None:
            return
        self._doubt(
            f"No relay at {self._relay.base_url} ({error}); asking the app every "
            f"{LONGEST_POLL_SECONDS:.0f} s instead. For live updates name the relay with "
            "--relay-url or SCHEMALORE_RELAY_URL."
        )
        self._doubt = None

    def _stream(self, job_id: str) -> Iterator[Update]:
        if not self._streams:
            self._failures += 1  # polling alone goes at its longest pause
            return
        headers = {"Last-Event-ID": f"{job_id}:{self._cursor}"} if self._cursor else {}
        path = f"/api/v1/jobs/{api.segment(job_id)}/stream"
        with httpx_sse.connect_sse(
            self._relay, "GET", path, headers=headers, timeout=_TIMEOUT
        ) as source:
            if source.response.status_code == httpx.codes.NO_CONTENT:
                self._ended = True
                return  # the job ended at our cursor: a last poll gets what is left, if anything
            self._check(source.response, job_id)
            for event in source.iter_sse():
                self._proven = True
                if event.retry is not None:
                    self._wait_seconds = event.retry / 1000
                if event.event == "auth_expired":
                    self._renew_once(job_id)
                    return  # the next stream has the new token
                if event.event == "message" and event.data:
                    self._failures = 0
                    self._renewed = False
                    yield _parse(event.data)

    def _poll(self, job_id: str) -> Iterator[Update]:
        try:
            answer = self._app.job("GET", job_id, "/events", params={"after": self._cursor})
        except ApiError as error:
            if error.status in _TEMPORARY:
                raise UnreachableError(self._app.base_url, error) from error
            raise
        for wire in answer["items"]:
            yield _parse(wire)

    def _renew_once(self, job_id: str) -> None:
        # A new token that expires before any event would be renewed again and again.
        account = self._app.account
        if self._renewed or not account.renew(account.access):
            raise SignedOutError(job_id, remedy=account.remedy)
        self._renewed = True

    def _check(self, response: httpx.Response, job_id: str) -> None:
        if response.is_success:
            return
        if response.status_code in _TEMPORARY:
            after = response.headers.get("Retry-After", "")
            self._wait_seconds = float(after) if after.isdigit() else 0.0
            raise httpx.HTTPStatusError(
                f"status {response.status_code}", request=response.request, response=response
            )
        response.read()
        refusal = self._app.refusal(response)
        if response.status_code == httpx.codes.NOT_FOUND:
            if refusal.code == _NO_JOB:
                raise api.NoSuchJobError(job_id)
            if not self._proven:
                raise NoRelayError("it knows no streams")
        raise refusal

    def _is_new(self, update: Update) -> bool:
        if update.seq is None:
            return True
        if update.seq <= self._cursor:
            return False
        self._cursor = update.seq
        return True

    def _next_wait(self) -> float:
        """Return the pause: what the server asked for or twice the last, never in step with others.

        While polling works it is what shows the progress, so the pauses stay short.
        """
        longest = LONGEST_POLL_SECONDS if self._failing_since is None else LONGEST_WAIT_SECONDS
        grown = SHORTEST_WAIT_SECONDS * 2.0 ** min(self._failures, 10)
        asked, self._wait_seconds = self._wait_seconds, 0.0
        return max(asked, min(grown, longest)) * (0.75 + self._jitter() / 2)


def _parse(wire: Any) -> Update:  # noqa: ANN401 - a JSON text or what was decoded from one
    try:
        return updates.parse(json.loads(wire) if isinstance(wire, str) else wire)
    except ValueError as error:
        raise httpx_sse.SSEError(str(error)) from error

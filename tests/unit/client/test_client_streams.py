"""A job is followed to its end through breaks, duplicates and silent servers."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from client import api, streams
from client.streams import Follower

Answer = Callable[[httpx.Request], httpx.Response]
JOB = "0190-job"


def event(seq: int | None, step: str, progress: int) -> dict[str, Any]:
    return {"jobId": JOB, "seq": seq, "step": step, "progress": progress, "message": step}


def frame(wire: dict[str, Any]) -> str:
    head = "" if wire["seq"] is None else f"id: {JOB}:{wire['seq']}\n"
    return f"{head}data: {json.dumps(wire)}\n\n"


def stream(*parts: str, breaks: bool = False) -> Answer:
    class Body(httpx.SyncByteStream):
        def __iter__(self) -> Iterator[bytes]:
            for part in parts:
                yield part.encode()
            if breaks:
                raise httpx.ReadError("connection reset")

    headers = {"Content-Type": "text/event-stream"}
    return lambda _request: httpx.Response(200, headers=headers, stream=Body())


def status(code: int, *, told: str = "", **headers: str) -> Answer:
    problem = {"code": told, "title": "No", "detail": "the cause", "remedy": "the remedy"}
    return lambda _request: httpx.Response(code, headers=headers, json=problem)


def down(request: httpx.Request) -> httpx.Response:
    raise httpx.ConnectError("connection refused", request=request)


def events(*wires: dict[str, Any]) -> Answer:
    return lambda _request: httpx.Response(200, json={"items": list(wires), "lastSeq": 9})


FIRST, SECOND = event(1, "scanning", 0), event(2, "scanning", 20)
TICK, LAST = event(None, "scanning", 10), event(3, "complete", 100)
NOTHING = events()


class Account:
    """Has as many renewals as it was given."""

    remedy = "Sign in with `schemalore login`."

    def __init__(self, renewals: int) -> None:
        self.access = "token-0"
        self._left = renewals

    def renew(self, stale: str) -> bool:
        assert stale == self.access
        if not self._left:
            return False
        self._left -= 1
        self.access += "+"
        return True


class World:
    """A relay and an app that answer by a script (the last answer again and again), and a clock."""

    def __init__(
        self,
        relay: list[Answer],
        app: list[Answer],
        *,
        guessed: bool = False,
        renewals: int = 0,
    ) -> None:
        self.scripts = {"relay": relay, "app": app}
        self.requests: list[httpx.Request] = []
        self.said: list[str] = []
        self.slept: list[float] = []
        self.now = 0.0
        self.follower = Follower(
            api.Api(self._client("app"), Account(renewals)),
            self._client("relay"),
            doubt=self.said.append if guessed else None,
            clock=lambda: self.now,
            sleep=self._sleep,
            jitter=lambda: 0.5,
        )

    def seen(self) -> list[tuple[int | None, str]]:
        """Follow the job to its end."""
        return [(update.seq, update.step) for update in self.follower.follow(JOB)]

    def cursors(self) -> list[str | None]:
        """What the relay was asked to resume from, attempt by attempt."""
        asked = [request for request in self.requests if request.url.host == "relay"]
        return [request.headers.get("Last-Event-ID") for request in asked]

    def _client(self, host: str) -> httpx.Client:
        script = self.scripts[host]

        def answer(request: httpx.Request) -> httpx.Response:
            self.requests.append(request)
            return (script.pop(0) if len(script) > 1 else script[0])(request)

        return httpx.Client(base_url=f"http://{host}", transport=httpx.MockTransport(answer))

    def _sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


class TestFollow:
    def test_yields_every_event_and_ends_with_the_terminal_one(self) -> None:
        """Comments, heartbeats and retry fields are no events."""
        noise = 'retry: 3000\n\n: hello\n\nevent: heartbeat\ndata: {"at": "now"}\n\n'
        world = World([stream(noise, frame(FIRST), noise, frame(TICK), frame(LAST))], [NOTHING])

        assert [(1, "scanning"), (None, "scanning"), (3, "complete")] == world.seen()
        assert [] == world.slept

    def test_reads_events_that_arrive_in_pieces(self) -> None:
        """The network cuts where it likes."""
        text = frame(FIRST) + frame(LAST)
        world = World([stream(*text)], [NOTHING])

        assert [(1, "scanning"), (3, "complete")] == world.seen()

    def test_resumes_after_the_last_event_and_drops_duplicates(self) -> None:
        """A broken stream costs nothing, and nothing is shown twice."""
        broken = stream(frame(FIRST), frame(SECOND), breaks=True)
        world = World([broken, stream(frame(SECOND), frame(LAST))], [NOTHING])

        assert [(1, "scanning"), (2, "scanning"), (3, "complete")] == world.seen()
        assert [None, f"{JOB}:2"] == world.cursors()
        assert 1 == len(world.slept)

    def test_resumes_a_stream_that_was_closed_in_order(self) -> None:
        """The relay closes streams at an age; that is no failure."""
        world = World([stream(frame(FIRST)), stream(frame(LAST))], [NOTHING])

        assert [(1, "scanning"), (3, "complete")] == world.seen()

    def test_polls_while_the_relay_is_down(self) -> None:
        """The job is watched through the app, from the same cursor."""
        world = World([stream(frame(FIRST), breaks=True), down], [events(SECOND), events(LAST)])

        assert [(1, "scanning"), (2, "scanning"), (3, "complete")] == world.seen()
        asked = [r.url.params["after"] for r in world.requests if r.url.host == "app"]
        assert ["1", "2"] == asked

    def test_polls_every_two_seconds_however_long_the_relay_is_down(self) -> None:
        """The pauses grow for a server that is gone, not for the one that answers."""
        world = World([down], [*[NOTHING] * 20, events(LAST)])
        world.seen()

        assert 2.0 == max(world.slept)

    def test_ends_when_the_relay_has_nothing_more(self) -> None:
        """204 at the cursor is the end, even when its event is no longer kept."""
        world = World([status(204)], [NOTHING])

        assert [] == world.seen()

    @pytest.mark.parametrize(
        ("code", "remedy"),
        [(401, "Sign in with `schemalore login`"), (403, "the remedy"), (404, "the remedy")],
    )
    def test_gives_up_at_once_when_refused(self, code: int, remedy: str) -> None:
        """Trying again would be refused again; cause and the terminal's own remedy are told."""
        world = World([status(code)], [NOTHING])
        with pytest.raises(api.ApiError, match=f"the cause\n{remedy}"):
            world.seen()

    @pytest.mark.parametrize(
        ("relay", "app"),
        [(status(404, told="job_not_found"), NOTHING), (down, status(404, told="not_found"))],
    )
    def test_says_that_there_is_no_such_job(self, relay: Answer, app: Answer) -> None:
        """Whoever of the two is asked, and though the relay's address is a guess."""
        world = World([relay], [app], guessed=True)
        with pytest.raises(api.NoSuchJobError, match=f"no job {JOB} .* UUID"):
            world.seen()

    def test_waits_as_long_as_it_is_asked_to(self) -> None:
        """A relay that is full says when to come again."""
        world = World([status(429, **{"Retry-After": "7"}), stream(frame(LAST))], [NOTHING])
        world.seen()

        assert [7.0] == world.slept

    def test_waits_longer_each_time_and_gives_up_after_minutes(self) -> None:
        """With relay and app gone, the pauses grow to ten seconds, and then there is an error."""
        world = World([down], [down])
        with pytest.raises(api.UnreachableError, match="http://app"):
            world.seen()

        assert world.slept == sorted(world.slept)
        assert 10.0 == world.slept[-1]
        assert streams.PATIENCE_SECONDS < world.now < streams.PATIENCE_SECONDS + 30

    def test_says_that_the_sign_in_expired(self) -> None:
        """The job goes on; the way back to it is told."""
        expired = "event: auth_expired\ndata: {}\n\n"
        world = World([stream(frame(FIRST), expired)], [NOTHING])
        with pytest.raises(streams.SignedOutError, match=f"schemalore follow {JOB}"):
            world.seen()

    def test_goes_on_with_a_renewed_sign_in(self) -> None:
        """A job may take longer than a token lasts, more than once."""
        expired = "event: auth_expired\ndata: {}\n\n"
        relay = [stream(frame(FIRST), expired), stream(frame(SECOND), expired), stream(frame(LAST))]
        world = World(relay, [NOTHING], renewals=2)

        assert [(1, "scanning"), (2, "scanning"), (3, "complete")] == world.seen()

    def test_renews_no_token_that_was_never_good(self) -> None:
        """A relay whose clock is wrong would have the sign-in renewed for ever."""
        world = World([stream("event: auth_expired\ndata: {}\n\n")], [NOTHING], renewals=9)
        with pytest.raises(streams.SignedOutError):
            world.seen()

        assert 2 == len(world.cursors())

    def test_takes_garbage_for_a_broken_stream(self) -> None:
        """A proxy's error page or half an event is not shown; the stream is resumed."""
        page = lambda _request: httpx.Response(200, html="<h1>Oops</h1>")  # noqa: E731 - an answer like the others
        world = World([page, stream("data: {half\n\n"), stream(frame(LAST))], [NOTHING])

        assert [(3, "complete")] == world.seen()


class TestGuessedRelay:
    def test_polls_when_something_else_is_there(self) -> None:
        """The job is watched all the same; one line tells how to name the relay."""
        world = World([status(404)], [events(FIRST), *[NOTHING] * 9, events(LAST)], guessed=True)

        assert [(1, "scanning"), (3, "complete")] == world.seen()
        assert 1 == len(world.cursors())
        assert 2.0 == max(world.slept)
        assert 1 == len(world.said)
        assert "--relay-url or SCHEMALORE_RELAY_URL" in world.said[0]

    def test_says_once_that_nothing_answers_and_tries_again(self) -> None:
        """A relay may come up later, and then it is used."""
        world = World([down, down, stream(frame(LAST))], [NOTHING], guessed=True)

        assert [(3, "complete")] == world.seen()
        assert 1 == len(world.said)

    def test_is_not_doubted_after_its_first_event(self) -> None:
        """A break says nothing about the address, and a proxy's 404 then is an error."""
        world = World(
            [stream(frame(FIRST), breaks=True), down, status(404)], [NOTHING], guessed=True
        )
        with pytest.raises(api.ApiError):
            world.seen()

        assert [] == world.said

"""The real relay process over a real Redis and a real SQL store."""

import time
from datetime import timedelta

import httpx_sse
import pytest
import redis

from contract import tokens
from tests import services
from tests.relay_world import (
    ALLOWED,
    Producer,
    World,
    kill,
    messages,
    start_relay,
    streams,
    token_for,
)

pytestmark = pytest.mark.integration


class TestJobStream:
    def test_replays_and_then_goes_live(self, world: World) -> None:
        """One client gets what was before it, what comes while it listens, and the end."""
        world.producer.milestone(world.job_id)
        ids = []
        with world.stream() as source:
            assert "text/event-stream" == source.response.headers["content-type"].split(";")[0]
            assert "no-store" == source.response.headers["cache-control"]
            assert "no" == source.response.headers["x-accel-buffering"]
            for event in messages(source):
                ids.append(event.id)
                if event.id == world.id(1):
                    world.producer.milestone(world.job_id)
                elif event.id == world.id(2):
                    world.producer.finish(world.job_id)

        assert [world.id(1), world.id(2), world.id(3)] == ids

    def test_resumes_after_the_cursor(self, world: World) -> None:
        """Last-Event-ID, or lastEventId on a first connect; the header wins."""
        for _ in range(4):
            world.producer.milestone(world.job_id)
        world.producer.finish(world.job_id)

        by_header = world.ids(headers={"Last-Event-ID": world.id(3)})
        by_query = world.ids(params={"lastEventId": world.id(4)})
        both = world.ids(
            headers={"Last-Event-ID": world.id(4)}, params={"lastEventId": world.id(1)}
        )
        assert [world.id(4), world.id(5)] == by_header
        assert [world.id(5)] == by_query == both

    def test_answers_204_at_the_end(self, world: World) -> None:
        """A client that has seen everything is told to stay away."""
        world.producer.fail(world.job_id)
        answer = world.http.get(
            world.path(),
            headers={"Authorization": f"Bearer {world.token}", "Last-Event-ID": world.id(1)},
        )

        assert (204, b"") == (answer.status_code, answer.content)

    def test_tells_what_retention_purged(self, world: World) -> None:
        """An old job's stream is its end, which says that there was more; its cursors hold."""
        for _ in range(4):
            world.producer.milestone(world.job_id)
        world.producer.finish(world.job_id)
        world.producer.purge(world.job_id)
        told = []
        for cursor in (0, 2, 4):
            with world.stream(params={"lastEventId": world.id(cursor)}) as source:
                told += [(event.id, '"truncated":true' in event.data) for event in messages(source)]
        at_the_end = world.http.get(
            world.path(),
            headers={"Authorization": f"Bearer {world.token}", "Last-Event-ID": world.id(5)},
        )

        assert [(world.id(5), True), (world.id(5), True), (world.id(5), False)] == told
        assert 204 == at_the_end.status_code

    @pytest.mark.parametrize("cursor", ["another-job:1", "nonsense", "{job}:999", "{job}:-1"])
    def test_starts_over_at_a_cursor_that_is_not_its_own(self, world: World, cursor: str) -> None:
        """Another job's, malformed and future cursors: all events, and a comment."""
        world.producer.finish(world.job_id)
        answer = world.http.get(
            world.path(),
            headers={"Authorization": f"Bearer {world.token}"},
            params={"lastEventId": cursor.format(job=world.job_id)},
        )

        assert "\n: the last event id is" in answer.text
        assert f"id: {world.id(1)}\n" in answer.text

    def test_carries_ticks_without_id(self, world: World) -> None:
        """A tick is a message that moves no cursor."""
        world.producer.milestone(world.job_id)
        seen = []
        with world.stream() as source:
            for event in messages(source):
                seen.append(event.data.startswith('{"jobId":"j"'))
                if len(seen) == 1:
                    world.producer.tick(world.job_id)
                elif len(seen) == 2:
                    assert world.id(1) == event.id  # the last id still stands
                    world.producer.finish(world.job_id)

        assert [False, True, False] == seen

    def test_finds_milestones_whose_publish_was_lost(self, world: World) -> None:
        """Even the terminal one, within the repair interval."""
        world.producer.milestone(world.job_id)
        ids = []
        with world.stream() as source:
            for event in messages(source):
                ids.append(event.id)
                if event.id == world.id(1):
                    world.producer.milestone(world.job_id, publish=False)
                    world.producer.finish(world.job_id, publish=False)

        assert [world.id(1), world.id(2), world.id(3)] == ids

    def test_survives_the_loss_of_its_redis_connection(
        self, world: World, redis_client: redis.Redis
    ) -> None:
        """CLIENT KILL of the subscription: nothing is lost, nothing repeated."""
        ids = []
        world.producer.milestone(world.job_id)
        with world.stream() as source:
            for event in messages(source):
                ids.append(event.id)
                if event.id == world.id(1):
                    redis_client.client_kill_filter(_type="pubsub")
                    world.producer.milestone(world.job_id)
                elif event.id == world.id(2):
                    world.producer.milestone(world.job_id)
                    world.producer.finish(world.job_id)

        assert [world.id(seq) for seq in (1, 2, 3, 4)] == ids

    def test_many_clients_see_the_same(self, world: World, relay_env: dict[str, str]) -> None:
        """Clients of one job share its subscription, and leaving ends it."""
        world.producer.milestone(world.job_id)
        with world.stream() as first, world.stream() as second:
            iterators = [messages(source) for source in (first, second)]
            assert [world.id(1)] * 2 == [next(events).id for events in iterators]
            world.producer.finish(world.job_id)
            assert [world.id(2)] * 2 == [next(events).id for events in iterators]

        deadline = time.monotonic() + 5
        while streams(relay_env) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert 0 == streams(relay_env)


class TestRefusals:
    def test_of_a_foreign_job_is_404(self, world: World) -> None:
        """Whether it exists is nobody else's business."""
        user_id, session_id, _ = world.producer.user()
        answer = world.http.get(
            world.path(), headers={"Authorization": f"Bearer {token_for(user_id, session_id)}"}
        )

        assert (404, "job_not_found") == (answer.status_code, answer.json()["code"])
        assert "application/problem+json" == answer.headers["content-type"]

    def test_without_sign_in_is_401(self, world: World) -> None:
        """No token, a broken one, an expired one, one whose session was ended."""
        old = token_for(world.user_id, world.session_id, lifetime=timedelta(seconds=-1))
        ended = token_for(world.user_id, "no-such-session")
        codes = []
        for header in ({}, *({"Authorization": f"Bearer {t}"} for t in ("x.y.z", old, ended))):
            answer = world.http.get(world.path(), headers=header)
            codes.append((answer.status_code, answer.json()["code"]))

        assert [
            (401, "token_missing"),
            (401, "token_invalid"),
            (401, "token_expired"),
            (401, "session_revoked"),
        ] == codes

    def test_of_another_sites_page_is_403_only_where_work_can_start(self, world: World) -> None:
        """A cookie alone does not let a foreign page start a generation; a bearer token does."""
        path = f"/api/v1/projects/{world.project_id}/context/generate/stream"
        cookie = {"Cookie": f"{tokens.ACCESS_COOKIE}={world.token}"}
        world.producer.milestone(world.job_id)
        world.producer.finish(world.job_id)
        foreign = [{"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}]
        refused = [world.http.get(path, headers=cookie | header) for header in foreign]

        assert [403, 403] == [answer.status_code for answer in refused]
        # Not refused: passed on to the app, which is not there in this test.
        bearer = {"Authorization": f"Bearer {world.token}", "Origin": "https://evil.example"}
        allowed = [bearer, cookie | {"Origin": ALLOWED}, cookie | {"Sec-Fetch-Site": "none"}]
        for headers in allowed:
            answer = world.http.get(path, headers=headers)
            assert (503, "app_unreachable") == (answer.status_code, answer.json()["code"])


class TestGenerationStream:
    def test_joins_the_running_job_and_resumes_it_after_its_end(self, world: World) -> None:
        """A reconnect by cursor never starts another job (the app is not even there)."""
        path = f"/api/v1/projects/{world.project_id}/context/generate/stream?force=true"
        headers = {"Authorization": f"Bearer {world.token}"}
        world.producer.milestone(world.job_id)
        with httpx_sse.connect_sse(world.http, "GET", path, headers=headers) as source:
            first = next(messages(source))
        world.producer.milestone(world.job_id)
        world.producer.finish(world.job_id)
        cursor = headers | {"Last-Event-ID": first.id}
        with httpx_sse.connect_sse(world.http, "GET", path, headers=cursor) as source:
            rest = [event.id for event in messages(source)]

        assert [world.id(2), world.id(3)] == rest


class TestCors:
    def test_names_exactly_the_allowed_origin(self, world: World) -> None:
        """Credentials go with exact origins, errors included; others get no header."""
        answers = [
            world.http.get(world.path(), headers={"Origin": origin})
            for origin in (ALLOWED, "https://evil.example")
        ]

        assert ALLOWED == answers[0].headers["access-control-allow-origin"]
        assert "true" == answers[0].headers["access-control-allow-credentials"]
        assert "access-control-allow-origin" not in answers[1].headers


class TestRestart:
    def test_loses_and_repeats_nothing(self, relay_env: dict[str, str], producer: Producer) -> None:
        """Kill -9 in the middle, then a new process on the same port: the rest arrives."""
        env = relay_env | {"RELAY_PORT": str(services.free_port())}
        with start_relay(env) as server:
            world = World(server, producer)
            producer.milestone(world.job_id)
            with world.stream() as source:
                seen = [next(messages(source)).id]
                kill(server)
                producer.milestone(world.job_id)
        with start_relay(env):
            producer.finish(world.job_id)
            seen += world.ids(headers={"Last-Event-ID": seen[-1]})
            world.http.close()

        assert [world.id(1), world.id(2), world.id(3)] == seen

    def test_on_sigterm_streams_end_and_the_process_goes(
        self, relay_env: dict[str, str], producer: Producer
    ) -> None:
        """Clients see a clean end at once, not the grace period."""
        env = relay_env | {"RELAY_PORT": str(services.free_port())}
        with start_relay(env) as server:
            world = World(server, producer)
            producer.milestone(world.job_id)
            with world.stream() as source:
                events = messages(source)
                next(events)
                server.process.terminate()

                assert [] == list(events)
            world.http.close()
            server.process.wait(timeout=5)

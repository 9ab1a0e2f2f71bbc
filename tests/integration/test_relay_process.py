"""The real relay process over a real Redis and a real SQL store."""

import contextlib
import signal
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import flask
import httpx
import httpx_sse
import pytest
import redis
from flask_jwt_extended import JWTManager, create_access_token

from contract import bus, tokens
from contract.failures import FailureCode, failure
from contract.steps import Step
from store import claims, database, jobs, projects, upgrade, users
from store.database import Database
from tests import processes, services

pytestmark = pytest.mark.integration

SECRET = "only-for-tests-" + "x" * 32
ALLOWED = "https://page.example"


class Producer:
    """Plays app and worker: makes users and jobs, commits milestones, publishes them."""

    def __init__(self, database: Database, redis_url: str) -> None:
        self._database = database
        self._bus = bus.connect(redis_url)
        self._claims: dict[str, claims.Claim] = {}
        self._users = 0

    def user(self) -> tuple[str, str, str]:
        """Return a new user's id, session id and project id."""
        self._users += 1
        with self._database.write() as connection:
            user = users.create(connection, email=f"u{self._users}@b.example", password_hash="x")
            session = users.sign_in(
                connection, user.id, refresh_jti="r", lifetime=tokens.REFRESH_LIFETIME
            )
            project = projects.create(
                connection,
                user.id,
                projects.NewProject(
                    name="p", kind="demo", dialect=None, location="demo", sealed_source="x"
                ),
            )
        return user.id, session, project.id

    def job(self, user_id: str, project_id: str) -> str:
        """Submit and claim a job."""
        with self._database.write() as connection:
            new = jobs.NewJob(user_id=user_id, project_id=project_id, options={})
            job, _ = jobs.submit(connection, new)
            held = claims.claim(connection, job.id, lease_seconds=600)
        assert held is not None
        self._claims[job.id] = held
        return job.id

    def milestone(self, job_id: str, *, publish: bool = True) -> None:
        """Commit the next milestone, and publish it unless it is to be lost."""
        report = claims.Report(step=Step.ANALYZING, progress=50, message="m")
        with self._database.write() as connection:
            stored = claims.report(connection, self._claims[job_id], report)
        if publish:
            self._bus.publish(job_id, stored.seq, stored.payload)

    def tick(self, job_id: str) -> None:
        """Publish a tick."""
        self._bus.publish(job_id, None, '{"jobId":"j","step":"analyzing"}')

    def finish(self, job_id: str, *, publish: bool = True) -> None:
        """End the job."""
        report = claims.Report(step=Step.COMPLETE, progress=100, message="m", data={})
        with self._database.write() as connection:
            stored = claims.succeed(connection, self._claims[job_id], report)
        if publish:
            self._bus.publish(job_id, stored.seq, stored.payload)

    def fail(self, job_id: str) -> None:
        """End the job with an error."""
        cause = failure(FailureCode.SCHEMA_EMPTY, "No tables.")
        with self._database.write() as connection:
            stored = claims.fail(connection, self._claims[job_id], cause)
        self._bus.publish(job_id, stored.seq, stored.payload)


def token_for(user_id: str, session_id: str, *, lifetime: timedelta | None = None) -> str:
    """Return an access token as the app makes it."""
    app = flask.Flask("signer")
    app.config.update(tokens.flask_config(secret_key=SECRET, secure_cookies=False))
    JWTManager(app)
    with app.app_context():
        token: str = create_access_token(
            user_id,
            additional_claims={tokens.SESSION_CLAIM: session_id},
            expires_delta=lifetime,
        )
    return token


def messages(source: httpx_sse.EventSource) -> Iterator[httpx_sse.ServerSentEvent]:
    """Yield what `onmessage` of a browser sees: no heartbeats."""
    return (event for event in source.iter_sse() if event.event == "message")


class World:
    """A relay, a producer and one signed-in user with a running job."""

    def __init__(self, relay: processes.Server, producer: Producer) -> None:
        self.relay, self.producer = relay, producer
        self.user_id, self.session_id, self.project_id = producer.user()
        self.token = token_for(self.user_id, self.session_id)
        self.job_id = producer.job(self.user_id, self.project_id)
        self.http = httpx.Client(base_url=relay.url, timeout=20, trust_env=False)

    def path(self) -> str:
        return f"/api/v1/jobs/{self.job_id}/stream"

    def stream(
        self, **options: dict[str, str]
    ) -> contextlib.AbstractContextManager[httpx_sse.EventSource]:
        headers = {"Authorization": f"Bearer {self.token}"} | options.pop("headers", {})
        return httpx_sse.connect_sse(self.http, "GET", self.path(), headers=headers, **options)

    def ids(self, **options: dict[str, str]) -> list[str]:
        """Follow the stream to its end and return the ids of the milestones."""
        with self.stream(**options) as source:
            return [event.id for event in messages(source)]

    def id(self, seq: int) -> str:
        return f"{self.job_id}:{seq}"


@pytest.fixture(scope="module")
def relay_env(redis_url: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    port, directory = services.free_port(), tmp_path_factory.mktemp("relay")
    return {
        "DATABASE_URL": f"sqlite:///{directory / 'store.db'}",
        "REDIS_URL": redis_url,
        "JWT_SECRET_KEY": SECRET,
        "DATA_DIR": str(directory),
        "RELAY_PORT": str(port),
        "APP_URL": "http://127.0.0.1:9",
        "ALLOWED_ORIGINS": ALLOWED,
        "STREAM_REPAIR_SECONDS": "2",
        "STREAM_HEARTBEAT_SECONDS": "1",  # how soon a client that left is noticed
    }


def start_relay(
    env: dict[str, str],
) -> contextlib.AbstractContextManager[processes.Server]:
    return processes.serve(
        ["gunicorn", "-c", "relay/gunicorn.conf.py", "relay.main:application"],
        url=f"http://127.0.0.1:{env['RELAY_PORT']}",
        env=env,
        log=Path(env["DATA_DIR"]) / "relay.log",
    )


@pytest.fixture(scope="module")
def producer(relay_env: dict[str, str]) -> Iterator[Producer]:
    opened = database.connect(relay_env["DATABASE_URL"])
    upgrade.to_head(opened)
    yield Producer(opened, relay_env["REDIS_URL"])
    opened.close()


@pytest.fixture(scope="module")
def relay(
    relay_env: dict[str, str],
    producer: Producer,  # noqa: ARG001 - migrates the store
) -> Iterator[processes.Server]:
    with start_relay(relay_env) as server:
        yield server


@pytest.fixture
def world(relay: processes.Server, producer: Producer) -> Iterator[World]:
    made = World(relay, producer)
    yield made
    made.http.close()


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

    def test_many_clients_see_the_same(self, world: World) -> None:
        """Clients of one job share its subscription, and leaving ends it."""
        world.producer.milestone(world.job_id)
        with world.stream() as first, world.stream() as second:
            iterators = [messages(source) for source in (first, second)]
            assert [world.id(1)] * 2 == [next(events).id for events in iterators]
            world.producer.finish(world.job_id)
            assert [world.id(2)] * 2 == [next(events).id for events in iterators]

        metrics = ""
        for _ in range(50):
            metrics = world.http.get("/metrics").text
            if "schemalore_relay_streams 0.0" in metrics:
                break
            time.sleep(0.1)
        assert "schemalore_relay_streams 0.0" in metrics, metrics[-900:]


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
            (401, "not_signed_in"),
            (401, "token_invalid"),
            (401, "token_expired"),
            (401, "token_revoked"),
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
                server.process.send_signal(signal.SIGKILL)
                producer.milestone(world.job_id)
        _wait_for_orphans(server)
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


def _wait_for_orphans(server: processes.Server) -> None:
    """Gunicorn's worker notices by itself that its parent is gone; wait for the port."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        try:
            httpx.get(f"{server.url}/healthz", timeout=1)
        except httpx.HTTPError:
            return
        time.sleep(0.1)
    pytest.fail("the killed relay still answers")

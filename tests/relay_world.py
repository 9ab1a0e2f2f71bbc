"""A real relay process over a private store and Redis, and somebody who plays app and worker."""

import contextlib
import signal
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import flask
import httpx
import httpx_sse
import psutil
import sqlalchemy as sa
from flask_jwt_extended import JWTManager, create_access_token

from contract import bus, tokens
from contract.failures import FailureCode, failure
from contract.steps import Step
from store import claims, clock, jobs, projects, retention, submissions, users
from store.database import Database
from store.schema import jobs as table
from tests import processes, services

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

    def sign_out(self, session_id: str) -> None:
        """End a sign-in."""
        with self._database.write() as connection:
            users.sign_out(connection, session_id)

    def job(self, user_id: str, project_id: str) -> str:
        """Submit and claim a job."""
        with self._database.write() as connection:
            new = submissions.NewJob(user_id=user_id, project_id=project_id, options={})
            job, _ = submissions.submit(connection, new)
            held = claims.claim(connection, job.id, lease_seconds=600)
        assert held is not None
        self._claims[job.id] = held
        return job.id

    def milestone(self, job_id: str, *, message: str = "m", publish: bool = True) -> None:
        """Commit the next milestone, and publish it unless it is to be lost."""
        report = claims.Report(step=Step.ANALYZING, progress=50, message=message)
        with self._database.write() as connection:
            stored = claims.report(connection, self._claims[job_id], report)
        if publish:
            self._bus.publish(job_id, stored.seq, stored.payload)

    def tick(self, job_id: str) -> None:
        """Publish a tick that follows the last milestone."""
        with self._database.read() as connection:
            after = jobs.last_seqs(connection, [job_id]).get(job_id, 0)
        self._bus.tick(job_id, after, '{"jobId":"j","step":"analyzing"}')

    def finish(self, job_id: str, *, publish: bool = True) -> None:
        """End the job."""
        report = claims.Report(step=Step.COMPLETE, progress=100, message="m", data={})
        with self._database.write() as connection:
            stored = claims.succeed(connection, self._claims[job_id], report)
        if publish:
            self._bus.publish(job_id, stored.seq, stored.payload)

    def purge(self, job_id: str) -> None:
        """Let the ended job be so old that only its end is kept."""
        with self._database.write() as connection:
            old = clock.now_plus(-91 * clock.DAY_SECONDS)
            connection.execute(sa.update(table).where(table.c.id == job_id).values(finished_at=old))
            retention.purge(connection, days=90)

    def fail(self, job_id: str) -> None:
        """End the job with an error."""
        cause = failure(FailureCode.SCHEMA_EMPTY, "No tables.")
        with self._database.write() as connection:
            stored = claims.fail(connection, self._claims[job_id], cause)
        self._bus.publish(job_id, stored.seq, stored.payload)


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


def environment(directory: Path, *, redis_url: str, origin: str = ALLOWED) -> dict[str, str]:
    """Return the settings of a relay of its own; nothing answers where the app would be."""
    return {
        "DATABASE_URL": f"sqlite:///{directory / 'store.db'}",
        "REDIS_URL": redis_url,
        "JWT_SECRET_KEY": SECRET,
        "DATA_DIR": str(directory),
        "RELAY_PORT": str(services.free_port()),
        "APP_URL": "http://127.0.0.1:9",
        "ALLOWED_ORIGINS": origin,
        "STREAM_REPAIR_SECONDS": "2",
        "STREAM_HEARTBEAT_SECONDS": "1",  # how soon a client that left is noticed
    }


def start_relay(env: dict[str, str]) -> contextlib.AbstractContextManager[processes.Server]:
    """Serve a relay until the block ends."""
    return processes.serve(
        ["gunicorn", "-c", "relay/gunicorn.conf.py", "relay.main:application"],
        url=f"http://127.0.0.1:{env['RELAY_PORT']}",
        env=env,
        log=Path(env["DATA_DIR"]) / "relay.log",
    )


def streams(env: dict[str, str]) -> float:
    """Return how many streams the relay says are open."""
    metrics = httpx.get(f"http://127.0.0.1:{env['RELAY_PORT']}/metrics", trust_env=False).text
    (line,) = (row for row in metrics.splitlines() if row.startswith("schemalore_relay_streams "))
    return float(line.split()[1])


def kill(server: processes.Server) -> None:
    """Kill -9 the whole relay: gunicorn's master, and the worker that would end streams nicely."""
    workers = psutil.Process(server.process.pid).children(recursive=True)
    server.process.send_signal(signal.SIGKILL)  # first: it would start another worker
    for worker in workers:
        worker.kill()
    server.process.wait()
    psutil.wait_procs(workers, timeout=10)

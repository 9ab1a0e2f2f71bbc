"""Users, jobs and a relay process over a private SQLite store and a private Redis."""

import contextlib
import secrets
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import flask
import httpx
from flask_jwt_extended import JWTManager, create_access_token

from bench import stage as stages
from bench import stamps
from bench.contenders.contender import get
from bench.feeds import RedisFeed
from bench.servers import NotStartedError, Server
from bench.stage import Stage
from contract import channels, tokens
from contract.steps import Step
from store import claims, database, projects, submissions, upgrade, users

HEALTHY_SECONDS = 30.0
NO_CAP = "1000000"
NO_SIGN_IN = "-"  # no password has this hash


@dataclass(frozen=True, kw_only=True)
class Person:
    """A signed-in user with one running job."""

    claim: claims.Claim
    token: str
    template: stamps.Template  # of its ticks

    @property
    def job_id(self) -> str:
        """The job."""
        return self.claim.job.id

    def request(self) -> str:
        """Return what a client of the job's stream sends."""
        headers = f"Authorization: Bearer {self.token}\r\n"
        return get(f"/api/v1/jobs/{self.job_id}/stream", headers=headers)


class World:
    """The store and Redis, and who lives there; plays app and worker."""

    def __init__(self, folder: Path, redis_url: str) -> None:
        self.folder = folder
        self.redis_url = redis_url
        self.port = stages.port()
        self._secret = secrets.token_urlsafe(48)
        self._database = database.connect(self._store_url)
        upgrade.to_head(self._database)
        self.feed = RedisFeed(redis_url)
        self._people = 0

    @property
    def _store_url(self) -> str:
        return f"sqlite:///{self.folder / 'store.db'}"

    def people(self, count: int) -> list[Person]:
        """Create users, each with a session, a project and a claimed job."""
        with self._database.write() as connection:
            made = []
            for _ in range(count):
                self._people += 1
                user = users.create(
                    connection, email=f"u{self._people}@b.example", password_hash=NO_SIGN_IN
                )
                session = users.sign_in(
                    connection, user.id, refresh_jti="-", lifetime=tokens.REFRESH_LIFETIME
                )
                project = projects.create(
                    connection,
                    user.id,
                    projects.NewProject(
                        name="p", kind="demo", dialect=None, location="demo", sealed_source="-"
                    ),
                )
                job, _ = submissions.submit(
                    connection,
                    submissions.NewJob(user_id=user.id, project_id=project.id, options={}),
                )
                claim = claims.claim(connection, job.id, lease_seconds=3600)
                if claim is None:
                    raise RuntimeError("a new job could not be claimed")
                made.append((claim, user.id, session))
        return [
            Person(claim=claim, token=token, template=stamps.Template(job_id=claim.job.id))
            for (claim, _, _), token in zip(made, self._tokens(made), strict=True)
        ]

    def commit(
        self, person: Person, number: int, *, step: Step = Step.ANALYZING, padding: str = ""
    ) -> str:
        """Commit the job's next milestone, stamped with the time now; return its JSON."""
        message = stamps.text(number, at_ns=time.monotonic_ns()) + padding
        if step is Step.COMPLETE:
            report = claims.Report(step=step, progress=100, message=message, data={})
        else:
            report = claims.Report(step=step, progress=50, message=message)
        with self._database.write() as connection:
            act = claims.succeed if step is Step.COMPLETE else claims.report
            return act(connection, person.claim, report).payload

    def publish(self, person: Person, number: int, text: str) -> None:
        """Publish an encoded milestone."""
        self.feed.send(channels.for_job(person.job_id), channels.pack(number, text))

    def ticks(self, people: list[Person], number: int) -> None:
        """Publish a stamped tick for each of the people's jobs, in one round trip."""
        self.feed.send_all(
            [
                (
                    channels.for_job(person.job_id),
                    channels.pack_tick(0, person.template.stamped(number)),
                )
                for person in people
            ]
        )

    @contextlib.contextmanager
    def relay(self, stage: Stage) -> Iterator[Server]:
        """Yield a relay process that is ready; a second one uses the same port."""
        argv = [
            sys.executable, "-m", "gunicorn", "-c", str(stages.ROOT / "relay/gunicorn.conf.py"),
            "relay.main:application",
        ]  # fmt: skip
        env = {
            "PYTHONPATH": str(stages.ROOT),
            "DATABASE_URL": self._store_url,
            "REDIS_URL": self.redis_url,
            "JWT_SECRET_KEY": self._secret,
            "DATA_DIR": str(self.folder),
            "RELAY_PORT": str(self.port),
            "RELAY_CONNECTIONS": "16000",
            "APP_URL": "http://127.0.0.1:9",
            # What is measured are the costs of streams, not their caps.
            "STREAMS_PER_USER": NO_CAP,
        }
        with stage.server("relay", argv, folder=self.folder, port=self.port, env=env) as server:
            self.wait_until_ready(server)
            yield server

    def wait_until_ready(self, server: Server) -> None:
        """Wait until the relay reaches its store and its Redis; NotStartedError."""
        deadline = time.monotonic() + HEALTHY_SECONDS
        while time.monotonic() < deadline:
            with contextlib.suppress(httpx.HTTPError):
                if httpx.get(f"http://127.0.0.1:{self.port}/readyz", trust_env=False).is_success:
                    return
            time.sleep(0.02)
        raise NotStartedError(f"the relay is not ready:\n{server.process.tail()}")

    def close(self) -> None:
        """Close the connections to store and Redis."""
        self.feed.close()
        self._database.close()

    def _tokens(self, made: list[tuple[claims.Claim, str, str]]) -> list[str]:
        app = flask.Flask("signer")
        app.config.update(tokens.flask_config(secret_key=self._secret, secure_cookies=False))
        JWTManager(app)
        with app.app_context():
            return [
                create_access_token(user_id, additional_claims={tokens.SESSION_CLAIM: session_id})
                for _, user_id, session_id in made
            ]


@contextlib.contextmanager
def create(stage: Stage) -> Iterator[World]:
    """Yield a fresh world; it is gone afterwards."""
    with (
        stage.folder() as folder,
        stage.redis(folder) as redis_url,
        contextlib.closing(World(folder, redis_url)) as world,
    ):
        yield world

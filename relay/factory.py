"""Builds the relay from its settings; nothing connects until `start`."""

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import gevent
import sqlalchemy as sa
from flask import Flask
from flask_cors import CORS
from flask_jwt_extended import JWTManager
from werkzeug.middleware.proxy_fix import ProxyFix

from contract import tokens
from relay import errors, link, operations, views
from relay.door import Door
from relay.hub import Hub
from relay.memory import Memory, MemoryAwayError, Milestone
from relay.rounds import Limits, Rounds
from relay.settings import Settings
from relay.subscriber import Subscriber
from store import database, events, jobs, users

CONNECT_SECONDS = 3.0
#: What a page of another origin reads besides the stream: when it may come back.
EXPOSED = ("Retry-After",)


@dataclass(frozen=True)
class Relay:
    """The wired relay; `start` connects it."""

    app: Flask
    hub: Hub
    rounds: Rounds
    database: database.Database
    door: Door

    def start(self) -> None:
        """Connect to Redis and begin the rounds."""
        self.hub.subscriber.start()
        gevent.spawn(self.rounds.run)

    def stop(self, drain_seconds: float) -> None:
        """End the streams, spread over these seconds, and close what was opened."""
        self.rounds.drain(drain_seconds)
        self.hub.subscriber.stop()
        self.door.close()
        self.database.close()


def create(settings: Settings) -> Relay:
    """Wire the relay."""
    opened = database.connect(settings.store_url, only_reads=True)
    limits = Limits(
        per_user=settings.streams_per_user,
        per_process=settings.relay_connections,
        heartbeat_seconds=settings.stream_heartbeat_seconds,
        age_seconds=settings.stream_age_seconds,
        repair_seconds=settings.stream_repair_seconds,
    )
    hub = Hub(_subscriber(settings), _memory(opened))
    rounds = Rounds(hub, limits, revoked=_revoked_lately(opened))
    door = Door(settings.app_internal_url or settings.app_url)
    app = Flask("relay", static_folder=None)
    app.config.update(
        tokens.flask_config(
            secret_key=settings.jwt_secret(), secure_cookies=settings.secure_cookies
        )
    )
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]  # Flask's documented way
            app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops
        )
    CORS(
        app,
        origins=list(settings.origins),
        supports_credentials=True,
        expose_headers=list(EXPOSED),
        max_age=600,
        always_send=False,
    )
    jwt = JWTManager(app)
    errors.register(app, jwt)
    app.register_blueprint(operations.blueprint(hub=hub, database=opened))
    app.register_blueprint(
        views.blueprint(
            attachment=views.Attachment(hub=hub, database=opened, limits=limits),
            door=door,
            origins=settings.origins,
        )
    )
    return Relay(app=app, hub=hub, rounds=rounds, database=opened, door=door)


def _subscriber(settings: Settings) -> Callable[..., Subscriber]:
    url = settings.redis_url.get_secret_value()

    def connect() -> link.Link:
        return link.connect(url, seconds=CONNECT_SECONDS)

    def make(
        *, on_message: Callable[[bytes, bytes], None], on_restored: Callable[[], None]
    ) -> Subscriber:
        return Subscriber(connect, on_message=on_message, on_restored=on_restored)

    return make


def _memory(opened: database.Database) -> Memory:
    def read(job_id: str, after: int, limit: int) -> list[Milestone]:
        with _asking(opened) as connection:
            found = events.after(connection, job_id, after, limit=limit)
        return [Milestone(stored.seq, stored.payload.encode()) for stored in found]

    def last_seqs(job_ids: Collection[str]) -> dict[str, int]:
        with _asking(opened) as connection:
            return jobs.last_seqs(connection, job_ids)

    return Memory(read=read, last_seqs=last_seqs)


@contextmanager
def _asking(opened: database.Database) -> Iterator[sa.Connection]:
    try:
        with opened.read() as connection:
            yield connection
    except sa.exc.SQLAlchemyError as error:
        raise MemoryAwayError(type(error).__name__) from error


def _revoked_lately(opened: database.Database) -> Callable[[float], set[str]]:
    def revoked(within_seconds: float) -> set[str]:
        with opened.read() as connection:
            return users.revoked_sessions(connection, within_seconds=within_seconds)

    return revoked

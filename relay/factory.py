"""Builds the relay from its settings; nothing connects until `start`."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from flask import Flask
from flask_cors import CORS
from flask_jwt_extended import JWTManager
from werkzeug.middleware.proxy_fix import ProxyFix

from contract import tokens
from relay import errors, link, operations, views
from relay.door import Door
from relay.hub import Hub
from relay.settings import Settings
from relay.streams import Limits
from relay.subscriber import Subscriber
from store import database, jobs, users


@dataclass(frozen=True)
class Relay:
    """The wired relay: `app` answers requests once `hub.start()` was called."""

    app: Flask
    hub: Hub


def create(settings: Settings) -> Relay:
    """Wire the relay."""
    opened = database.connect(settings.store_url)
    hub = Hub(
        _subscriber(settings),
        last_seqs=_last_seqs(opened),
        repair_seconds=settings.stream_repair_seconds,
    )
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
    CORS(app, origins=list(settings.origins), supports_credentials=True, max_age=600)
    jwt = JWTManager(app)
    jwt.token_in_blocklist_loader(_revoked(opened))
    errors.register(app, jwt)
    app.register_blueprint(operations.blueprint(hub=hub, database=opened))
    app.register_blueprint(
        views.blueprint(
            attachment=views.Attachment(
                hub=hub,
                database=opened,
                limits=Limits(
                    heartbeat_seconds=settings.stream_heartbeat_seconds,
                    age_seconds=settings.stream_age_seconds,
                ),
            ),
            door=Door(settings.app_internal_url or settings.app_url),
            origins=settings.origins,
        )
    )
    return Relay(app=app, hub=hub)


def _subscriber(settings: Settings) -> Callable[..., Subscriber]:
    url = settings.redis_url.get_secret_value()

    def connect() -> link.Link:
        return link.connect(url, connect_seconds=3, read_seconds=5)

    def make(
        *, on_message: Callable[[str, bytes], None], on_restored: Callable[[], None]
    ) -> Subscriber:
        return Subscriber(connect, on_message=on_message, on_restored=on_restored)

    return make


def _last_seqs(opened: database.Database) -> Callable[[Iterable[str]], dict[str, int]]:
    def last_seqs(job_ids: Iterable[str]) -> dict[str, int]:
        with opened.read() as connection:
            return jobs.last_seqs(connection, job_ids)

    return last_seqs


def _revoked(opened: database.Database) -> Callable[[object, dict[str, str]], bool]:
    def revoked(_header: object, claims: dict[str, str]) -> bool:
        # A token without session is not one of ours to trust.
        session_id = claims.get(tokens.SESSION_CLAIM, "")
        with opened.read() as connection:
            return not users.session_active(connection, session_id)

    return revoked

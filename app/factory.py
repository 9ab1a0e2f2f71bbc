"""Builds the web application from its settings; nothing is connected until a request needs it."""

import argon2
import flask
import redis
from werkzeug.middleware.proxy_fix import ProxyFix

from app import (
    authentication,
    docs,
    errors,
    headers,
    limits,
    operations,
    pages,
)
from app.api import (
    auth,
    contexts,
    exports,
    generation,
    jobs,
    models,
    projects,
    published,
    search,
    statistics,
    tables,
)
from app.courier import Courier
from app.kept import Kept
from app.model_servers import ModelServers
from app.passwords import Passwords
from app.questions import Questions
from app.services import Services
from app.settings import Settings
from app.waiting import Seats
from contract import bus, model_hosts, queue
from store import database
from store.vault import Vault

KEPT_INDEXES = 16  # of a thousand tables with vectors, 10 to 30 MB each
KEPT_DOCUMENTS = 8  # of a thousand tables, some 10 MB each
REDIS_PING_SECONDS = 1
SEATS = 16  # half of the threads that gunicorn.conf.py gives a process


def create_app(settings: Settings, *, hasher: argon2.PasswordHasher | None = None) -> flask.Flask:
    """Return the application; ValueError when a setting cannot be used.

    `hasher` replaces argon2's recommended parameters, which are slow on purpose.
    """
    app = flask.Flask("app", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = settings.max_body_bytes
    app.json.sort_keys = False  # type: ignore[attr-defined]  # the default provider has it
    services = _services(settings, hasher or argon2.PasswordHasher())
    services.attach(app)
    errors.register(app)
    authentication.configure(
        app,
        secret_key=settings.jwt_secret(),
        secure_cookies=settings.secure_cookies,
        database=services.database,
    )
    headers.configure(app, origins=settings.origins)
    for noun in (
        auth,
        projects,
        generation,
        contexts,
        exports,
        search,
        jobs,
        models,
        statistics,
        tables,
        published,
    ):
        app.register_blueprint(noun.blueprint)
    for noun in (operations, docs):
        app.register_blueprint(noun.blueprint)
    app.register_blueprint(pages.blueprint(relay_url=settings.relay_url))
    limits.apply(
        app,
        redis_url=settings.redis_url.get_secret_value(),
        views={
            "auth.register": settings.login_rate_limit,
            "pages.sign_in": settings.login_rate_limit,
            "pages.plain.generate": settings.generate_rate_limit,
            "auth.login": settings.login_rate_limit,
            "generation.generate": settings.generate_rate_limit,
            "models.pull": settings.generate_rate_limit,
            "jobs.retry": settings.generate_rate_limit,
        },
    )
    if settings.trusted_proxies:
        count = settings.trusted_proxies
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]  # Flask's documented way to wrap
            app.wsgi_app, x_for=count, x_proto=count, x_host=count
        )
    return app


def _services(settings: Settings, hasher: argon2.PasswordHasher) -> Services:
    redis_url = settings.redis_url.get_secret_value()
    hosts = model_hosts.parse(settings.ollama_host)
    opened = database.connect(settings.store_url, pool_size=settings.database_pool_size)
    return Services(
        database=opened,
        vault=Vault(settings.vault_keys()),
        courier=Courier(database=opened, queue=queue.make(redis_url), bus=bus.connect(redis_url)),
        redis=redis.Redis.from_url(
            redis_url,
            socket_timeout=REDIS_PING_SECONDS,
            socket_connect_timeout=REDIS_PING_SECONDS,
        ),
        passwords=Passwords(hasher),
        indexes=Kept(KEPT_INDEXES),
        snapshots=Kept(KEPT_DOCUMENTS),
        contexts=Kept(KEPT_DOCUMENTS),
        listings=Kept(KEPT_DOCUMENTS),
        joins=Kept(KEPT_DOCUMENTS),
        model_servers=ModelServers(hosts),
        questions=Questions(hosts),
        seats=Seats(SEATS),
        sqlite_directories=settings.sqlite_directories,
    )

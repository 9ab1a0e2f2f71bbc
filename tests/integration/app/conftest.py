"""The application over a real SQLite store and a real Redis."""

from collections.abc import Callable, Iterator
from typing import Any

import argon2
import flask
import kombu.pools
import pytest
import redis
from cryptography.fernet import Fernet
from flask.testing import FlaskClient

from app.factory import create_app
from app.services import Services
from app.settings import Settings
from tests.integration.app.people import AUTH, PASSWORD, Person, register

MakeApp = Callable[..., flask.Flask]
QUICK = argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@pytest.fixture
def make_app(database_url: str, redis_url: str, redis_client: redis.Redis) -> Iterator[MakeApp]:
    """Makes applications over one store, with settings of the test's own."""
    redis_client.ping()
    used: list[Services] = []
    secrets = {"jwt_secret_key": "k" * 40, "credentials_keys": Fernet.generate_key().decode()}

    def make(**changes: Any) -> flask.Flask:  # noqa: ANN401 - any setting
        values = {
            "database_url": database_url,
            "redis_url": redis_url,
            "app_url": "http://localhost:8000",
            "login_rate_limit": "1000/minute",
            "generate_rate_limit": "1000/minute",
            **secrets,
        }
        made = create_app(Settings(_env_file=None, **values | changes), hasher=QUICK)
        used.append(made.extensions["schemalore"])
        return made

    yield make
    for services in used:
        services.courier.close()
        services.database.close()
        services.redis.close()
    kombu.pools.reset()  # type: ignore[no-untyped-call]  # they are shared by all applications of a process


@pytest.fixture
def app(make_app: MakeApp) -> flask.Flask:
    """An application whose limits nobody reaches."""
    return make_app()


@pytest.fixture
def ada(app: flask.Flask) -> Person:
    """An account."""
    return register(app, "ada@example.org")


@pytest.fixture
def bob(app: flask.Flask) -> Person:
    """Another account."""
    return register(app, "bob@example.org")


@pytest.fixture
def browser(app: flask.Flask, ada: Person) -> FlaskClient:
    """A client that signed in and keeps cookies, as a browser does."""
    client = app.test_client()
    email = ada.get("/auth/me").json["email"]
    client.post(f"{AUTH}/login", json={"email": email, "password": PASSWORD})
    return client

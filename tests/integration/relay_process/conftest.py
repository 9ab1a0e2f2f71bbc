"""A relay process over a real Redis and a real SQL store, one for each file of tests."""

from collections.abc import Iterator

import pytest

from store import database, upgrade
from tests import processes
from tests.relay_world import (
    Producer,
    World,
    environment,
    start_relay,
)


@pytest.fixture(scope="module")
def relay_env(redis_url: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return environment(tmp_path_factory.mktemp("relay"), redis_url=redis_url)


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

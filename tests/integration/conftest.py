"""A house in which jobs are run, and what is heard of them."""

from collections.abc import Iterator

import pytest

from store.database import Database
from tests.worker_house import Heard, House


@pytest.fixture
def house(store: Database, redis_url: str) -> House:
    """A house with a fresh store."""
    return House(store, redis_url)


@pytest.fixture
def heard(house: House) -> Iterator[Heard]:
    """A function that returns what was published so far."""
    with house.listening() as collect:
        yield collect

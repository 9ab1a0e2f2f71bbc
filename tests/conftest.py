"""Fixtures that more than one folder of tests uses."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
import redis
import sqlalchemy as sa

from catalog.model import Snapshot
from catalog.readers import live
from demo import database as demo
from stack import local
from store import database, upgrade
from tests import people, services
from tests.settings import TestSettings

# No test judges speed: on a busy machine the deadline of an example would.
hypothesis.settings.register_profile("unhurried", deadline=None)
hypothesis.settings.load_profile("unhurried")


@pytest.fixture(scope="session")
def test_settings() -> TestSettings:
    """What the tests take from their environment."""
    return TestSettings()


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real schemas beside the checkout; it is not part of the project."""
    folder = Path(__file__).resolve().parents[2] / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("no folder of real schemas beside the checkout (../shared/data)")
    return folder


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the path of a fresh demo database; only to be read."""
    path = tmp_path_factory.mktemp("demo") / "demo.sqlite"
    demo.build(path)
    return path


@pytest.fixture(scope="session")
def company(built: Path) -> Snapshot:
    """The demo database's schema: many batches, many domains."""
    return live.read(f"sqlite:///{built}", allowed_directories=(built.parent,))


@pytest.fixture(scope="session")
def redis_url(
    tmp_path_factory: pytest.TempPathFactory, test_settings: TestSettings
) -> Iterator[str]:
    """A Redis of our own: tests stop it, and nobody else may feel that."""
    with services.private_redis(tmp_path_factory.mktemp("redis")) as url:
        if url is None:
            services.missing("no redis-server or valkey-server", ci=test_settings.ci)
        yield url


@pytest.fixture
def redis_client(redis_url: str) -> Iterator[redis.Redis]:
    """A client of the tests' own Redis, emptied before each test."""
    client = redis.Redis.from_url(redis_url)
    client.flushall()
    yield client
    client.close()


@pytest.fixture(scope="session")
def postgres_server(
    tmp_path_factory: pytest.TempPathFactory, test_settings: TestSettings
) -> Iterator[str]:
    """The URL of a PostgreSQL on which we may create databases."""
    given, ci = test_settings.test_postgres_url, test_settings.ci
    directory = tmp_path_factory.mktemp("postgres")
    with services.server("PostgreSQL", given, services.private_postgres, directory, ci=ci) as url:
        yield url


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    """A fresh PostgreSQL database."""
    with services.fresh_database(postgres_server) as url:
        yield url


@pytest.fixture(scope="session")
def mariadb_server(
    tmp_path_factory: pytest.TempPathFactory, test_settings: TestSettings
) -> Iterator[str]:
    """The URL of a MariaDB on which we may create databases."""
    given, ci = test_settings.test_mariadb_url, test_settings.ci
    directory = tmp_path_factory.mktemp("mariadb")
    with services.server("MariaDB", given, services.private_mariadb, directory, ci=ci) as url:
        yield url


@pytest.fixture
def mariadb_url(mariadb_server: str) -> Iterator[str]:
    """A fresh MariaDB database."""
    with services.fresh_database(mariadb_server) as url:
        yield url


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite store that nobody writes to: a copy takes a hundredth of the time."""
    path = tmp_path_factory.mktemp("migrated") / "store.db"
    _migrate(f"sqlite:///{path}")
    return path


@pytest.fixture
def database_url(migrated: Path, tmp_path: Path) -> str:
    """A migrated SQLite database for Schemalore's own data."""
    return f"sqlite:///{shutil.copy(migrated, tmp_path / 'store.db')}"


@pytest.fixture(scope="session")
def migrated_postgres(postgres_server: str) -> Iterator[str]:
    """The name of a migrated PostgreSQL store that nobody writes to."""
    with services.fresh_database(postgres_server) as url:
        _migrate(url)
        yield sa.make_url(url).database or ""


@pytest.fixture
def postgres_store_url(postgres_server: str, migrated_postgres: str) -> Iterator[str]:
    """A migrated PostgreSQL database for Schemalore's own data."""
    with services.fresh_database(postgres_server, like=migrated_postgres) as url:
        yield url


@pytest.fixture
def store(database_url: str) -> Iterator[database.Database]:
    """The opened database of Schemalore's own data."""
    opened = database.connect(database_url)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[local.Stack]:
    """All processes, in a data directory of their own, without a model server."""
    directory = tmp_path_factory.mktemp("stack")
    # Nothing listens on port 9: the structural engine writes, whatever this machine runs.
    environ = {
        "OLLAMA_HOST": "http://127.0.0.1:9",
        "GENERATE_RATE_LIMIT": "10000/minute",
        "LOGIN_RATE_LIMIT": "10000/minute",
        "ALLOWED_SQLITE_DIRS": str(directory / "sources"),
    }
    with local.Stack(directory, environ=environ) as running:
        yield running


@pytest.fixture
def person(stack: local.Stack) -> Iterator[people.Person]:
    """Somebody with an account of their own."""
    with people.Person(stack.app_url, stack.relay_url) as signed_up:
        yield signed_up


def _migrate(url: str) -> None:
    opened = database.connect(url)
    upgrade.to_head(opened)
    opened.close()

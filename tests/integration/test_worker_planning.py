"""A planner asks the source's database, and an empty copy where that does not answer."""

import asyncio
import socket
from pathlib import Path

import pytest
import sqlalchemy as sa

from catalog.model import Column, Snapshot, Table
from worker.planning import Place, Planner

pytestmark = pytest.mark.integration

SNAPSHOT = Snapshot(
    dialect="postgresql",
    database="shop",
    tables=(Table(name="orders", columns=(Column(name="id", type="int"),)),),
)
QUERIES = ["SELECT id FROM orders", "SELECT id FROM ghosts"]


def test_asks_the_database_that_the_queries_are_for(postgres_url: str) -> None:
    """A table that is in the snapshot only is missed by the database."""
    verdicts = asyncio.run(Planner(Place(url=postgres_url)).plan(SNAPSHOT, QUERIES))

    assert ["planned by PostgreSQL"] * 2 == [verdict.how for verdict in verdicts]
    assert 'relation "orders" does not exist' in (verdicts[0].problem or "")


def test_tries_a_copy_when_the_database_is_away() -> None:
    """The verdict says so, and nothing fails."""
    place = Place(url="postgresql://a:b@127.0.0.1:9/shop")
    verdicts = asyncio.run(Planner(place).plan(SNAPSHOT, QUERIES))

    assert [None, "There is no table ghosts."] == [verdict.problem for verdict in verdicts]
    assert all(verdict.how.endswith("the database could not be asked") for verdict in verdicts)


def test_does_not_wait_for_a_database_that_is_silent() -> None:
    """Its thread is left alone."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        place = Place(url=f"mysql://a:b@127.0.0.1:{server.getsockname()[1]}/shop")
        planner = Planner(place, patience_seconds=0.5)
        verdicts = asyncio.run(planner.plan(SNAPSHOT, QUERIES))

    assert [None, "There is no table ghosts."] == [verdict.problem for verdict in verdicts]


def test_tries_a_copy_of_what_is_only_text() -> None:
    """A source without a database has its queries planned, too."""
    verdicts = asyncio.run(Planner(None).plan(SNAPSHOT, QUERIES))

    assert "planned on an empty copy" in verdicts[0].how
    assert "could not be asked" not in verdicts[0].how


def test_tries_a_copy_of_what_the_user_may_not_read(postgres_url: str, tmp_path: Path) -> None:
    """The database says nothing of the query, so the copy does."""
    role = f"reader_{tmp_path.name.replace('-', '_')}_{id(tmp_path)}"
    url = sa.make_url(postgres_url)
    engine = sa.create_engine(url.set(drivername="postgresql+psycopg"), poolclass=sa.NullPool)
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE orders (id INT)")
        connection.exec_driver_sql(f"CREATE ROLE \"{role}\" LOGIN PASSWORD 'x'")
    try:
        theirs = url.set(username=role, password="x").render_as_string(hide_password=False)
        verdicts = asyncio.run(Planner(Place(url=theirs)).plan(SNAPSHOT, QUERIES[:1]))
    finally:
        with engine.begin() as connection:
            connection.exec_driver_sql(f'DROP ROLE "{role}"')

    assert verdicts[0].problem is None
    assert "the database could not be asked" in verdicts[0].how

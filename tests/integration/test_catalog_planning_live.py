"""Queries planned by the databases that they are for, which run nothing of them."""

import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa

from catalog.model import Column, Snapshot, Table
from catalog.planning import live
from catalog.planning.verdicts import Verdict
from catalog.readers import errors
from catalog.readers import live as reading

pytestmark = pytest.mark.integration

DDL = """
CREATE TABLE customers (id INT PRIMARY KEY, name VARCHAR(40), born DATE);
CREATE TABLE orders (id INT PRIMARY KEY, customer_id INT REFERENCES customers (id), total INT)
"""
GOOD = (
    "SELECT c.name, SUM(o.total) FROM customers c JOIN orders o ON o.customer_id = c.id"
    " GROUP BY c.name"
)
UNKNOWN = "SELECT nickname FROM customers"


def execute(url: str, *statements: str) -> None:
    drivers = {"postgresql": "postgresql+psycopg", "mysql": "mysql+pymysql"}
    parsed = sa.make_url(url)
    name = drivers[parsed.get_backend_name()]
    engine = sa.create_engine(parsed.set(drivername=name), poolclass=sa.NullPool)
    with engine.begin() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)


def pretending(snapshot: Snapshot) -> Snapshot:
    """The snapshot as it would be if a table had been dropped after it was read."""
    gone = Table(name="gone", columns=(Column(name="id", type="int"),))
    return Snapshot(
        dialect=snapshot.dialect, database=snapshot.database, tables=(*snapshot.tables, gone)
    )


@pytest.fixture
def postgres(postgres_url: str) -> str:
    execute(postgres_url, *DDL.split(";\n"))
    return postgres_url


@pytest.fixture
def mariadb(mariadb_url: str) -> str:
    execute(mariadb_url, *DDL.split(";\n"))
    return mariadb_url


class TestPostgresql:
    def test_says_what_it_would_say(self, postgres: str) -> None:
        """Right queries pass; wrong types, wrong groups and dropped tables do not."""
        found = live.plan(
            postgres,
            [
                GOOD,
                "SELECT name FROM customers WHERE born > 7",
                "SELECT name, COUNT(*) FROM customers",
                "SELECT id FROM gone",
                UNKNOWN,
                GOOD,
            ],
            pretending(reading.read(postgres)),
        )

        assert Verdict(how="planned by PostgreSQL") == found[0] == found[5]
        problems = [verdict.problem or "" for verdict in found]
        assert "operator does not exist" in problems[1]
        assert "must appear in the GROUP BY" in problems[2]
        assert 'relation "gone" does not exist' in problems[3]
        assert problems[4].startswith("A column does not exist")

    def test_runs_and_writes_nothing(self, postgres: str) -> None:
        """A function that writes, and is said to be immutable, is stopped by the transaction."""
        execute(
            postgres,
            "CREATE TABLE written (id INT)",
            "CREATE FUNCTION writing(INT) RETURNS TEXT LANGUAGE plpgsql AS"
            " $$BEGIN INSERT INTO written VALUES ($1); RETURN 'x'; END$$",
            "CREATE FUNCTION public.lower(INT) RETURNS TEXT IMMUTABLE LANGUAGE plpgsql AS"
            " $$BEGIN RETURN writing($1); END$$",
        )
        (found,) = live.plan(postgres, ["SELECT lower(1)"], reading.read(postgres))
        engine = sa.create_engine(sa.make_url(postgres).set(drivername="postgresql+psycopg"))
        with engine.connect() as connection:
            rows = connection.exec_driver_sql("SELECT count(*) FROM written").scalar()
        engine.dispose()

        assert not found.tried
        assert 0 == rows

    def test_gives_up_on_what_takes_long_every_time(self, postgres: str) -> None:
        """A slow query tells nothing; the limit holds after a refused one, too."""
        execute(
            postgres,
            "CREATE FUNCTION public.lower(INT) RETURNS TEXT IMMUTABLE LANGUAGE plpgsql AS"
            " $$BEGIN PERFORM pg_sleep(20); RETURN 'x'; END$$",
        )
        began = time.monotonic()
        refused, slow = live.plan(
            postgres,
            ["SELECT COUNT(*), name FROM customers", "SELECT lower(1)"],
            reading.read(postgres),
            statement_timeout_seconds=1,
        )

        assert refused.problem
        assert not slow.tried
        assert time.monotonic() - began < 10

    def test_plans_one_statement_at_most(self, postgres: str) -> None:
        """What the server reads as two statements, whatever we take it for, it does not take."""
        execute(postgres, "CREATE TABLE kept (id INT)")
        name = sa.make_url(postgres).database
        execute(postgres, f'ALTER DATABASE "{name}" SET standard_conforming_strings = off')
        # For that server the backslash escapes the quote, and what we take for a text is SQL.
        sql = (
            r"SELECT '\', '; COMMIT; SET default_transaction_read_only = off; COMMIT;"
            " DROP TABLE kept; COMMIT; -- '"
        )
        (found,) = live.plan(postgres, [sql], reading.read(postgres))

        assert found.problem
        assert "kept" in [table.id for table in reading.read(postgres).tables]

    def test_tells_a_forbidden_table_from_a_wrong_query(self, postgres: str) -> None:
        """Who may not read a table learns nothing of the query from the database."""
        snapshot = reading.read(postgres)
        role = f"reader_{time.monotonic_ns()}"
        execute(postgres, f"CREATE ROLE {role} LOGIN PASSWORD 'x'")
        try:
            url = sa.make_url(postgres).set(username=role, password="x")
            found = live.plan(url.render_as_string(hide_password=False), [GOOD], snapshot)
        finally:
            execute(postgres, f"DROP ROLE {role}")

        assert [False] == [verdict.tried for verdict in found]

    def test_is_an_error_when_nobody_answers(self, postgres: str) -> None:
        """The caller decides what to do without a database."""
        url = sa.make_url(postgres).set(port=9).render_as_string(hide_password=False)

        with pytest.raises(errors.UnreachableError):
            live.plan(url, [GOOD], reading.read(postgres))


class TestMariadb:
    def test_says_what_it_would_say(self, mariadb: str) -> None:
        """Right queries pass; dropped tables and wrong calls do not."""
        found = live.plan(
            mariadb,
            [
                GOOD,
                "SELECT id FROM gone",
                "SELECT name FROM customers HAVING COUNT(*) > LEFT(name)",
            ],
            pretending(reading.read(mariadb)),
        )

        assert Verdict(how="planned by MariaDB") == found[0]
        assert "gone' doesn't exist" in (found[1].problem or "")
        assert found[2].problem

    def test_plans_one_statement_at_most(self, mariadb: str) -> None:
        """With other rules for backslashes the server would see two statements, and takes none."""
        execute(mariadb, "CREATE TABLE kept (id INT)")
        sql = 'SELECT "\\"; DROP TABLE kept; -- " AS x'
        found = live.plan(mariadb, [sql, "SELECT '\\'; DROP TABLE kept; -- ' AS x"],
                          reading.read(mariadb))  # fmt: skip

        assert 2 == len(found)
        assert "kept" in [table.id for table in reading.read(mariadb).tables]


class TestSqlite:
    def test_says_what_it_would_say(self, tmp_path: Path) -> None:
        """Right queries pass; dropped tables, wrong calls and locks do not."""
        path = tmp_path / "shop.db"
        with closing(sqlite3.connect(path)) as connection:
            connection.executescript(DDL)
        url = f"sqlite:///{path}"
        snapshot = pretending(reading.read(url, allowed_directories=(tmp_path,)))
        queries = [GOOD, "SELECT id FROM gone", "SELECT to_char(born, 'YYYY') FROM customers"]
        found = live.plan(url, queries, snapshot, allowed_directories=(tmp_path,))

        assert Verdict(how="planned by SQLite") == found[0]
        assert "The database refuses it: no such table: gone" == found[1].problem
        assert "The database refuses it: no such function: to_char" == found[2].problem

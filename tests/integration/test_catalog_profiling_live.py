"""What a profile takes from real databases, what it costs them, and what it leaves alone."""

import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa

from catalog.model import Snapshot
from catalog.profile import ColumnProfile, Level, Profile, TableProfile
from catalog.profiling import live as profiling
from catalog.profiling import sampling
from catalog.profiling.live import Wanted
from catalog.readers import live
from catalog.structure import analysis
from tests.live_databases import execute, queries_counted

pytestmark = pytest.mark.integration

SECRET = "anna.geheim"
#: Of every database: 600 rows; `x1` holds addresses of people though nothing says so.
TABLES = """
CREATE TABLE {orders} (id INT PRIMARY KEY, status VARCHAR(20), order_ref VARCHAR(20),
    email VARCHAR(80), x1 VARCHAR(80), note VARCHAR(80), unit VARCHAR(10));
CREATE TABLE customers (id INT PRIMARY KEY, nick VARCHAR(80), ward VARCHAR(80), tier VARCHAR(9));
CREATE INDEX by_status ON {orders} (status);
INSERT INTO {orders} WITH RECURSIVE n (i) AS
    (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 600)
    SELECT i, {status}, concat('DE-', 1000 + i), concat('{secret}', i, '@example.org'),
    concat('{secret}', i, '@example.org'), concat('{secret} ', i), {unit} FROM n;
INSERT INTO customers WITH RECURSIVE n (i) AS
    (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 600)
    SELECT i, '{secret}', '{secret}', 'gold' FROM n;
"""
SLOW_VIEW = """
CREATE VIEW orders AS SELECT id, status, order_ref, x1,
    (WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 99999999)
     SELECT max(i) FROM n) AS unit FROM kept
"""
STATUS = "CASE WHEN i % 4 = 0 THEN NULL WHEN i % 4 = 1 THEN 'paid' ELSE 'new' END"
UNIT = "CASE WHEN i % 2 = 0 THEN 'KG' ELSE 'PCS' END"


def script(orders: str) -> str:
    return TABLES.format(orders=orders, status=STATUS, unit=UNIT, secret=SECRET)


def read(
    url: str, level: Level, *, folder: Path | None = None, seconds: float = 10
) -> tuple[Snapshot, Profile]:
    directories = (folder,) if folder else ()
    snapshot = live.read(url, allowed_directories=directories)
    roles = analysis.analyse(snapshot).roles
    profile = profiling.read(
        url,
        Wanted(snapshot=snapshot, roles=roles, level=level),
        allowed_directories=directories,
        seconds=seconds,
    )
    return snapshot, profile


def sqlite_file(folder: Path, ddl: str) -> str:
    file = folder / "shop.db"
    with closing(sqlite3.connect(file)) as connection:
        connection.create_function("concat", -1, lambda *parts: "".join(map(str, parts)))
        connection.executescript(ddl)
        connection.commit()
    return f"sqlite:///{file}"


def told(profile: Profile, table: str) -> TableProfile:
    return next(each for each in profile.tables if each.id == table)


def check_shapes(profile: Profile) -> None:
    """What every database tells of the tables above at the level of shapes."""
    orders = told(profile, "orders")
    assert ("new", "paid") == profile.column("orders", "status").codes
    assert ("KG", "PCS") == profile.column("orders", "unit").codes
    assert ("AA-9999",) == profile.column("orders", "order_ref").shapes
    assert 600 == orders.sampled_rows
    assert {"status", "order_ref", "x1", "unit"} == set(orders.sampled_columns)
    assert {"email", "x1"} == set(orders.withheld)
    assert {"id", "nick", "ward", "tier"} == set(told(profile, "customers").withheld)
    assert SECRET not in repr(profile)
    assert () == profile.unread


class TestPostgresql:
    def test_reads_the_statistics_of_the_last_analyze(self, postgres_url: str) -> None:
        """Shares of nulls and counts of values, in one query, of all schemas."""
        execute(postgres_url, "CREATE SCHEMA sales;\n" + script("sales.orders") + "ANALYZE;\n")
        with queries_counted() as queries:
            _, profile = read(postgres_url, "statistics")

        status = ColumnProfile(name="status", null_share=0.25, distinct=2)
        assert status == profile.column("sales.orders", "status")
        assert 600 == profile.column("sales.orders", "id").distinct
        assert 1 == profile.column("customers", "nick").distinct
        assert 1 == sum("pg_stats" in query for query in queries)
        own = [query for query in queries if "LIMIT" in query or "count(" in query.lower()]
        assert [] == own
        assert SECRET not in repr(profile)

    def test_knows_nothing_of_what_was_never_analysed(self, postgres_url: str) -> None:
        """No statistics, no guess: nothing is computed for want of them."""
        execute(postgres_url, script("orders"))

        assert () == read(postgres_url, "statistics")[1].tables

    def test_tells_masks_and_codes(self, postgres_url: str) -> None:
        """One query for each table that has something to tell; statistics are there, too."""
        execute(postgres_url, script("orders") + "ANALYZE;\n")
        with queries_counted() as queries:
            _, profile = read(postgres_url, "shapes")

        check_shapes(profile)
        assert 0.25 == profile.column("orders", "status").null_share
        assert 1 == sum("substr(" in query for query in queries)

    def test_costs_a_large_table_no_more(self, postgres_url: str) -> None:
        """Of a million rows some thousand are read, from all over the table, always the same."""
        execute(
            postgres_url,
            "CREATE UNLOGGED TABLE big (id int, status text, pad text);\n"
            "INSERT INTO big SELECT i, CASE WHEN i < 900000 THEN 'old' ELSE 'new' END,"
            " repeat('x', 60) FROM generate_series(1, 1000000) i;\nANALYZE big;\n",
        )
        began = time.monotonic()
        snapshot, profile = read(postgres_url, "shapes")
        seconds = time.monotonic() - began

        assert (snapshot.tables[0].row_estimate or 0) > 900_000
        assert 0 < told(profile, "big").sampled_rows <= 2 * sampling.ROWS
        assert ("new", "old") == profile.column("big", "status").codes
        assert profile == read(postgres_url, "shapes")[1]
        assert seconds < 2

    def test_does_not_wait_for_a_locked_table(self, postgres_url: str) -> None:
        """It says which tables it could not see, and looks at the others."""
        execute(
            postgres_url,
            script("orders") + "CREATE TABLE a_locked (id int, status text);\n"
            "CREATE TABLE b_locked (id int, status text);\n",
        )
        snapshot = live.read(postgres_url)
        wanted = Wanted(snapshot=snapshot, roles=analysis.analyse(snapshot).roles, level="shapes")
        driver = sa.make_url(postgres_url).set(drivername="postgresql+psycopg")
        engine = sa.create_engine(driver, poolclass=sa.NullPool)
        with engine.begin() as connection:
            connection.exec_driver_sql("LOCK TABLE a_locked, b_locked IN ACCESS EXCLUSIVE MODE")
            began = time.monotonic()
            profile = profiling.read(postgres_url, wanted)
            seconds = time.monotonic() - began

        assert ["values of a_locked", "values of b_locked"] == [
            each.what for each in profile.unread
        ]
        assert ("new", "paid") == profile.column("orders", "status").codes
        assert seconds < 2 * profiling.STATEMENT_SECONDS + 2

    def test_begins_no_table_when_its_time_is_over(self, postgres_url: str) -> None:
        """What was left out is named; statistics are there all the same."""
        execute(postgres_url, script("orders") + "ANALYZE;\n")
        with queries_counted() as queries:
            _, profile = read(postgres_url, "shapes", seconds=-1)

        assert ["values of orders"] == [each.what for each in profile.unread]
        assert 0.25 == profile.column("orders", "status").null_share
        assert not any("substr(" in query for query in queries)

    def test_says_what_it_may_not_see(self, postgres_url: str) -> None:
        """A user without SELECT on a table gets neither its values nor its statistics."""
        role = f"reader_{time.monotonic_ns()}"
        execute(
            postgres_url,
            script("orders") + f"ANALYZE;\nCREATE ROLE {role} LOGIN PASSWORD 'x';\n",
        )
        theirs = sa.make_url(postgres_url).set(username=role, password="x")
        try:
            _, profile = read(theirs.render_as_string(hide_password=False), "shapes")
        finally:
            execute(postgres_url, f"DROP ROLE {role};\n")

        assert ["values of orders"] == [each.what for each in profile.unread]
        assert ColumnProfile(name="status") == profile.column("orders", "status")

    def test_reads_hostile_names(self, postgres_url: str) -> None:
        """Names are quoted, whatever they hold."""
        execute(
            postgres_url,
            'CREATE SCHEMA "s ""; x";\n'
            'CREATE TABLE "s ""; x"."t %s :a ""--" ("status" text, "st%s :b "" type" text);\n'
            'INSERT INTO "s ""; x"."t %s :a ""--" SELECT \'A1\', \'B2\''
            " FROM generate_series(1, 5);\n",
        )
        snapshot, profile = read(postgres_url, "shapes")
        (table,) = snapshot.tables

        assert [("A1",), ("B2",)] == [
            profile.column(table.id, column.name).codes for column in table.columns
        ]
        assert () == profile.unread


class TestMariadb:
    def test_reads_the_cardinality_of_indexes(self, mariadb_url: str) -> None:
        """One query, of what the server keeps; columns without an index are not known."""
        execute(mariadb_url, script("orders") + "ANALYZE TABLE orders;\n")
        with queries_counted() as queries:
            _, profile = read(mariadb_url, "statistics")

        assert 600 == profile.column("orders", "id").distinct
        assert profile.column("orders", "status").distinct in {2, 3}  # null may count as a value
        assert ColumnProfile(name="unit") == profile.column("orders", "unit")
        assert 1 == sum("CARDINALITY" in query for query in queries)

    def test_tells_masks_and_codes(self, mariadb_url: str) -> None:
        """As everywhere."""
        execute(mariadb_url, script("orders"))
        with queries_counted() as queries:
            _, profile = read(mariadb_url, "shapes")

        check_shapes(profile)
        assert 1 == sum("substr(" in query for query in queries)


class TestSqlite:
    def test_reads_what_analyze_left(self, tmp_path: Path) -> None:
        """From sqlite_stat1; a file that was never analysed has none."""
        url = sqlite_file(tmp_path, script("orders"))
        before = read(url, "statistics", folder=tmp_path)[1]
        with closing(sqlite3.connect(tmp_path / "shop.db")) as connection:
            connection.execute("ANALYZE")
        profile = read(url, "statistics", folder=tmp_path)[1]

        assert () == before.tables
        assert 600 == profile.column("orders", "id").distinct
        assert profile.column("orders", "status").distinct in {2, 3}

    def test_tells_masks_and_codes(self, tmp_path: Path) -> None:
        """As everywhere."""
        url = sqlite_file(tmp_path, script("orders"))

        check_shapes(read(url, "shapes", folder=tmp_path)[1])

    def test_interrupts_a_table_that_takes_too_long(self, tmp_path: Path) -> None:
        """A column that computes for long is left when the time is over."""
        url = sqlite_file(tmp_path, script("orders"))
        snapshot = live.read(url, allowed_directories=(tmp_path,))
        wanted = Wanted(snapshot=snapshot, roles=analysis.analyse(snapshot).roles, level="shapes")
        with closing(sqlite3.connect(tmp_path / "shop.db")) as connection:
            connection.execute("ALTER TABLE orders RENAME TO kept")
            connection.execute(SLOW_VIEW)
        began = time.monotonic()
        profile = profiling.read(url, wanted, allowed_directories=(tmp_path,), seconds=0.3)

        assert ["values of orders"] == [each.what for each in profile.unread]
        assert time.monotonic() - began < 3


def test_nothing_is_asked_at_the_level_none(postgres_url: str) -> None:
    """Not even a connection is made."""
    execute(postgres_url, script("orders"))
    snapshot = live.read(postgres_url)
    with queries_counted() as queries:
        profile = profiling.read(postgres_url, Wanted(snapshot=snapshot, roles={}, level="none"))

    assert (Profile(), []) == (profile, queries)

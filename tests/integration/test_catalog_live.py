"""What a live read takes from a real PostgreSQL."""

from pathlib import Path

import psycopg
import pytest

from catalog.model import Column, Snapshot
from catalog.readers import errors, live
from tests.live_databases import execute, named, queries_counted, refused_write

pytestmark = pytest.mark.integration

POSTGRESQL = """
CREATE EXTENSION IF NOT EXISTS pg_stat_statements;
CREATE SCHEMA hr;
CREATE TYPE mood AS ENUM ('glad', 'sad');
CREATE TYPE hr.point3 AS (x int, y int, z int);
CREATE DOMAIN email AS text CHECK (VALUE LIKE '%@%');
CREATE TABLE hr.person (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, place hr.point3,
    address email NOT NULL, mood mood DEFAULT 'glad', tags text[], price numeric(10, 2),
    size text CHECK (size IN ('s', 'm')), born timestamp with time zone,
    UNIQUE (address, size));
CREATE TABLE "Odd Name" (id int, "person Id" bigint REFERENCES hr.person (id),
    boss int, CONSTRAINT positive CHECK (id > 0), PRIMARY KEY (id));
ALTER TABLE "Odd Name" ADD FOREIGN KEY (boss) REFERENCES "Odd Name" (id);
COMMENT ON TABLE hr.person IS 'it''s people';
COMMENT ON COLUMN hr.person.born IS 'birthday';
CREATE INDEX by_lower ON hr.person (lower(size), born);
CREATE UNIQUE INDEX glad_only ON hr.person (born) WHERE mood = 'glad';
CREATE TABLE event (id int, at date NOT NULL) PARTITION BY RANGE (at);
CREATE TABLE event_1 PARTITION OF event FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
CREATE TABLE hr.event_2 PARTITION OF event FOR VALUES FROM ('2021-01-01') TO ('2023-01-01')
    PARTITION BY LIST (id);
CREATE TABLE event_3 PARTITION OF hr.event_2 FOR VALUES IN (1);
CREATE TABLE sale (id int PRIMARY KEY, buyer bigint REFERENCES hr.person (id));
CREATE TABLE sale_old (CHECK (id < 9), FOREIGN KEY (buyer) REFERENCES hr.person (id))
    INHERITS (sale);
CREATE TABLE sale_web (address text) INHERITS (sale);
CREATE TABLE log_2 (id int, at date);
CREATE TABLE log_10 (id int, at date);
CREATE TABLE log_1 (id int, at date);
CREATE VIEW glad AS SELECT id, address FROM hr.person WHERE mood = 'glad';
CREATE MATERIALIZED VIEW counted AS WITH event_3 AS (SELECT 1)
    SELECT count(*) AS n FROM hr.person, event_1, (SELECT 1 FROM glad) g;
INSERT INTO "Odd Name" SELECT n FROM generate_series(1, 7) n;
INSERT INTO event VALUES (1, '2020-02-02'), (1, '2021-02-02');
INSERT INTO sale VALUES (1), (2);
INSERT INTO sale_old VALUES (3);
INSERT INTO log_2 VALUES (3);
ANALYZE "Odd Name";
ANALYZE event_1;
ANALYZE event_3;
ANALYZE sale;
ANALYZE sale_old;
ANALYZE log_2;
"""


class TestPostgresql:
    @pytest.fixture
    def snapshot(self, postgres_url: str) -> Snapshot:
        """A database with what reflection finds hard."""
        execute(postgres_url, POSTGRESQL)
        return live.read(postgres_url)

    def test_reads_all_schemas_but_the_system_s(self, snapshot: Snapshot) -> None:
        """Names of the default schema stand alone; partitions and extensions are left out."""
        expected = [
            "Odd Name",
            "counted",
            "event",
            "glad",
            "hr.person",
            "log_1",
            "sale",
            "sale_web",
        ]
        assert expected == [table.id for table in snapshot.tables]
        assert ("postgresql", ()) == (snapshot.dialect, snapshot.unread)

    def test_prints_types_as_the_database_does(self, snapshot: Snapshot) -> None:
        """Types that SQLAlchemy does not know are read without a warning."""
        table = snapshot.table("hr.person")

        expected = [
            "bigint",
            "hr.point3",
            "email",
            "mood",
            "text[]",
            "numeric(10,2)",
            "text",
            "timestamp with time zone",
        ]
        assert expected == [column.type for column in table.columns]
        assert ("glad", "sad") == table.column("mood").enum
        assert ("s", "m") == table.column("size").enum
        assert Column(
            name="born", type="timestamp with time zone", comment="birthday"
        ) == table.column("born")

    def test_reads_keys_across_schemas(self, snapshot: Snapshot) -> None:
        """Odd names and self-references included."""
        table = snapshot.table("Odd Name")

        targets = {(key.columns, key.target, key.target_columns) for key in table.foreign_keys}
        expected = {(("person Id",), "hr.person", ("id",)), (("boss",), "Odd Name", ("id",))}
        assert expected == targets
        assert ("id",) == table.primary_key
        assert ["id > 0"] == [check.condition for check in table.checks]

    def test_reads_indexes_and_unique_keys(self, snapshot: Snapshot) -> None:
        """An index over some of the rows makes nothing unique."""
        table = snapshot.table("hr.person")

        assert [("address", "size")] == [key.columns for key in table.unique_keys]
        found = {index.name: index.columns for index in table.indexes}
        assert {"by_lower": ("lower(size)", "born"), "glad_only": ("born",)} == found

    def test_reads_comments_views_and_statistics(self, snapshot: Snapshot) -> None:
        """Row counts come from the last ANALYZE, or not at all."""
        assert "it's people" == snapshot.table("hr.person").comment
        assert (7, None) == (
            snapshot.table("Odd Name").row_estimate,
            snapshot.table("hr.person").row_estimate,
        )
        view = snapshot.table("glad")
        assert ("view", 2) == (view.kind, len(view.columns))
        assert "hr.person" in (view.definition or "")

    def test_puts_parts_together(self, snapshot: Snapshot) -> None:
        """Partitions of partitions, INHERITS children without columns of their own, and shards."""
        event, log = snapshot.table("event"), snapshot.table("log_1")
        sale, more = snapshot.table("sale"), snapshot.table("sale_web")

        assert (("event_1", "event_3", "hr.event_2"), 2) == (event.members, event.row_estimate)
        assert (("sale_old",), 3, 1) == (sale.members, sale.row_estimate, len(sale.foreign_keys))
        assert ((), 0) == (more.members, len(more.foreign_keys))
        assert (("log_1", "log_2", "log_10"), "log_*", 1) == (
            log.members,
            log.family,
            log.row_estimate,
        )

    def test_knows_what_views_read(self, snapshot: Snapshot) -> None:
        """As the database tells it: a partition means its table, a name in the query nothing."""
        glad, counted = snapshot.table("glad"), snapshot.table("counted")

        assert (("hr.person",), False) == (glad.sources, glad.materialized)
        assert (("event", "glad", "hr.person"), True) == (counted.sources, counted.materialized)

    def test_needs_few_queries_and_counts_no_rows(
        self, postgres_url: str, shared_data: Path
    ) -> None:
        """876 tables take as many queries as one."""
        folder = shared_data / "schemas" / "spider-union"
        with psycopg.connect(postgres_url) as connection:
            for name in ("spider_union_tables.sql", "spider_union_fks_pg.sql"):
                connection.execute((folder / name).read_bytes())
        with queries_counted() as queries:
            snapshot = live.read(postgres_url)

        tables = snapshot.tables
        assert (876, 4503) == (len(tables), sum(len(table.columns) for table in tables))
        assert 699 == sum(len(table.foreign_keys) for table in tables)
        assert len(queries) < 15
        assert not [query for query in queries if "count(" in query.lower()]

    def test_opens_a_session_that_cannot_write(self, postgres_url: str) -> None:
        """The database itself refuses, and queries end after a while."""
        execute(postgres_url, "CREATE TABLE a (b int)")
        with queries_counted() as queries:
            live.read(postgres_url)

        assert any("statement_timeout" in query for query in queries)
        assert "SQLSTATE 25006" in refused_write(postgres_url)  # read_only_sql_transaction

    def test_follows_keys_from_schema_to_schema(self, postgres_url: str) -> None:
        """Also to the default one, where a table of the same name stands beside the key."""
        execute(
            postgres_url,
            """
            CREATE SCHEMA hr;
            CREATE TABLE person (id int PRIMARY KEY);
            CREATE TABLE hr.person (id int PRIMARY KEY REFERENCES public.person);
            CREATE TABLE hr.place (person int REFERENCES hr.person, site int REFERENCES person);
            CREATE TABLE place (person int REFERENCES hr.person);
            """,
        )

        snapshot = live.read(postgres_url)

        keys = [(t.id, k.columns[0], k.target) for t in snapshot.tables for k in t.foreign_keys]
        assert [
            ("hr.person", "id", "person"),
            ("hr.place", "person", "hr.person"),
            ("hr.place", "site", "person"),
            ("place", "person", "hr.person"),
        ] == sorted(keys)
        assert () == snapshot.unread

    def test_finds_no_tables(self, postgres_url: str) -> None:
        """An empty database is an error of its own."""
        with pytest.raises(errors.EmptySchemaError) as caught:
            live.read(postgres_url)

        assert "schema_empty" == caught.value.code

    def test_is_refused_a_missing_database(self, postgres_server: str) -> None:
        """The server answered; the remedy is the name, and no password is repeated."""
        with pytest.raises(errors.RefusedError) as caught:
            live.read(named(postgres_server, "no_such_database", password="s3cr3t"))

        assert "does not exist" in caught.value.message
        assert "s3cr3t" not in f"{caught.value!r}{caught.value.remedy}"
        assert caught.value.__cause__ is None

    def test_lends_nothing_of_its_own_environment(
        self, postgres_url: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Libpq would take from it what the URL does not say."""
        execute(postgres_url, POSTGRESQL)
        for name, value in {
            "PGHOSTADDR": "192.0.2.1",
            "PGOPTIONS": "-c no_such_setting=1",
            "PGUSER": "nobody",
            "PGDATABASE": "none",
            "PGGSSENCMODE": "require",
        }.items():
            monkeypatch.setenv(name, value)

        assert "hr.person" in [table.id for table in live.read(postgres_url).tables]

    def test_counts_the_tables_before_it_reads_them(self, postgres_url: str) -> None:
        """Both numbers are told."""
        execute(postgres_url, POSTGRESQL)
        with pytest.raises(errors.RefusedError, match=r"tables and views; at most 2 are"):
            live.read(postgres_url, limit_tables=2)

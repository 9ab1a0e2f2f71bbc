"""What a live read takes from real databases, and how it fails."""

import socket
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa

from catalog.model import Column, ForeignKey, Snapshot
from catalog.readers import addresses, connections, errors, live

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
MARIADB = """
CREATE TABLE author (id INT UNSIGNED AUTO_INCREMENT PRIMARY KEY, name VARCHAR(40) NOT NULL
    COMMENT 'as printed', kind ENUM('one', 'it''s two') DEFAULT 'one', at POINT,
    changed TIMESTAMP DEFAULT CURRENT_TIMESTAMP, UNIQUE KEY by_name (name)) COMMENT='who writes';
CREATE TABLE book (id INT PRIMARY KEY, author_id INT UNSIGNED NOT NULL, size CHAR(1),
    CHECK (size IN ('s', 'm')), KEY of_author (author_id),
    CONSTRAINT written FOREIGN KEY (author_id) REFERENCES author (id));
CREATE TABLE gone (id INT);
CREATE VIEW names AS SELECT name FROM author;
CREATE VIEW broken AS SELECT id FROM gone;
DROP TABLE gone;
"""
SQLITE = """
CREATE TABLE author (id INTEGER PRIMARY KEY, name VARCHAR(40) NOT NULL COLLATE NOCASE,
    kind TEXT CHECK (kind IN ('a', 'b')), odd FANCY(3), bare, twice INT AS (id * 2));
CREATE TABLE book (id INT, author_id INT REFERENCES Author, title TEXT DEFAULT 'x, y',
    UNIQUE (title), PRIMARY KEY (id));
CREATE INDEX of_author ON book (author_id, lower(title));
CREATE VIRTUAL TABLE search USING fts5(title);
CREATE VIEW titles AS SELECT title FROM book;
CREATE TABLE gone (id INT);
CREATE VIEW broken AS SELECT id FROM gone;
DROP TABLE gone;
INSERT INTO book (id, title) VALUES (1, 'a'), (2, 'b'), (3, 'c');
ANALYZE;
"""


def execute(url: str, script: str) -> None:
    drivers = {"postgresql": "postgresql+psycopg", "mysql": "mysql+pymysql"}
    parsed = sa.make_url(url)
    engine = sa.create_engine(
        parsed.set(drivername=drivers[parsed.drivername]), poolclass=sa.NullPool
    )
    with engine.begin() as connection:
        for statement in script.split(";\n"):
            if statement.strip():
                connection.exec_driver_sql(statement.replace("%", "%%"))


def named(url: str, database: str, *, password: str | None = None) -> str:
    changed = sa.make_url(url).set(database=database)
    changed = changed.set(password=password) if password else changed
    return changed.render_as_string(hide_password=False)


@contextmanager
def queries_counted() -> Iterator[list[str]]:
    seen: list[str] = []

    def count(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    sa.event.listen(sa.Engine, "before_cursor_execute", count)
    try:
        yield seen
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", count)


def refused_write(url: str, file: Path | None = None) -> str:
    """Try to create a table where a reader reads, and return what the database says."""
    with (
        pytest.raises(errors.RefusedError) as caught,
        connections.open_read_only(
            addresses.parse(url), file=file, connect_timeout_seconds=5, read_timeout_seconds=5
        ) as connection,
    ):
        connection.exec_driver_sql("CREATE TABLE written (a int)")
    return caught.value.message


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


class TestMariadb:
    @pytest.fixture
    def snapshot(self, mariadb_url: str) -> Snapshot:
        """A small library with a broken view."""
        execute(mariadb_url, MARIADB)
        return live.read(mariadb_url)

    def test_reads_tables_and_views(self, snapshot: Snapshot) -> None:
        """A view of a dropped table stays, as far as it is known."""
        assert ["author", "book", "broken", "names"] == [table.id for table in snapshot.tables]
        assert "mariadb" == snapshot.dialect
        assert "view" == snapshot.table("names").kind
        assert ("author",) == snapshot.table("names").sources
        assert "select" in (snapshot.table("names").definition or "")

    def test_reads_columns_as_the_database_prints_them(self, snapshot: Snapshot) -> None:
        """Enums, comments and defaults included."""
        table = snapshot.table("author")

        assert "int(10) unsigned" == table.column("id").type
        assert Column(
            name="name", type="varchar(40)", nullable=False, comment="as printed"
        ) == table.column("name")
        assert (("one", "it's two"), "'one'") == (
            table.column("kind").enum,
            table.column("kind").default,
        )
        assert "point" == table.column("at").type
        assert "who writes" == table.comment

    def test_reads_keys_checks_and_indexes(self, snapshot: Snapshot) -> None:
        """Each under the name it was declared with."""
        table = snapshot.table("book")

        expected = ForeignKey(
            columns=("author_id",), target="author", target_columns=("id",), name="written"
        )
        assert (expected,) == table.foreign_keys
        assert ("s", "m") == table.column("size").enum
        assert ["of_author"] == [index.name for index in table.indexes]
        unique = snapshot.table("author").unique_keys
        assert [("by_name", ("name",))] == [(key.name, key.columns) for key in unique]

    def test_opens_a_session_that_cannot_write(self, mariadb_url: str) -> None:
        """The database itself refuses."""
        assert "error 1792" in refused_write(mariadb_url)  # read-only transaction

    def test_is_refused_with_a_wrong_password(self, mariadb_url: str) -> None:
        """The password is in no text and no chained error."""
        with pytest.raises(errors.RefusedError) as caught:
            live.read(named(mariadb_url, "mysql", password="s3cr3t"))

        assert "refused the user or password" in caught.value.message
        assert "s3cr3t" not in f"{caught.value!r}{caught.value.remedy}"
        assert caught.value.__cause__ is None
        assert caught.value.__suppress_context__

    def test_is_refused_a_missing_database(self, mariadb_server: str) -> None:
        """The remedy is the name."""
        with pytest.raises(errors.RefusedError) as caught:
            live.read(named(mariadb_server, "no_such_database"))

        assert "does not exist" in caught.value.message


class TestSqlite:
    @pytest.fixture
    def file(self, tmp_path: Path) -> Path:
        """A file with what SQLite lets pass."""
        path = tmp_path / "books.db"
        with closing(sqlite3.connect(path)) as connection:
            connection.executescript(SQLITE)
        return path

    @pytest.fixture
    def snapshot(self, file: Path) -> Snapshot:
        """The file as a reader sees it."""
        return live.read(f"sqlite:///{file}", allowed_directories=(file.parent,))

    def test_reads_what_is_declared(self, snapshot: Snapshot) -> None:
        """Types stay as written, however unknown; inner tables of an index are left out."""
        assert ["author", "book", "search", "titles"] == [table.id for table in snapshot.tables]
        assert ("book",) == snapshot.table("titles").sources
        types = [column.type for column in snapshot.table("author").columns]
        assert ["INTEGER", "VARCHAR(40)", "TEXT", "FANCY(3)", "", "INT"] == types
        assert ("a", "b") == snapshot.table("author").column("kind").enum
        assert [False, False, True] == [
            column.nullable for column in snapshot.table("author").columns[:3]
        ]
        assert snapshot.table("book").column("id").nullable  # no alias of the row's number

    def test_resolves_keys_regardless_of_case(self, snapshot: Snapshot) -> None:
        """A reference without columns means the primary key."""
        book = snapshot.table("book")

        expected = ForeignKey(columns=("author_id",), target="author", target_columns=("id",))
        assert (expected,) == book.foreign_keys
        assert [("title",)] == [key.columns for key in book.unique_keys]
        assert 3 == book.row_estimate

    def test_reports_what_it_cannot_take_in(self, snapshot: Snapshot) -> None:
        """A broken view, and what SQLAlchemy would only warn about; the rest is read."""
        assert ["view broken", "a detail of the schema"] == [u.what for u in snapshot.unread]
        assert "expression-based index of_author" in snapshot.unread[1].reason

    def test_leaves_the_file_as_it_is(self, file: Path) -> None:
        """Not even the time of its last change is another one."""
        before = (file.read_bytes(), file.stat().st_mtime_ns)
        live.read(f"sqlite:///{file}", allowed_directories=(file.parent,))

        assert "readonly" in refused_write(f"sqlite:///{file}", file)
        assert before == (file.read_bytes(), file.stat().st_mtime_ns)
        assert [file] == list(file.parent.iterdir())

    def test_reads_a_file_that_another_program_writes(self, file: Path) -> None:
        """A writer in WAL mode does not stop the reader."""
        with closing(sqlite3.connect(file)) as writer:
            writer.execute("PRAGMA journal_mode = WAL")
            writer.execute("BEGIN IMMEDIATE")
            writer.execute("CREATE TABLE uncommitted (a INT)")
            snapshot = live.read(f"sqlite:///{file}", allowed_directories=(file.parent,))

        assert "uncommitted" not in [table.id for table in snapshot.tables]

    def test_counts_the_tables_before_it_reads_them(self, file: Path) -> None:
        """Both numbers are told."""
        with pytest.raises(errors.RefusedError, match=r"tables and views; at most 1 are"):
            live.read(f"sqlite:///{file}", allowed_directories=(file.parent,), limit_tables=1)


class TestUnreachable:
    @pytest.mark.parametrize("scheme", ["postgresql", "mysql"])
    def test_says_that_nothing_listens(self, scheme: str) -> None:
        """The port is named, the password is not."""
        with socket.socket() as closed:
            closed.bind(("127.0.0.1", 0))
            port = closed.getsockname()[1]
            with pytest.raises(errors.UnreachableError) as caught:
                live.read(f"{scheme}://ann:s3cr3t@127.0.0.1:{port}/shop")

        assert "database_unreachable" == caught.value.code
        assert f"{scheme}://127.0.0.1:{port}/shop" in caught.value.message
        assert "nothing listens" in caught.value.message
        assert "s3cr3t" not in f"{caught.value!r}{caught.value.remedy}"

    @pytest.mark.parametrize("scheme", ["postgresql", "mysql"])
    def test_says_that_the_host_is_unknown(self, scheme: str) -> None:
        """A name that resolves to nothing."""
        with pytest.raises(errors.UnreachableError) as caught:
            live.read(f"{scheme}://ann@no-such-host.invalid/shop", connect_timeout_seconds=2)

        assert caught.value.remedy

    @pytest.mark.parametrize("scheme", ["postgresql", "mysql"])
    @pytest.mark.timeout(60)
    def test_gives_up_on_a_server_that_stays_silent(self, scheme: str) -> None:
        """Something that accepts and never answers must not hold a worker."""
        with socket.socket() as silent:
            silent.bind(("127.0.0.1", 0))
            silent.listen()
            with pytest.raises(errors.UnreachableError) as caught:
                live.read(
                    f"{scheme}://ann@127.0.0.1:{silent.getsockname()[1]}/shop",
                    connect_timeout_seconds=2,
                )

        assert "in time" in caught.value.message

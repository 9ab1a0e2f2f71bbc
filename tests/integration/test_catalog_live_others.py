"""What a live read takes from MariaDB and SQLite, and how one fails that reaches nothing."""

import socket
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from catalog.model import Column, ForeignKey, Snapshot
from catalog.readers import errors, live
from tests.live_databases import execute, named, refused_write

pytestmark = pytest.mark.integration

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

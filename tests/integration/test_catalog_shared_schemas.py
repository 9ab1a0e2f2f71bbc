"""Real schemas, read from their DDL text and from the databases they make."""

import sqlite3
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from catalog import fingerprints
from catalog.model import Snapshot, Table
from catalog.readers import ddl, live

pytestmark = pytest.mark.integration

Counts = tuple[int, int, int]
SCHEMAS: list[tuple[str, str, Counts]] = [
    ("danbooru/structure.sql", "postgresql", (66, 641, 93)),
    ("northwind/northwind.sql", "postgresql", (14, 92, 13)),
    ("chinook/Chinook_PostgreSql.sql", "postgresql", (11, 64, 11)),
    ("chinook/Chinook_Sqlite.sql", "sqlite", (11, 64, 11)),
    ("sakila/postgres-sakila-schema.sql", "postgresql", (15, 87, 22)),
    ("sakila/mysql-sakila-schema.sql", "mariadb", (16, 89, 22)),
    ("sakila/sqlite-sakila-schema.sql", "sqlite", (16, 89, 22)),
    ("spider-union/spider_union_tables.sql", "sqlite", (876, 4503, 0)),
]

# Indexes over expressions whose inner parentheses PostgreSQL prints otherwise.
SPELLED_APART = {"artists", "user_events"}


def counts(snapshot: Snapshot) -> Counts:
    tables = [table for table in snapshot.tables if table.kind == "table"]
    columns = sum(len(table.columns) for table in tables)
    return len(tables), columns, sum(len(table.foreign_keys) for table in tables)


def references(table: Table) -> set[tuple[object, ...]]:
    return {(key.columns, key.target, key.target_columns) for key in table.foreign_keys}


def assert_alike(written: Snapshot, living: Snapshot) -> None:
    """Compare all that both ways to read must agree on."""
    assert [table.id for table in living.tables] == [table.id for table in written.tables]
    for one, other in zip(living.tables, written.tables, strict=True):
        assert [c.name for c in one.columns] == [c.name for c in other.columns], one.id
        assert one.primary_key == other.primary_key, one.id
        assert references(one) == references(other), one.id
        if one.kind == "table":
            assert [c.nullable for c in one.columns] == [c.nullable for c in other.columns], one.id
        assert (one.members, one.family) == (other.members, other.family), one.id
        assert (one.sources, one.materialized) == (other.sources, other.materialized), one.id


def spelled_apart(written: Snapshot, living: Snapshot) -> set[str]:
    """Return the tables whose fingerprint says which way they were read."""
    pairs = zip(written.tables, living.tables, strict=True)
    return {
        one.id
        for one, other in pairs
        if one.kind == "table" and fingerprints.of_table(one) != fingerprints.of_table(other)
    }


@pytest.fixture
def schemas(shared_data: Path) -> Path:
    """The folder of real schemas."""
    return shared_data / "schemas"


def text(path: Path) -> str:
    return path.read_text(encoding="utf-8-sig")


class TestDdl:
    @pytest.mark.parametrize(("name", "dialect", "expected"), SCHEMAS)
    def test_reads_every_statement(
        self, schemas: Path, name: str, dialect: str, expected: Counts
    ) -> None:
        """Tables, columns and foreign keys as the database itself counts them."""
        snapshot = ddl.read(text(schemas / name), dialect=dialect)

        assert (expected, ()) == (counts(snapshot), snapshot.unread)

    def test_reads_five_megabytes(self, schemas: Path) -> None:
        """Rows included, which are passed over."""
        rows = text(schemas / "chinook" / "Chinook_Sqlite.sql") * 9

        assert (11, 64, 11) == counts(ddl.read(rows[:5_000_000], dialect="sqlite"))


class TestAgreement:
    @pytest.mark.parametrize("name", [name for name, dialect, _ in SCHEMAS if dialect == "sqlite"])
    def test_sqlite_reads_as_written(self, schemas: Path, tmp_path: Path, name: str) -> None:
        """The text and the database it makes have the same schema."""
        script = text(schemas / name)
        path = tmp_path / "loaded.db"
        with closing(sqlite3.connect(path)) as connection:
            connection.executescript(script)

        living = live.read(f"sqlite:///{path}", allowed_directories=(tmp_path,))
        assert_alike(ddl.read(script, dialect="sqlite"), living)

    @pytest.mark.parametrize(
        "name",
        [name for name, dialect, _ in SCHEMAS if dialect == "postgresql" and "Chinook" not in name],
    )
    def test_postgresql_reads_as_written(self, schemas: Path, postgres_url: str, name: str) -> None:
        """The text and the database it makes have the same schema."""
        script = text(schemas / name)
        with psycopg.connect(postgres_url, autocommit=True) as connection:
            connection.execute(script.encode())

        written, living = ddl.read(script, dialect="postgres"), live.read(postgres_url)
        assert_alike(written, living)
        assert spelled_apart(written, living) <= SPELLED_APART

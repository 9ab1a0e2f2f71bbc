"""The comments that are exported, put into real databases and read back."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace

import pytest
import sqlalchemy as sa

from catalog.context import ColumnContext, Context, TableContext, Text, TextSource
from catalog.model import Snapshot
from catalog.readers import live
from catalog.renderings import formats

pytestmark = pytest.mark.integration

#: As names of tables and columns, and as texts; each means something somewhere.
TRAPS = (
    "a'b", 'a"b', "a`b", "a;b", "a--b", "a/*b", "a\\b", "a\\'b", "$$b$$", "E'x'", "%s", "%(x)s",
    ":a", "{{ x }}", "SELECT", "a b", "größe", "表", "a.b", "(a)", "#a", "a\u200bb", "😀",
)  # fmt: skip
HOSTILE = "It's 100 % \\'; DROP TABLE customer; -- \"x\" `y` :z {{ j }} größe"


@contextmanager
def opened(url: str) -> Iterator[sa.Connection]:
    drivers = {"postgresql": "postgresql+psycopg", "mysql": "mysql+pymysql"}
    parsed = sa.make_url(url)
    engine = sa.create_engine(
        parsed.set(drivername=drivers[parsed.get_backend_name()]),
        poolclass=sa.NullPool,
        isolation_level="AUTOCOMMIT",
    )
    with engine.connect() as connection:
        yield connection


def run(connection: sa.Connection, *statements: str) -> None:
    for statement in statements:
        # without parameters a driver leaves percent signs and colons alone
        cursor = connection.connection.cursor()
        cursor.execute(statement)
        cursor.close()


def statements(
    snapshot: Snapshot,
    about: Callable[[str], str] = lambda _name: HOSTILE,
    source: TextSource = "model",
) -> list[str]:
    def text(name: str) -> Text:
        return Text(text=about(name), source=source, confidence="low")

    written = Context(
        database=snapshot.database, dialect=snapshot.dialect, engine="ollama", model="m",
        language="en", description="", summary="", insights=(), prompts=(), domains=(),
        tables=tuple(
            TableContext(
                id=table.id,
                description=text(table.id),
                domain=None,
                columns=tuple(
                    ColumnContext(
                        name=column.name,
                        description=text(f"{table.id}.{column.name}"),
                        role="other",
                    )
                    for column in table.columns
                ),
            )
            for table in snapshot.tables
        ),
    )  # fmt: skip
    lines = formats.render("comments", snapshot, written).text.splitlines()
    return [line for line in lines if line and not line.startswith("--")]


def comments(snapshot: Snapshot) -> Mapping[str, str | None]:
    found = {table.id: table.comment for table in snapshot.tables}
    for table in snapshot.tables:
        found |= {f"{table.id}.{column.name}": column.comment for column in table.columns}
    return found


class TestPostgresql:
    @pytest.mark.parametrize("conforming", ["on", "off"])
    def test_reads_back_what_was_written(self, postgres_url: str, conforming: str) -> None:
        """Every text arrives unchanged, whatever a session thinks of backslashes."""
        with opened(postgres_url) as connection:
            run(
                connection,
                'CREATE TABLE "Odd ""name""" ("select" int PRIMARY KEY, "a\'b" text)',
                "CREATE SCHEMA sales",
                "CREATE TABLE sales.orders (id int)",
                "CREATE VIEW newest AS SELECT id FROM sales.orders",
                "CREATE MATERIALIZED VIEW stored AS SELECT id FROM sales.orders",
                "ANALYZE",
            )
            before = live.read(postgres_url)
            connection.connection.cursor().execute(
                f"SET standard_conforming_strings = {conforming}"
            )
            run(connection, *statements(before))
        after = comments(live.read(postgres_url))

        assert 9 == len(after)
        assert {HOSTILE} == set(after.values())

    def test_writes_the_same_again(self, postgres_url: str) -> None:
        """Twice is once, and what came from comments is not written back at all."""
        with opened(postgres_url) as connection:
            run(connection, "CREATE TABLE t (a int, b text)", "CREATE VIEW v AS SELECT a FROM t")
            wanted = statements(live.read(postgres_url))
            run(connection, *wanted)
            once = live.read(postgres_url)
            run(connection, *statements(once))

        assert comments(once) == comments(live.read(postgres_url))
        assert wanted == statements(once)
        assert [] == statements(once, source="comment")

    def test_finds_things_whatever_they_are_called(self, postgres_url: str) -> None:
        """Each table and column of a name with a meaning gets its own text."""
        quoted = ['"' + name.replace('"', '""') + '"' for name in TRAPS]
        columns = ", ".join(f"{name} int" for name in quoted)
        with opened(postgres_url) as connection:
            run(connection, *(f"CREATE TABLE {name} ({columns})" for name in quoted))
            before = live.read(postgres_url)
            run(connection, *statements(before, about=lambda name: f"about {name}"))
        after = comments(live.read(postgres_url))

        assert len(TRAPS) * (1 + len(TRAPS)) == len(after)
        assert {name: f"about {name}" for name in after} == after


class TestMariadb:
    def test_finds_things_whatever_they_are_called(self, mariadb_url: str) -> None:
        """As in PostgreSQL, of tables; twice is once."""
        names = [
            name for name in TRAPS if name != "😀"
        ]  # it keeps names and comments in three bytes a character
        quoted = ["`" + name.replace("`", "``") + "`" for name in names]
        with opened(mariadb_url) as connection:
            run(connection, *(f"CREATE TABLE {name} (id int)" for name in quoted))
            for _ in range(2):
                before = live.read(mariadb_url)
                run(connection, *statements(before, about=lambda name: f"about {name} ß"))
        after = live.read(mariadb_url).tables

        assert len(names) == len(after)
        assert {t.id: f"about {t.id} ß" for t in after} == {t.id: t.comment for t in after}
        assert [] == statements(live.read(mariadb_url), source="comment")

    DDL = (
        "CREATE TABLE `odd ``name` (id int AUTO_INCREMENT PRIMARY KEY, price decimal(10,2) NOT NULL"
        " DEFAULT 1.50, day date, amount int CHECK (amount > 0), name varchar(20) CHARACTER SET"
        " latin1, changed timestamp DEFAULT current_timestamp() ON UPDATE current_timestamp())"
    )

    def test_comments_tables_and_keeps_every_column(self, mariadb_url: str) -> None:
        """No column is touched, for what its definition holds besides is not known."""
        with opened(mariadb_url) as connection:
            run(connection, self.DDL)
            before = live.read(mariadb_url)
            run(connection, *statements(before))
        after = live.read(mariadb_url)

        assert HOSTILE == after.tables[0].comment
        assert before.tables[0].columns == after.tables[0].columns

    def test_changes_nothing_but_comments_as_mysql(self, mariadb_url: str) -> None:
        """MySQL's statements comment what they know; the rest of the definition stays."""
        with opened(mariadb_url) as connection:
            run(connection, self.DDL.replace(" CHECK (amount > 0)", ""))
            before = live.read(mariadb_url)
            run(connection, *statements(replace(before, dialect="mysql")))
        after = live.read(mariadb_url)
        commented = [column.name for column in after.tables[0].columns if column.comment]

        assert ["price", "day", "amount"] == commented
        assert {HOSTILE} == {column.comment for column in after.tables[0].columns} - {None}
        assert before.tables[0].columns == tuple(
            replace(column, comment=None) for column in after.tables[0].columns
        )

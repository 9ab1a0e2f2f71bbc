"""Comments as SQL of the source's own dialect, in which no text ends its literal."""

from dataclasses import replace
from typing import Any

import pytest
import sqlglot

from catalog.model import Check, Column, Snapshot, Table
from tests.unit.catalog.renderings_of import (
    CUSTOMER,
    EVIL_CONTEXT,
    EVIL_SNAPSHOT,
    SNAPSHOT,
    context,
    described,
    rendered,
)


class TestComments:
    @pytest.mark.parametrize(
        ("dialect", "column"),
        [
            ("postgresql", 'COMMENT ON COLUMN "sales"."orders"."total" IS \'What they buy.\';'),
            ("oracle", "COMMENT ON COLUMN sales.orders.total IS 'What they buy.';"),
            ("snowflake", "COMMENT ON COLUMN sales.orders.total IS 'What they buy.';"),
        ],
    )
    def test_speaks_the_dialect(self, dialect: str, column: str) -> None:
        """Names keep the case that the database stores."""
        assert column in rendered("comments", replace(SNAPSHOT, dialect=dialect))

    @pytest.mark.parametrize(
        ("dialect", "expected"),
        [
            ("postgresql", r"E'a\\''; DROP'"),
            ("oracle", r"'a\''; DROP'"),
            ("snowflake", r"'a\\''; DROP'"),
            ("mariadb", r"'a\\''; DROP'"),
        ],
    )
    def test_ends_a_text_where_it_ends(self, dialect: str, expected: str) -> None:
        """A backslash before a quotation mark opens no way out of the string."""
        written = context(described(CUSTOMER, "a\\'; DROP"))
        found = rendered("comments", replace(SNAPSHOT, dialect=dialect), written)

        assert f"{expected};" in found

    @pytest.mark.parametrize("dialect", ["postgresql", "oracle", "snowflake", "mysql", "duckdb"])
    def test_writes_only_comments_whatever_the_texts(self, dialect: str) -> None:
        """A parser finds as many statements as texts, and none that does anything else."""
        snapshot = replace(EVIL_SNAPSHOT, dialect=dialect)
        found = rendered("comments", snapshot, EVIL_CONTEXT)
        tokens = sqlglot.tokenize(found, dialect={"postgresql": "postgres"}.get(dialect, dialect))
        ends = [n for n, token in enumerate(tokens) if token.text == ";"]
        starts = [0, *(end + 1 for end in ends[:-1])]

        assert len(tokens) - 1 == ends[-1]
        assert (2 if dialect == "mysql" else 5) == len(ends)
        assert {"ALTER" if dialect == "mysql" else "COMMENT"} == {
            tokens[start].text for start in starts
        }

    @pytest.mark.parametrize(
        ("dialect", "product"), [("sqlite", "SQLite"), ("bigquery", "BigQuery")]
    )
    def test_says_where_comments_are_not_supported(self, dialect: str, product: str) -> None:
        """The descriptions still come along, as text that nothing runs."""
        found = rendered("comments", replace(EVIL_SNAPSHOT, dialect=dialect), EVIL_CONTEXT)

        assert f"-- Comments are not supported for {product};" in found
        assert "-- customer.email: <script>" in found
        assert all(line.startswith("--") or not line for line in found.splitlines())

    def test_does_not_repeat_what_is_there(self) -> None:
        """A text that was read from a comment is one already."""
        found = rendered("comments", written=context(described(CUSTOMER, "Known.", "comment")))

        assert "Known." not in found

    def test_tells_views_apart(self) -> None:
        """PostgreSQL refuses a table's comment on a view; and a view's on a stored one."""
        view = replace(CUSTOMER, kind="view")
        written = context(described(CUSTOMER, "V."))
        plain = rendered("comments", replace(SNAPSHOT, tables=(view,)), written)
        stored = replace(SNAPSHOT, tables=(replace(view, materialized=True),))

        assert "COMMENT ON VIEW" in plain
        assert "COMMENT ON MATERIALIZED VIEW" in rendered("comments", stored, written)


def mysql_statement(column: Column, **fields: Any) -> str:  # noqa: ANN401  # any field
    table = Table(name="t", columns=(column,), **fields)
    snapshot = Snapshot(dialect="mysql", database="d", tables=(table,), server_version="8.0")
    return rendered("comments", snapshot, context(described(table, "T.", "template")))


class TestMysqlColumns:
    def test_repeats_a_definition_that_is_known(self) -> None:
        """MODIFY takes the whole definition, so all of it is there."""
        found = mysql_statement(
            Column(name="price", type="decimal(10,2)", nullable=False, default="'1.50'")
        )

        assert (
            "ALTER TABLE `t` MODIFY COLUMN `price` decimal(10,2) NOT NULL DEFAULT '1.50'"
            " COMMENT 'T.';"
        ) in found

    @pytest.mark.parametrize(
        ("column", "fields"),
        [
            (Column(name="id", type="int", nullable=False), {"primary_key": ("id",)}),
            (Column(name="name", type="varchar(20)"), {}),
            (Column(name="at", type="timestamp"), {}),
            (Column(name="sum", type="int", default="(`a` + `b`)"), {}),
            (Column(name="rank", type="int"), {"checks": (Check(condition="`rank` > 0"),)}),
            (Column(name="rank", type="int", enum=("1",)), {}),
        ],
    )
    def test_leaves_out_what_it_could_damage(self, column: Column, fields: dict[str, Any]) -> None:
        """AUTO_INCREMENT, character sets, ON UPDATE, expressions and checks would be lost."""
        found = mysql_statement(column, **fields)

        assert "MODIFY COLUMN" not in found
        assert "-- No statement: the column" in found
        assert "ALTER TABLE `t` COMMENT = 'T.';" in found

    @pytest.mark.parametrize(("dialect", "version"), [("mariadb", "10.11"), ("mysql", None)])
    def test_trusts_only_what_can_be_whole(self, dialect: str, version: str | None) -> None:
        """MariaDB's inline checks are not read, and a DDL text may put a type in other words."""
        table = Table(name="t", columns=(Column(name="price", type="decimal(10,2)"),))
        snapshot = Snapshot(dialect=dialect, database="d", tables=(table,), server_version=version)
        found = rendered("comments", snapshot, context(described(table, "T.")))

        assert "MODIFY COLUMN" not in found
        assert "-- t.price: T." in found

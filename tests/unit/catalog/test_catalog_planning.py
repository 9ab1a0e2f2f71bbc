"""Queries tried on an empty copy of a schema that is only known as text."""

import pytest

from catalog.model import Column, Snapshot, Table
from catalog.planning import copies


def table(name: str, *columns: str, schema: str | None = None) -> Table:
    return Table(
        name=name,
        schema=schema,
        columns=tuple(Column(name=column, type="text") for column in columns),
        primary_key=("id",),
    )


def shop(dialect: str) -> Snapshot:
    return Snapshot(
        dialect=dialect,
        database="shop",
        tables=(
            table("customers", "id", "name", "email"),
            table("orders", "id", "customer_id", "total", "placed_at"),
            table("Order Lines", "id", "Order", "qty"),
            table("orders", "id", "kind", schema="audit"),
        ),
    )


MONTHLY = (
    "SELECT date_trunc('month', placed_at) AS m, count(DISTINCT o.id), sum(total) FILTER (WHERE"
    " total > 3), string_agg(c.name, ', ' ORDER BY c.name), round(percentile_cont(0.5) WITHIN GROUP"
    " (ORDER BY total), 2) FROM orders o JOIN customers c ON c.id = o.customer_id WHERE placed_at >"
    " now() - interval '30 days' GROUP BY 1 ORDER BY m"
)
YEARLY = (
    "SELECT date_format(placed_at, '%Y') AS y, group_concat(DISTINCT total ORDER BY total"
    " SEPARATOR ';') FROM orders WHERE placed_at > date_sub(curdate(), INTERVAL 1 MONTH)"
    " GROUP BY y"
)
RIGHT = [
    ("postgresql", "SELECT kind FROM audit.orders JOIN orders AS o ON o.id = audit.orders.id"),
    ("postgresql", 'SELECT "Order" FROM "Order Lines"'),
    ("postgresql", MONTHLY),
    ("postgresql", "SELECT name, extract(epoch FROM email::timestamp) FROM customers"),
    ("postgresql", "SELECT name, sum(id) OVER (PARTITION BY email ORDER BY id) FROM customers"),
    ("postgresql", "SELECT DISTINCT ON (customer_id) customer_id, total FROM orders"),
    ("postgresql", "SELECT c.name, count(*) FROM customers c, orders o GROUP BY c.id"),
    ("mysql", YEARLY),
    ("mysql", "SELECT name, count(*) FROM customers"),
    ("sqlite", "SELECT strftime('%Y', placed_at) AS y, name FROM orders, customers GROUP BY y"),
    ("tsql", "SELECT TOP 5 name, datediff(day, email, getdate()) FROM customers"),
]
WRONG = [
    ("postgresql", "SELECT name FROM clients", "no table clients"),
    ("postgresql", "SELECT id FROM customers WHERE count(*) > 1", "misuse of aggregate"),
    ("postgresql", "SELECT id FROM customers UNION SELECT id, total FROM orders", "same number"),
    ("postgresql", "SELECT name, count(*) FROM customers", "customers.name has to be in GROUP BY"),
    (
        "postgresql",
        "SELECT c.name, c.email, count(*) FROM customers c GROUP BY c.name",
        "c.email has to be in GROUP BY",
    ),
    (
        "tsql",
        "SELECT c.name, count(*) AS n FROM customers AS c GROUP BY c.id",
        "c.name has to be in GROUP BY",
    ),
    ("postgresql", "SELECT name FROM customers GROUP BY name ORDER BY email", "email has to be"),
    ("postgresql", "SELECT n FROM generate_series(1, 2) AS t (n)", "from a function"),
    ("sqlite", "SELECT to_char(placed_at, 'YYYY') FROM orders", "no such function"),
]


class TestPlan:
    @pytest.mark.parametrize(("dialect", "sql"), RIGHT)
    def test_takes_what_the_dialect_takes(self, dialect: str, sql: str) -> None:
        """Functions and grammar that SQLite lacks are no reason to refuse."""
        verdict = copies.plan(sql, shop(dialect))

        assert (None, True) == (verdict.problem, verdict.tried)

    @pytest.mark.parametrize(("dialect", "sql", "problem"), WRONG)
    def test_refuses_what_no_database_would_take(
        self, dialect: str, sql: str, problem: str
    ) -> None:
        """Names, misplaced aggregates, columns that are not grouped, unlike halves."""
        assert problem in (copies.plan(sql, shop(dialect)).problem or "")

    def test_says_how_far_it_can_tell(self) -> None:
        """Of another dialect, SQLite knows neither functions nor types."""
        own = copies.plan("SELECT name FROM customers", shop("sqlite"))
        other = copies.plan("SELECT name FROM customers", shop("postgresql"))

        assert "planned by SQLite on an empty copy of the schema" == own.how
        assert other.how.endswith(
            "(names, grouping and structure; not the functions and types of postgresql)"
        )

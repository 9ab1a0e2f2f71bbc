"""Queries against a small shop."""

import pytest

from catalog import sqlcheck
from catalog.model import Column, Snapshot, Table


def table(name: str, *columns: str, schema: str | None = None) -> Table:
    return Table(
        name=name,
        schema=schema,
        columns=tuple(Column(name=column, type="text") for column in columns),
    )


TABLES = (
    table("customers", "id", "name", "email"),
    table("orders", "id", "customer_id", "total", "placed_at"),
    table("Order Lines", "id", "Order", "qty"),
    table("events", "id", "kind", schema="audit"),
)
SHOP = {
    dialect: Snapshot(dialect=dialect, database="shop", tables=TABLES)
    for dialect in ("postgresql", "mysql", "mariadb", "sqlite")
}
GOOD = [
    "SELECT name FROM customers",
    (
        "SELECT c.name, COUNT(*) AS n FROM customers c JOIN orders o ON o.customer_id = c.id"
        " GROUP BY c.name ORDER BY n DESC LIMIT 10"
    ),
    (
        "WITH big AS (SELECT customer_id, SUM(total) AS spent FROM orders GROUP BY customer_id)"
        " SELECT name, spent FROM big JOIN customers ON customers.id = big.customer_id"
    ),
    (
        "SELECT name FROM customers WHERE EXISTS"
        " (SELECT 1 FROM orders WHERE orders.customer_id = customers.id)"
    ),
    "SELECT id FROM customers UNION SELECT customer_id FROM orders",
    "SELECT * FROM customers",
    "SELECT kind FROM audit.events",
    "SELECT NAME FROM CUSTOMERS",
    "SELECT t.n FROM (SELECT name AS n FROM customers) AS t",
]
BAD = {
    "SELECT name FROM clients": "no table clients",
    "SELECT nickname FROM customers": "column",
    "SELECT c.total FROM customers c JOIN orders o ON o.customer_id = c.id": "column",
    "SELECT id FROM customers JOIN orders ON orders.customer_id = customers.id": "ambiguous",
    "SELECT kind FROM events": "no table events",
    "SELECT name FROM (SELECT id FROM customers) AS t": "column",
    "SELECT 1; SELECT 2": "exactly one",
    "": "exactly one",
    "DELETE FROM customers": "only reads",
    "DROP TABLE customers": "only reads",
    "WITH gone AS (DELETE FROM orders RETURNING id) SELECT id FROM gone": "only reads",
    "SELECT pg_sleep(5)": "pg_sleep",
    "SELECT name FROM customers WHERE pg_read_file('x') = name": "pg_read_file",
    "SELECT lo_export(1, 'x')": "lo_export",
    "SELECT nextval('numbers')": "nextval",
    "SELECT odd.lower(name) FROM customers": "odd.lower",
    "SELECT a FROM dblink('x', 'y') AS t (a INT)": "dblink",
    "SELECT name /*! , sleep(5) */ FROM customers": "comments",
    "SELECT name FROM customers -- all": "comments",
    "SELECT name INTO copy FROM customers": "only reads",
    "SELECT name FROM customers FOR UPDATE": "only reads",
    "SELEC name FROM customers WHERE": "",
    "SELECT name FROM customers WHERE (": "parse",
}


class TestCheck:
    @pytest.mark.parametrize("dialect", SHOP)
    @pytest.mark.parametrize("sql", GOOD)
    def test_accepts_what_the_database_has(self, sql: str, dialect: str) -> None:
        """Aliases, CTEs, subqueries, unions and other schemas are resolved."""
        assert () == sqlcheck.check(sql, SHOP[dialect])

    @pytest.mark.parametrize(("sql", "problem"), BAD.items())
    def test_names_the_problem(self, sql: str, problem: str) -> None:
        """Unknown tables and columns, writes and broken SQL are refused."""
        problems = sqlcheck.check(sql, SHOP["postgresql"])

        assert problems
        assert problem in problems[0]

    @pytest.mark.parametrize(
        ("dialect", "sql"),
        [
            ("postgresql", 'SELECT "Order", qty FROM "Order Lines"'),
            ("sqlite", 'SELECT "Order", qty FROM "Order Lines"'),
            ("mysql", "SELECT `Order`, qty FROM `Order Lines`"),
            ("mariadb", "SELECT `order`, QTY FROM `Order Lines`"),
        ],
    )
    def test_reads_quoted_names_as_the_dialect_does(self, dialect: str, sql: str) -> None:
        """Names with spaces, capitals and reserved words are found when quoted."""
        assert () == sqlcheck.check(sql, SHOP[dialect])

    def test_takes_unquoted_capitals_for_other_names_in_postgresql(self) -> None:
        """An unquoted name is lower case there, so it is not the column "Order"."""
        assert sqlcheck.check('SELECT Order_ FROM "Order Lines"', SHOP["postgresql"])
        assert sqlcheck.check('SELECT "ORDER" FROM "Order Lines"', SHOP["postgresql"])

    def test_lets_functions_compute(self) -> None:
        """What a database offers to count, cut, round and date with is no problem."""
        shop = SHOP["postgresql"]
        sql = (
            "SELECT date_trunc('month', placed_at), to_char(placed_at, 'YYYY'), age(placed_at),"
            " round(avg(total), 2), string_agg(DISTINCT id, ','), count(*) FILTER (WHERE id > 3)"
            " FROM orders GROUP BY 1, 2, 3"
        )

        assert () == sqlcheck.check(sql, shop)

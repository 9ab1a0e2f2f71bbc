"""The judge of implied keys sees what is declared; who is judged does not."""

from pathlib import Path

import pytest

from bench.generation import data, judging, plain_names
from bench.results import Row
from catalog.readers import ddl

SHOP = """
CREATE TABLE customer (id int PRIMARY KEY, email text UNIQUE);
CREATE TABLE orders (order_no int PRIMARY KEY, customer_id int REFERENCES customer (id),
    payer_id int REFERENCES customer (id), note text DEFAULT 'customer');
CREATE TABLE line (order_no int REFERENCES orders (order_no), customer_id int);
CREATE INDEX telling ON orders (customer_id);
CREATE VIEW v AS SELECT * FROM orders JOIN customer ON customer.id = customer_id;
"""
DECLARED = {
    ("orders", "customer_id", "customer", "id"),
    ("orders", "payer_id", "customer", "id"),
    ("line", "order_no", "orders", "order_no"),
}


class TestHidden:
    def test_has_names_types_and_keys_only(self) -> None:
        """Neither keys of others nor indexes, views and defaults give anything away."""
        snapshot = ddl.read(SHOP, dialect="postgres")
        hidden = judging.hidden(snapshot)

        assert DECLARED == judging.declared(snapshot)
        assert frozenset() == judging.declared(hidden)
        assert ["customer", "line", "orders"] == [table.id for table in hidden.tables]
        orders = hidden.table("orders")
        assert (("order_no",), (), None) == (
            orders.primary_key,
            orders.indexes,
            orders.column("note").default,
        )
        assert [("email",)] == [key.columns for key in hidden.table("customer").unique_keys]


class TestJudge:
    def test_counts_what_is_right(self) -> None:
        """What nobody declared is wrong; what is found twice counts once."""
        snapshot = ddl.read(SHOP, dialect="postgres")
        found = [*plain_names.find(judging.hidden(snapshot)), ("line", "customer_id", "x", "id")]
        judged = judging.judge(snapshot, [*found, *found])

        assert judging.Judgement(declared=3, found=4, right=2) == judged
        assert (50, 67) == (judged.precision_percent, round(judged.recall_percent))

    def test_of_nothing_is_zero(self) -> None:
        """Nothing found is no precision."""
        judged = judging.judge(ddl.read(SHOP, dialect="postgres"), [])

        assert (0, 0) == (judged.precision_percent, judged.recall_percent)


class TestData:
    def test_that_is_missing_is_named(self, tmp_path: Path) -> None:
        """With the way to give it."""
        with pytest.raises(data.MissingDataError, match=r"spider_union_tables.sql.*--data FOLDER"):
            data.read(data.SPIDER, tmp_path)

    def test_of_the_demo_is_always_there(self, tmp_path: Path) -> None:
        """It is made on the spot."""
        assert len(judging.declared(data.read_demo(tmp_path))) > 0


class TestTimes:
    def test_of_two_rows_compares_round_by_round(self) -> None:
        """A slow minute that both had part in changes nothing."""
        ours = Row(name="a", samples=({"s": 2}, {"s": 9}, {"s": 3}))
        theirs = Row(name="b", samples=({"s": 1}, {"s": 6}, {"s": 2}))

        assert 1.5 == ours.times(theirs, "s")
        assert ours.times(Row(name="missing"), "s") is None


class TestCells:
    def test_of_one_round_have_no_spread(self) -> None:
        """What was judged once did not vary."""
        assert "91.2" == Row(name="a", samples=({"p": 91.23},)).cell("p", 1)
        assert "2.0 ±50 %" == Row(name="a", samples=({"p": 1}, {"p": 2}, {"p": 2})).cell("p", 1)

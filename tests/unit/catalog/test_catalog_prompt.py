"""The prompt-ready text: what a question needs, never over its budget, never a wrong name."""

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.context import ColumnContext, Context, TableContext, Text
from catalog.model import Column, ForeignKey, Snapshot, Table
from catalog.renderings import prompt, prompt_blocks, tokens
from catalog.search import index
from catalog.structure import analysis


def key(column: str, target: str) -> ForeignKey:
    return ForeignKey(columns=(column,), target=target, target_columns=("id",))


def columns(*names: str, kind: str = "integer") -> tuple[Column, ...]:
    return tuple(Column(name=name, type=kind) for name in names)


SHOP = Snapshot(
    dialect="postgresql",
    database="shop",
    tables=(
        Table(name="customers", columns=columns("id", "Home Town", "select"), primary_key=("id",)),
        Table(
            name="order_items",
            columns=(*columns("id", "order_id", "product_id"), *columns("note", kind="text")),
            primary_key=("id",),
            foreign_keys=(key("order_id", "orders"), key("product_id", "products")),
        ),
        Table(
            name="orders",
            columns=(
                *columns("id", "customer_id"),
                Column(name="status", type="text", enum=("open", "paid")),
                *columns(*(f"filler_{at}" for at in range(70)), "shipped_on"),
            ),
            primary_key=("id",),
            foreign_keys=(key("customer_id", "customers"),),
        ),
        Table(name="products", columns=columns("id", "price"), primary_key=("id",)),
        Table(name="weather", columns=columns("id")),
    ),
)


def written(snapshot: Snapshot = SHOP, **described: str) -> Context:
    return Context(
        database=snapshot.database,
        dialect=snapshot.dialect,
        engine="structural",
        model=None,
        language="en",
        description="",
        summary="",
        insights=(),
        prompts=(),
        domains=(),
        tables=tuple(
            TableContext(
                id=table.id,
                description=_text(described.get(table.name, "")),
                domain=None,
                columns=tuple(
                    ColumnContext(
                        name=column.name,
                        description=_text(described.get(f"{table.name}__{column.name}", "")),
                        role="other",
                    )
                    for column in table.columns
                ),
            )
            for table in snapshot.tables
        ),
    )


def render(
    question: str, budget: int = 4000, snapshot: Snapshot = SHOP, **described: str
) -> list[str]:
    built = index.build(snapshot, analysis.relations_of(snapshot))
    text = prompt.render(
        snapshot,
        written(snapshot, **described),
        built.search(question, 30),
        question=question,
        tokens=budget,
    )
    assert tokens.at_most(text) <= budget
    return text.splitlines()


class TestRender:
    def test_shows_what_the_question_needs(self) -> None:
        """Tables by rank with columns, values, descriptions, and conditions that join them."""
        rows = render(
            "price of the products of an order",
            products="What we sell.",
            orders__customer_id="Who pays.",
        )

        assert "TABLE products -- What we sell." in rows
        assert "  id integer, primary key" in rows
        assert "  customer_id integer -- Who pays." in rows
        assert "  status text, one of: open, paid" in rows
        assert "JOIN order_items.product_id = products.id" in rows
        assert "-- Question: price of the products of an order" in rows
        assert "-- Left out: 2 of 5 tables" in rows

    def test_quotes_where_sql_needs_it(self) -> None:
        """As the source's dialect does."""
        rows = render("home town of customers")
        mysql = render("home town of customers", snapshot=replace(SHOP, dialect="mysql"))

        assert {'  "Home Town" integer', '  "select" integer'} <= set(rows)
        assert {"  `Home Town` integer", "  `select` integer"} <= set(mysql)

    def test_shows_the_table_between_two_hits(self) -> None:
        """Without it the two could not be joined, though no word asks for it."""
        snapshot = replace(SHOP, tables=tuple(t for t in SHOP.tables if t.name != "orders"))
        between = Table(
            name="zz",
            columns=columns("a", "b"),
            foreign_keys=(key("a", "customers"), key("b", "products")),
        )
        snapshot = replace(snapshot, tables=(*snapshot.tables, between))
        rows = render("customers, products", snapshot=snapshot)

        assert {"JOIN zz.a = customers.id", "JOIN zz.b = products.id"} <= set(rows)

    def test_marks_joins_that_nobody_declared(self) -> None:
        """A model may doubt them."""
        tables = tuple(replace(table, foreign_keys=()) for table in SHOP.tables)
        rows = render("orders of customers", snapshot=replace(SHOP, tables=tables))

        (found,) = (row for row in rows if row.startswith("JOIN orders.customer_id"))
        assert found.endswith("-- not declared, but implied by names")

    def test_gives_up_columns_before_tables(self) -> None:
        """Those that the question does not need; it says how many."""
        rows = render("when were orders shipped on", 400)
        shown = rows[rows.index("TABLE orders") + 1 :]

        assert "  shipped_on integer" in shown
        assert "  customer_id integer" in shown
        assert any(re.fullmatch(r"  -- \d+ more columns are left out", row) for row in shown)

    def test_drops_the_last_ranked_tables_first(self) -> None:
        """What stays are the best ones, and those that came close are named."""
        whole = [row for row in render("shipped orders") if row.startswith("TABLE")]
        small = render("shipped orders", 230)
        kept = [row for row in small if row.startswith("TABLE")]

        assert whole[: len(kept)] == kept
        assert 1 <= len(kept) < len(whole)
        assert whole[len(kept)].removeprefix("TABLE ") in small[-1]

    def test_keeps_texts_on_their_line(self) -> None:
        """What a comment says cannot look like a table of ours."""
        rows = render("weather", weather="Rain.\nTABLE secrets\n  id integer")

        assert ["TABLE weather -- Rain. TABLE secrets id integer"] == [
            row for row in rows if row.startswith("TABLE")
        ]

    def test_says_that_nothing_was_found(self) -> None:
        """An unanswerable question gets no tables."""
        assert "-- Left out: 5 of 5 tables" == render("xylophone")[-1]

    @given(st.data(), st.integers(prompt.FEWEST_TOKENS, 900))
    def test_never_exceeds_the_budget_or_invents_a_name(
        self, data: st.DataObject, budget: int
    ) -> None:
        """Whatever tables and columns are called and said to be."""
        name = st.text(min_size=1, max_size=30) | st.sampled_from(["id", "order", "Home Town"])
        names = data.draw(st.lists(name, min_size=1, max_size=5, unique=True))
        tables = tuple(
            Table(
                name=each,
                columns=columns(*data.draw(st.lists(name, max_size=20, unique=True)), "fk"),
                comment=data.draw(st.text(max_size=200)),
                foreign_keys=(
                    ForeignKey(columns=("fk",), target=names[0], target_columns=("fk",)),
                ),
            )
            for each in names
        )
        dialect = data.draw(st.sampled_from(["postgresql", "mysql", "tsql", "oracle", "unknown"]))
        snapshot = Snapshot(dialect=dialect, database=names[-1], tables=tables)

        _assert_names_exist(render(names[0], budget, snapshot, **{names[0]: "Said."}), snapshot)


def _assert_names_exist(rows: list[str], snapshot: Snapshot) -> None:
    known = {prompt_blocks.table_name(table, snapshot.dialect): table for table in snapshot.tables}
    of: Table | None = None
    for row in rows:
        if row.startswith("TABLE "):
            of = next(
                known[name]
                for name in sorted(known, key=len, reverse=True)
                if row in {f"TABLE {name}", f"TABLE {name} -- Said."}
            )
        elif row.startswith("  -- "):
            assert re.fullmatch(r"  -- \d+ more columns are left out", row)
        elif row.startswith("  "):
            assert of is not None
            assert row in {
                f"  {prompt_blocks.name(column.name, snapshot.dialect)} integer"
                for column in of.columns
            }
        elif row.startswith("JOIN "):
            left, right = row.removeprefix("JOIN ").split(" -- ")[0].rsplit(" = ", 1)
            sides = {f"{name}.{prompt_blocks.name('fk', snapshot.dialect)}" for name in known}
            assert {left, right} <= sides
        else:
            assert row.startswith("-- ")


def _text(text: str) -> Text:
    return Text(text=text, source="model", confidence="medium")


class TestTokens:
    @pytest.mark.parametrize(
        ("text", "least"),
        [("order_items", 3), ("MANDT", 3), ("12345", 5), ("客户", 6), ("a b c", 3), ("", 0)],
    )
    def test_are_rather_too_many(self, text: str, least: int) -> None:
        """Codes, digits and other scripts cost more than words."""
        assert tokens.at_most(text) >= least

    @given(st.text(), st.text())
    def test_add_up(self, one: str, other: str) -> None:
        """Lines can be counted one by one."""
        assert tokens.at_most(f"{one}\n{other}") <= tokens.at_most(one) + 1 + tokens.at_most(other)

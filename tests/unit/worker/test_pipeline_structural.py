"""The structural engine says what the facts say, and only that."""

import re
from collections.abc import Callable
from dataclasses import replace

import pytest

from catalog.context import Text
from catalog.model import Column, ForeignKey, Snapshot, Table
from catalog.profile import Level, Profile
from catalog.readers import ddl
from catalog.structure import analysis
from tests import fakes_shop
from worker.pipeline.facts import Facts
from worker.pipeline.structural import columns, dangers, insights, overview, tables


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Facts:
    return known(fakes_shop.snapshot(tmp_path_factory.mktemp("shop")))


def known(snapshot: Snapshot) -> Facts:
    return Facts(project="Shop", snapshot=snapshot, structure=analysis.analyse(snapshot))


def says(facts: Facts, table: str, column: str) -> Text:
    found = facts.tables[table]
    return columns.describe(facts, found, found.column(column))


class TestColumns:
    @pytest.mark.parametrize(
        ("table", "column", "text"),
        [
            ("product", "id", "Identifies the product (primary key)."),
            ("order", "customer_id", "The customer of this order (refers to customer.id)."),
            (
                "order",
                "seller_id",
                "The seller of this order, an employee (refers to employee.id). May be empty.",
            ),
            (
                "category",
                "parent_id",
                "The parent category of this category (refers to category.id). May be empty.",
            ),
            (
                "employee",
                "manager_id",
                (
                    "The manager of this employee, another employee (refers to employee.id). "
                    "May be empty."
                ),
            ),
            ("order", "status", "Status of the order. One of: new, paid and cancelled."),
            ("ticket", "opened_at", "When the ticket was opened."),
            ("customer", "created_at", "When the row was created."),
            ("product", "is_active", "Whether the product is active."),
            (
                "order",
                "total_amount",
                "Total amount of the order, an amount of money in the currency of currency_code.",
            ),
            ("order", "order_number", "Order number. No two rows share it."),
            ("v_revenue", "currency_code", "Currency."),
        ],
    )
    def test_are_told_by_their_facts(self, shop: Facts, table: str, column: str, text: str) -> None:
        """Keys, roles, types and names are enough for a sentence."""
        assert text == says(shop, table, column).text

    def test_say_that_an_undeclared_reference_is_a_guess(self, shop: Facts) -> None:
        """A reference by name and type is never told like a declared one."""
        text = says(shop, "product_review", "customer_id")

        assert text.text.startswith("Probably: the customer of this product review.")
        assert text.confidence in {"medium", "low"}
        assert "foreign key" not in text.evidence

    def test_admit_what_a_cryptic_name_does_not_tell(self, shop: Facts) -> None:
        """Nobody knows what KZ_X is, and a made-up meaning would be worse than none."""
        text = says(shop, "CUST_OLD", "KZ_X")

        assert text.text.startswith("The name does not tell what it means")
        assert text.confidence == "low"

    def test_say_no_more_of_a_cryptic_status(self) -> None:
        """That it allows two letters does not tell what they stand for."""
        script = "CREATE TABLE KD_OLD (id int, KZ_SPERR char(1) CHECK (KZ_SPERR IN ('J', 'N')))"
        facts = known(ddl.read(script, dialect="oracle"))

        (table,) = facts.base_tables
        text = columns.describe(facts, table, table.columns[1])
        assert (
            "The name does not tell what it means; its type is char(1). One of: J and N."
            == text.text
        )
        assert "low" == text.confidence

    @pytest.mark.parametrize(
        ("column", "text"),
        [
            ("active boolean", "Whether the product is active."),
            ("discontinued int", "Whether the product is discontinued."),
            ("activebool boolean", "Whether the product is active."),
            ("is_sold_out boolean", "Whether the product is sold out."),
            ("hidden_flag boolean", "Whether the product is hidden."),
            (
                "is_new int CHECK (is_new IN (0, 1))",
                "Whether the product is new. One of: 0 and 1.",
            ),
            ("allow_returns boolean", "Whether the product allows returns."),
            ("name_changed boolean", "Yes or no: name changed."),
            ("share_in_percent numeric(5,2)", "Share of the product, in percent."),
        ],
    )
    def test_are_told_as_people_do(self, column: str, text: str) -> None:
        """A flag is no thing that a product has."""
        facts = known(ddl.read(f"CREATE TABLE products ({column})", dialect="postgres"))

        assert text == says(facts, "products", column.partition(" ")[0]).text

    @pytest.mark.parametrize(
        ("column", "text"),
        [
            ("billing_account_id", "The billing account of this transfer (refers to account.id)."),
            ("owner_id", "The owner of this transfer, an account (refers to account.id)."),
            ("from_account_id", "The account that this transfer is from (refers to account.id)."),
            ("to_id", "The account that this transfer is to (refers to account.id)."),
            ("sent_via", "The account of this transfer (refers to account.id)."),
        ],
    )
    def test_say_which_part_the_other_row_plays(self, column: str, text: str) -> None:
        """As far as the name says it."""
        script = f"""
            CREATE TABLE account (id int PRIMARY KEY);
            CREATE TABLE transfer ({column} int NOT NULL REFERENCES account);
        """
        facts = known(ddl.read(script, dialect="postgres"))

        assert text == says(facts, "transfer", column).text

    def test_take_the_comment_where_there_is_one(self) -> None:
        """What a person wrote into the database is the best there is."""
        column = Column(name="deleted_at", type="DATETIME", comment=" Set by the robot. ")
        facts = known(
            Snapshot(dialect="sqlite", database="x", tables=(Table(name="t", columns=(column,)),))
        )

        assert Text(
            text="Set by the robot.", source="comment", confidence="high", evidence=("comment",)
        ) == says(facts, "t", "deleted_at")


class TestTables:
    def test_all_have_texts(self, shop: Facts) -> None:
        """Tables and views, keys and leftovers: none is left out."""
        for table in shop.snapshot.tables:
            written = tables.write(shop, table)
            assert written.description.text
            assert [c.name for c in table.columns] == [c.name for c in written.columns]
            assert all(column.description.text for column in written.columns)

    def test_tell_their_kind(self, shop: Facts) -> None:
        """A junction links, a view shows, an entity has a row per thing."""
        first = {table.id: tables.one_liner(shop, table) for table in shop.snapshot.tables}

        assert first["product_tag"].startswith("Links ")
        assert first["v_revenue"] == "A view over order that shows currency_code and revenue."
        assert first["order"].startswith("One row per order; refers to ")

    def test_call_a_view_only_what_it_reads(self) -> None:
        """A table that shares a name with a source, or with a column, is none of its tables."""
        script = """
            CREATE TABLE sales.users (id int PRIMARY KEY, email text);
            CREATE TABLE hr.users (id int PRIMARY KEY);
            CREATE TABLE email (id int PRIMARY KEY);
            CREATE VIEW mails AS SELECT email FROM sales.users;
        """
        facts = known(ddl.read(script, dialect="postgres"))

        assert "A view over sales.users that shows email." == tables.one_liner(
            facts, facts.tables["mails"]
        )


class TestOverview:
    def test_counts_what_is_there(self, shop: Facts) -> None:
        """The summary's numbers are those of the snapshot, counted here again."""
        base = [table for table in shop.snapshot.tables if table.kind == "table"]
        keys = sum(len(table.foreign_keys) for table in base)

        summary = overview.summarise(shop)

        assert f"{len(base)} tables" in summary
        assert f"{sum(len(table.columns) for table in base)} columns" in summary
        assert f"{keys} declared foreign keys" in summary
        assert "1 view " in summary

    def test_says_nothing_twice(self, shop: Facts) -> None:
        """The summary is read first; the description goes on from there."""
        first = overview.summarise(shop).partition(". ")[0]

        assert first not in overview.describe(shop)

    def test_calls_the_database_by_its_name(self, shop: Facts) -> None:
        """Also where the reader called it otherwise."""
        parsed = known(replace(shop.snapshot, dialect="postgres"))

        assert "Shop is a PostgreSQL database with" in overview.summarise(parsed)

    def test_says_that_no_model_was_used(self, shop: Facts) -> None:
        """A reader must know who speaks."""
        assert "no language model was used" in overview.describe(shop).rpartition("\n\n")[2]

    @pytest.mark.parametrize(
        ("level", "told"),
        [
            ("none", "no rows were read."),
            ("statistics", "no rows were read."),
            ("shapes", "and from masks and codes of some rows."),
        ],
    )
    def test_says_whether_rows_were_read(self, shop: Facts, level: Level, told: str) -> None:
        """Who asked for masks and codes is not told that nobody looked."""
        looked = replace(shop, profile=Profile(level=level))

        assert overview.describe(looked).endswith(told)

    def test_names_only_what_exists(self, shop: Facts) -> None:
        """Every identifier in the introduction is one of the schema."""
        names = {table.id for table in shop.snapshot.tables} | {
            column.name for table in shop.snapshot.tables for column in table.columns
        }

        written = set(re.findall(r"\b[a-z]+(?:_[a-z]+)+\b", overview.describe(shop)))

        assert written <= names

    def test_stands_for_a_single_table_without_anything(self) -> None:
        """A schema of one bare table gets a true introduction, not an error."""
        bare = Table(name="x", columns=(Column(name="y", type=""),))
        facts = known(Snapshot(dialect="sqlite", database="x", tables=(bare,)))

        assert "1 table and 1 column" in overview.summarise(facts)
        assert overview.describe(facts)


class TestDangers:
    @pytest.mark.parametrize(
        "part",
        [
            "customer.deleted_at",
            "attachment (subject_type, subject_id)",
            "product_review.customer_id to customer",
            "category.parent_id and employee.manager_id",
            "Legacy: CUST_OLD",
            "never add up different currencies",
        ],
    )
    def test_are_found(self, shop: Facts, part: str) -> None:
        """What trips people up in the shop is in the list."""
        assert part in "\n".join(dangers.find(shop))

    def test_of_composite_keys_are_told_by_the_column_that_matters(self) -> None:
        """The tenant stands in every key, and leads nowhere."""
        script = """
            CREATE TABLE address (tenant int, id int, PRIMARY KEY (tenant, id));
            CREATE TABLE branch (tenant int, id int, parent_id int, home int, work int,
                PRIMARY KEY (tenant, id),
                FOREIGN KEY (tenant, parent_id) REFERENCES branch (tenant, id),
                FOREIGN KEY (tenant, home) REFERENCES address (tenant, id),
                FOREIGN KEY (tenant, work) REFERENCES address (tenant, id));
        """
        facts = known(ddl.read(script, dialect="postgres"))

        found = "\n".join(dangers.find(facts))
        assert "Hierarchies: branch.parent_id points back" in found
        assert "branch to address (home, work)" in found
        about = tables.describe(facts, facts.tables["branch"]).text
        assert "Its rows form a hierarchy through parent_id." in about

    def test_are_not_invented(self) -> None:
        """A plain schema has none."""
        plain = Table(
            name="artist",
            columns=(Column(name="id", type="INTEGER"), Column(name="name", type="TEXT")),
            primary_key=("id",),
        )
        album = Table(
            name="album",
            columns=(Column(name="id", type="INTEGER"), Column(name="artist_id", type="INTEGER")),
            primary_key=("id",),
            foreign_keys=(
                ForeignKey(columns=("artist_id",), target="artist", target_columns=("id",)),
            ),
        )
        facts = known(Snapshot(dialect="sqlite", database="x", tables=(album, plain)))

        assert () == dangers.find(facts)


def _money(facts: Facts) -> list[int]:
    """Columns with money, their tables, and those with a currency beside it, by their names."""
    named = ("unit_price", "total_amount", "line_amount")
    found = [t for t in facts.base_tables if any(c.name in named for c in t.columns)]
    columns_found = sum(column.name in named for table in found for column in table.columns)
    beside = sum(any(c.name == "currency_code" for c in table.columns) for table in found)
    return [columns_found, len(found), beside]


class TestInsights:
    def test_are_at_least_five(self, shop: Facts) -> None:
        """A shop of a dozen tables has that much to tell."""
        assert len(insights.find(shop)) >= 5

    @pytest.mark.parametrize(
        ("begins", "count"),
        [
            ("Money is kept in ", _money),
            ("The schema carries no comments", lambda _facts: []),
        ],
    )
    def test_hold_numbers_counted_from_their_evidence(
        self, shop: Facts, begins: str, count: Callable[[Facts], list[int]]
    ) -> None:
        """What an insight counts can be counted again."""
        (insight,) = [found for found in insights.find(shop) if found.text.startswith(begins)]

        assert count(shop) == [int(number) for number in re.findall(r"\d+", insight.text)]
        assert insight.evidence

    def test_call_no_table_the_only_one_where_others_equal_it(self, shop: Facts) -> None:
        """As many tables point to product as to customer."""
        (text,) = [each.text for each in insights.find(shop) if "most referred" in each.text]

        assert "is among the tables most referred to: 3 of" in text

    def test_name_evidence_that_exists(self, shop: Facts) -> None:
        """Evidence that reads like a column is one."""
        names = {table.id for table in shop.snapshot.tables} | {
            f"{table.id}.{c.name}" for table in shop.snapshot.tables for c in table.columns
        }

        for insight in insights.find(shop):
            told = {piece for piece in insight.evidence if re.fullmatch(r"[\w.]+", piece)}
            assert told <= names

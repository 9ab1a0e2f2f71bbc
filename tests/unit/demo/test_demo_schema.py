import sqlite3
from collections.abc import Callable

import pytest

Count = Callable[[str], int]


class TestSize:
    def test_is_59_tables(self, demo: sqlite3.Connection) -> None:
        """The messages of a generation promise 59 tables."""
        assert 59 == len(tables(demo))

    def test_is_450_columns(self, demo: sqlite3.Connection) -> None:
        """The messages of a generation promise 450 columns."""
        assert 450 == sum(len(columns(demo, table)) for table in tables(demo))

    def test_is_a_few_thousand_rows_and_no_empty_table(
        self, demo: sqlite3.Connection, count: Count
    ) -> None:
        """Every table has rows to look at; the whole stays small."""
        rows = {table: count(table) for table in tables(demo)}

        assert [] == [table for table, number in rows.items() if number == 0]
        assert 4000 < sum(rows.values()) < 9000


class TestFeatures:
    def test_has_junction_tables(self, demo: sqlite3.Connection) -> None:
        """One junction is pure, others carry facts."""
        assert ["campaign_id", "product_id"] == columns(demo, "campaign_product")
        assert {("campaign_id", "campaign"), ("product_id", "product")} == foreign_keys(
            demo, "campaign_product"
        )
        assert {"supplier", "product_variant"} <= {
            target for _, target in foreign_keys(demo, "supplier_product_variant")
        }

    @pytest.mark.parametrize(
        ("table", "column"),
        [
            ("employee", "manager_id"),
            ("category", "parent_id"),
            ("department", "parent_id"),
            ("ledger_account", "parent_id"),
        ],
    )
    def test_has_self_references(
        self, demo: sqlite3.Connection, count: Count, table: str, column: str
    ) -> None:
        """A tree is stored as a reference of a table to itself, with roots and children."""
        assert (column, table) in foreign_keys(demo, table)
        assert 0 < count(f"{table} WHERE {column} IS NULL") < count(table)

    @pytest.mark.parametrize(
        ("table", "column", "target", "key"),
        [
            ("product_review", "customer_id", "customer", "id"),
            ("newsletter_subscription", "customer_id", "customer", "id"),
            ("audit_log", "employee_id", "employee", "id"),
            ("customer", "legacy_customer_number", "TBL_KNDSTM_OLD", "KD_NR"),
        ],
    )
    def test_has_undeclared_foreign_keys(
        self, demo: sqlite3.Connection, count: Count, table: str, column: str, target: str, key: str
    ) -> None:
        """A key without a constraint still refers to rows that exist."""
        keys = f"(SELECT {key} FROM {target})"  # noqa: S608  # names from the list above

        assert column not in {name for name, _ in foreign_keys(demo, table)}
        assert 0 < count(f"{table} WHERE {column} IS NOT NULL")
        assert 0 == count(f"{table} WHERE {column} NOT IN {keys}")

    @pytest.mark.parametrize(
        ("table", "kind", "key"),
        [
            ("attachment", "subject_type", "subject_id"),
            ("stock_movement", "source_type", "source_id"),
            ("journal_entry", "document_type", "document_id"),
        ],
    )
    def test_has_polymorphic_pairs(
        self, demo: sqlite3.Connection, count: Count, table: str, kind: str, key: str
    ) -> None:
        """The type column names the table that the id column refers to."""
        rows = demo.execute(f"SELECT DISTINCT {kind} FROM {table} WHERE {kind} IS NOT NULL")  # noqa: S608  # names from the list above
        targets = [name for (name,) in rows]

        assert len(targets) > 1
        for target in targets:
            ids = f"(SELECT id FROM {target})"  # noqa: S608  # names from the list above
            assert 0 == count(f"{table} WHERE {kind} = '{target}' AND {key} NOT IN {ids}")

    @pytest.mark.parametrize("table", ["employee", "product", "customer", "supplier", "attachment"])
    def test_has_soft_deletes(self, count: Count, table: str) -> None:
        """Some rows are deleted softly, most are not."""
        assert 0 < count(f"{table} WHERE deleted_at IS NOT NULL") < count(table) / 2

    def test_lists_every_status_in_a_check(self, demo: sqlite3.Connection, count: Count) -> None:
        """No status column takes just any text."""
        with_status = [table for table in tables(demo) if "status" in columns(demo, table)]
        unchecked = [
            table
            for table in with_status
            if 0 == count(f"sqlite_master WHERE name = '{table}' AND sql LIKE '%(status IN (%'")
        ]

        assert len(with_status) > 10
        assert [] == unchecked

    def test_says_the_currency_of_money(self, demo: sqlite3.Connection) -> None:
        """A table with an amount has the currency too, or its parent document has it."""
        lines = {"sales_order_line"}
        with_amount = {
            table
            for table in tables(demo)
            if any(column.endswith("_amount") for column in columns(demo, table))
        }
        with_currency = {table for table in tables(demo) if "currency_code" in columns(demo, table)}

        assert lines == with_amount - with_currency

    def test_has_audit_columns(self, demo: sqlite3.Connection) -> None:
        """Who created what, and when it changed."""
        assert {"created_at", "updated_at", "created_by"} <= set(columns(demo, "sales_order"))
        assert {"created_at", "updated_at", "created_by"} <= set(columns(demo, "product"))

    def test_has_views_that_answer(self, demo: sqlite3.Connection, count: Count) -> None:
        """Each view selects something."""
        rows = demo.execute("SELECT name FROM sqlite_master WHERE type = 'view' ORDER BY name")
        views = [name for (name,) in rows]

        assert ["v_monthly_revenue", "v_stock_availability"] == views
        assert all(count(view) > 0 for view in views)

    def test_has_a_cryptic_legacy_table(self, demo: sqlite3.Connection) -> None:
        """The old customer master has German abbreviations for names."""
        assert {"KD_NR", "NAM1", "LKZ"} <= set(columns(demo, "TBL_KNDSTM_OLD"))

    def test_has_statistics_for_row_estimates(self, count: Count) -> None:
        """A reader can estimate rows without counting them."""
        assert 59 == count("(SELECT DISTINCT tbl FROM sqlite_stat1)")


def tables(demo: sqlite3.Connection) -> list[str]:
    rows = demo.execute(
        "SELECT name FROM sqlite_master"
        " WHERE type = 'table' AND name NOT LIKE 'sqlite~_%' ESCAPE '~'"
    )
    return [name for (name,) in rows]


def columns(demo: sqlite3.Connection, table: str) -> list[str]:
    return [name for (name,) in demo.execute("SELECT name FROM pragma_table_xinfo(?)", [table])]


def foreign_keys(demo: sqlite3.Connection, table: str) -> set[tuple[str, str]]:
    query = 'SELECT "from", "table" FROM pragma_foreign_key_list(?)'
    return {(column, target) for column, target in demo.execute(query, [table])}

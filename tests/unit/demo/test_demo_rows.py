import sqlite3
from collections.abc import Callable

Count = Callable[[str], int]


class TestRows:
    def test_keep_every_foreign_key(self, demo: sqlite3.Connection) -> None:
        """SQLite finds no row that refers to nothing."""
        assert [] == demo.execute("PRAGMA foreign_key_check").fetchall()

    def test_are_whole(self, demo: sqlite3.Connection) -> None:
        """SQLite finds no damage and no broken CHECK."""
        assert [("ok",)] == demo.execute("PRAGMA integrity_check").fetchall()

    def test_add_up_in_orders(self, count: Count) -> None:
        """The lines make the subtotal, and the parts make the total."""
        lines = (
            "SELECT SUM(line_amount) FROM sales_order_line WHERE sales_order_id = sales_order.id"
        )

        assert 0 == count(f"sales_order WHERE ABS(({lines}) - subtotal_amount) > 0.005")
        assert 0 == count(
            "sales_order WHERE ABS(subtotal_amount - discount_amount"
            " + shipping_amount + tax_amount - total_amount) > 0.005",
        )

    def test_add_up_in_the_warehouse(self, count: Count) -> None:
        """The movements of a bin make its stock."""
        moved = (
            "SELECT SUM(quantity) FROM stock_movement AS m"
            " WHERE m.storage_bin_id = stock_level.storage_bin_id"
            " AND m.product_variant_id = stock_level.product_variant_id"
        )

        assert 0 == count(f"stock_level WHERE quantity_on_hand <> ({moved})")

    def test_balance_in_the_ledger(self, count: Count) -> None:
        """Debit and credit of every journal entry are the same."""
        assert 0 == count(
            "(SELECT 1 FROM journal_line GROUP BY journal_entry_id"
            " HAVING ABS(SUM(debit_amount) - SUM(credit_amount)) > 0.005)",
        )

    def test_give_revenue_for_every_month(self, count: Count) -> None:
        """Two years of revenue, in three currencies."""
        assert 24 == count("(SELECT DISTINCT order_month FROM v_monthly_revenue)")
        assert 3 == count("(SELECT DISTINCT currency_code FROM v_monthly_revenue)")

    def test_give_open_tickets_for_several_agents(self, count: Count) -> None:
        """The question for open tickets per agent has an answer."""
        assert 3 < count(
            "(SELECT DISTINCT agent_id FROM ticket WHERE status IN ('open', 'waiting')"
            " AND agent_id IS NOT NULL)",
        )

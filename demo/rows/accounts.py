"""Cost centers and the chart of accounts."""

from dataclasses import dataclass

from demo.rows.writer import Writer

COST_CENTERS = (
    ("1000", "Management and administration", True),
    ("2000", "Web shop", True),
    ("2100", "Shops", True),
    ("2200", "Wholesale", True),
    ("3000", "Warehouse and logistics", True),
    ("3100", "Purchasing", True),
    ("4000", "Production", True),
    ("5000", "Customer service", True),
    ("6000", "Marketing", True),
    ("6900", "Trade fairs", False),
)
ACCOUNTS = (  # number, name, type, number of the parent
    ("1", "Assets", "asset", None),
    ("1000", "Cash", "asset", "1"),
    ("1100", "Bank", "asset", "1"),
    ("1140", "Merchandise", "asset", "1"),
    ("1200", "Trade receivables", "asset", "1"),
    ("2", "Equity", "equity", None),
    ("2000", "Share capital", "equity", "2"),
    ("3", "Liabilities", "liability", None),
    ("3300", "Trade payables", "liability", "3"),
    ("3800", "Value added tax", "liability", "3"),
    ("4", "Revenue", "revenue", None),
    ("4000", "Revenue web shop", "revenue", "4"),
    ("4100", "Revenue shops", "revenue", "4"),
    ("4200", "Revenue wholesale", "revenue", "4"),
    ("5", "Expenses", "expense", None),
    ("5000", "Cost of materials", "expense", "5"),
    ("6000", "Wages and salaries", "expense", "5"),
    ("6300", "Rent", "expense", "5"),
    ("6600", "Advertising", "expense", "5"),
)


@dataclass(frozen=True)
class Accounts:
    """Cost centers by code and ledger accounts by number."""

    cost_centers: dict[str, int]
    ledger: dict[str, int]


def write(writer: Writer) -> Accounts:
    """Write cost_center and ledger_account."""
    cost_centers = {
        code: writer.add("cost_center", code=code, name=name, is_active=is_active)
        for code, name, is_active in COST_CENTERS
    }
    ledger: dict[str, int] = {}
    for number, name, account_type, parent in ACCOUNTS:
        ledger[number] = writer.add(
            "ledger_account",
            account_number=number,
            name=name,
            account_type=account_type,
            parent_id=ledger[parent] if parent else None,
            is_active=True,
        )
    return Accounts(cost_centers, ledger)

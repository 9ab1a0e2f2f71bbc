"""Journal entries for invoices and deliveries."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from random import Random

from demo.rows import moments, orders
from demo.rows.accounts import Accounts
from demo.rows.billing import Invoice
from demo.rows.people import People
from demo.rows.purchasing import Receipt
from demo.rows.writer import Writer

BEGIN = date(2025, 7, 1)
"""The day the general ledger moved to this database."""
RECEIVABLES, PAYABLES, MERCHANDISE, TAX = "1200", "3300", "1140", "3800"
REVENUE = {  # channel: account and cost center
    orders.WEB: ("4000", "2000"),
    orders.SHOP: ("4100", "2100"),
    orders.WHOLESALE: ("4200", "2200"),
}


def write(
    writer: Writer,
    accounts: Accounts,
    people: People,
    invoices: list[Invoice],
    receipts: list[Receipt],
) -> None:
    """Write journal_entry and journal_line; each entry balances."""
    rng = Random("ledger")
    entries = [_of_invoice(invoice) for invoice in invoices if invoice.issued_on >= BEGIN]
    entries += [_of_receipt(receipt) for receipt in receipts if receipt.received_at.date() >= BEGIN]
    for entry_id, entry in enumerate(sorted(entries, key=_day), 1):
        writer.add(
            "journal_entry",
            id=entry_id,
            entry_number=f"J-{entry_id:05}",
            posted_on=entry.posted_on,
            description=entry.description,
            document_type=entry.document[0],
            document_id=entry.document[1],
            created_at=moments.working_hour(rng, entry.posted_on),
            created_by=people.someone(rng, entry.posted_on, title="Accountant"),
        )
        postings = [posting for posting in entry.postings if posting.debit or posting.credit]
        for number, posting in enumerate(postings, 1):
            cost_center = posting.cost_center
            writer.add(
                "journal_line",
                journal_entry_id=entry_id,
                line_number=number,
                ledger_account_id=accounts.ledger[posting.account],
                cost_center_id=accounts.cost_centers[cost_center] if cost_center else None,
                debit_amount=posting.debit,
                credit_amount=posting.credit,
                currency_code=entry.currency,
            )


@dataclass(frozen=True)
class _Posting:
    account: str
    debit: Decimal = orders.NO_MONEY
    credit: Decimal = orders.NO_MONEY
    cost_center: str | None = None


@dataclass(frozen=True)
class _Entry:
    posted_on: date
    description: str
    document: tuple[str, int]
    currency: str
    postings: tuple[_Posting, ...]


def _day(entry: _Entry) -> date:
    return entry.posted_on


def _of_invoice(invoice: Invoice) -> _Entry:
    order = invoice.order
    account, cost_center = REVENUE[order.channel]
    return _Entry(
        posted_on=invoice.issued_on,
        description=f"Invoice for order SO-{order.id:05}",
        document=("invoice", invoice.id),
        currency=order.customer.currency,
        postings=(
            _Posting(RECEIVABLES, debit=order.total),
            _Posting(account, credit=order.net, cost_center=cost_center),
            _Posting(TAX, credit=order.tax),
        ),
    )


def _of_receipt(receipt: Receipt) -> _Entry:
    return _Entry(
        posted_on=receipt.received_at.date(),
        description=f"Goods for purchase order PO-{receipt.order_id:05}",
        document=("goods_receipt", receipt.id),
        currency=receipt.currency,
        postings=(
            _Posting(MERCHANDISE, debit=receipt.value),
            _Posting(PAYABLES, credit=receipt.value),
        ),
    )

"""Invoices for what was delivered, and the payments of orders."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from demo.rows import dice, moments, orders
from demo.rows.fulfilment import Shipment
from demo.rows.orders import Order
from demo.rows.writer import Writer

METHODS = (  # code, name, is online, is active
    ("CARD", "Credit card", True, True),
    ("WALLET", "Online wallet", True, True),
    ("TRANSFER", "Bank transfer", False, True),
    ("CASH", "Cash", False, True),
    ("CHEQUE", "Cheque", False, False),
)
CHANNEL_METHODS = {
    orders.WEB: {"CARD": 55, "WALLET": 45},
    orders.SHOP: {"CARD": 70, "CASH": 30},
    orders.WHOLESALE: {"TRANSFER": 1},
}
TERM_DAYS = {orders.WEB: 0, orders.SHOP: 0, orders.WHOLESALE: 30}


@dataclass(frozen=True)
class Invoice:
    """An invoice as the ledger refers to one."""

    id: int
    order: Order
    issued_on: date


def write(writer: Writer, placed: list[Order], shipments: list[Shipment]) -> list[Invoice]:
    """Write payment_method, payment and invoice."""
    rng = Random("billing")
    for code, name, is_online, is_active in METHODS:
        writer.add("payment_method", code=code, name=name, is_online=is_online, is_active=is_active)
    shipped_at = {shipment.order.id: shipment.shipped_at for shipment in shipments}
    invoices: list[Invoice] = []
    for order in placed:
        sent_at = shipped_at.get(order.id, order.ordered_at)
        paid_at = _write_payment(writer, rng, order, sent_at)
        if order.is_delivered:
            invoice = Invoice(len(invoices) + 1, order, sent_at.date())
            _write_invoice(writer, invoice, sent_at, paid_at)
            invoices.append(invoice)
    return invoices


def _write_payment(writer: Writer, rng: Random, order: Order, sent_at: datetime) -> datetime | None:
    """Write the payments of an order and return when it was paid, if it was."""
    if order.channel == orders.WHOLESALE:
        paid_at = sent_at + timedelta(days=rng.randint(9, 45), hours=rng.randint(0, 5))
        is_paid = order.is_delivered and paid_at <= moments.NOW and dice.chance(rng, 0.94)
        if is_paid:
            _add_payment(writer, rng, order, "captured", paid_at)
        return paid_at if is_paid else None
    if order.channel == orders.WEB and dice.chance(rng, 0.06):
        _add_payment(writer, rng, order, "failed", None)
    if order.status == orders.NEW:
        _add_payment(writer, rng, order, "pending", None)
        return None
    paid_at = moments.later(rng, order.ordered_at, hours=(0.01, 0.2))
    status = "refunded" if order.status == orders.CANCELLED else "captured"
    _add_payment(writer, rng, order, status, paid_at)
    return paid_at


def _add_payment(
    writer: Writer, rng: Random, order: Order, status: str, paid_at: datetime | None
) -> None:
    method = dice.weighted(rng, CHANNEL_METHODS[order.channel])
    reference = f"{method.lower()}_{rng.getrandbits(48):012x}"
    writer.add(
        "payment",
        sales_order_id=order.id,
        payment_method_code=method,
        status=status,
        amount=order.total,
        currency_code=order.customer.currency,
        provider_reference=None if method == "CASH" else reference,
        paid_at=paid_at,
        created_at=paid_at or order.ordered_at,
    )


def _write_invoice(
    writer: Writer, invoice: Invoice, sent_at: datetime, paid_at: datetime | None
) -> None:
    order = invoice.order
    due_on = invoice.issued_on + timedelta(days=TERM_DAYS[order.channel])
    status = "paid"
    if paid_at is None:
        status = "overdue" if due_on < moments.TODAY else "open"
    writer.add(
        "invoice",
        id=invoice.id,
        invoice_number=f"INV-{invoice.issued_on.year}-{invoice.id:05}",
        sales_order_id=order.id,
        status=status,
        issued_on=invoice.issued_on,
        due_on=due_on,
        paid_on=paid_at.date() if paid_at else None,
        currency_code=order.customer.currency,
        net_amount=order.net,
        tax_amount=order.tax,
        total_amount=order.total,
        created_at=sent_at,
    )

"""Purchase orders, their lines, and what arrived."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from random import Random

from demo.rows import dice, moments
from demo.rows.fulfilment import CENTRAL, SITES, SWISS, Depots
from demo.rows.people import People
from demo.rows.suppliers import Offer, Supplier
from demo.rows.writer import Writer

COUNT = 46
DRAFT, SENT, PARTIAL, RECEIVED, CANCELLED = "draft", "sent", "partial", "received", "cancelled"
DRAFT_DAYS = 12
NOTES = (None, None, None, "One carton damaged, contents complete", "Delivered a day late")


@dataclass(frozen=True)
class Receipt:
    """A delivery of a supplier; quantities by variant id."""

    id: int
    order_id: int
    ordered_on: date
    warehouse: str
    received_at: datetime
    quantities: dict[int, int]
    value: Decimal
    currency: str


def write(
    writer: Writer, depots: Depots, people: People, suppliers: list[Supplier]
) -> list[Receipt]:
    """Write purchase_order, purchase_order_line and goods_receipt."""
    rng = Random("purchasing")
    sellers = [supplier for supplier in suppliers if supplier.offers]
    days = sorted(
        moments.workday(moments.day_between(rng, moments.BEGIN, moments.TODAY - timedelta(days=4)))
        for _ in range(COUNT)
    )
    receipts: list[Receipt] = []
    for order_id, day in enumerate(days, 1):
        purchase = _draw(rng, order_id, rng.choice(sellers), day)
        receipt = purchase.receipt(rng, len(receipts) + 1) if purchase.is_received else None
        changed_at = receipt.received_at if receipt else moments.working_hour(rng, day)
        _write_order(writer, rng, purchase, depots, people, changed_at)
        if receipt is not None:
            writer.add(
                "goods_receipt",
                id=receipt.id,
                receipt_number=f"GR-{receipt.id:05}",
                purchase_order_id=order_id,
                received_at=receipt.received_at,
                received_by=people.someone(
                    rng,
                    receipt.received_at.date(),
                    title="Warehouse clerk",
                    site=SITES[receipt.warehouse],
                ),
                note=rng.choice(NOTES),
            )
            receipts.append(receipt)
    return receipts


@dataclass(frozen=True)
class _Item:
    offer: Offer
    ordered: int
    received: int


@dataclass(frozen=True)
class _Purchase:
    id: int
    supplier: Supplier
    warehouse: str
    status: str
    ordered_on: date
    expected_on: date
    items: tuple[_Item, ...]

    @property
    def total(self) -> Decimal:
        return sum((item.ordered * item.offer.unit_cost for item in self.items), Decimal(0))

    @property
    def is_received(self) -> bool:
        return any(item.received for item in self.items)

    def receipt(self, rng: Random, receipt_id: int) -> Receipt:
        arrival = min(
            moments.workday(self.expected_on + timedelta(days=rng.randint(-2, 6))), moments.TODAY
        )
        return Receipt(
            id=receipt_id,
            order_id=self.id,
            ordered_on=self.ordered_on,
            warehouse=self.warehouse,
            received_at=moments.working_hour(rng, arrival),
            quantities={
                item.offer.variant.id: item.received for item in self.items if item.received
            },
            value=sum((item.received * item.offer.unit_cost for item in self.items), Decimal(0)),
            currency=self.supplier.currency,
        )


def _draw(rng: Random, order_id: int, supplier: Supplier, day: date) -> _Purchase:
    offers = [offer for offer in supplier.offers if offer.variant.is_sold_on(day)]
    chosen = dice.pick(rng, offers, rng.randint(2, 6))
    expected_on = moments.workday(
        day + timedelta(days=max(offer.lead_time_days for offer in chosen))
    )
    status = _status(rng, day, expected_on)
    items = []
    for number, offer in enumerate(chosen):
        ordered = max(offer.min_quantity, 5) * rng.randint(1, 3)
        is_missing = status == PARTIAL and number % 2 == 0
        arrived = status in {RECEIVED, PARTIAL} and not is_missing
        items.append(_Item(offer, ordered, ordered if arrived else 0))
    warehouse = SWISS if dice.chance(rng, 0.15) else CENTRAL
    return _Purchase(order_id, supplier, warehouse, status, day, expected_on, tuple(items))


def _status(rng: Random, day: date, expected_on: date) -> str:
    if day > moments.TODAY - timedelta(days=DRAFT_DAYS):
        return DRAFT
    if expected_on >= moments.TODAY - timedelta(days=7):
        return SENT
    return dice.weighted(rng, {RECEIVED: 86, PARTIAL: 8, CANCELLED: 6})


def _write_order(
    writer: Writer,
    rng: Random,
    purchase: _Purchase,
    depots: Depots,
    people: People,
    changed_at: datetime,
) -> None:
    writer.add(
        "purchase_order",
        id=purchase.id,
        order_number=f"PO-{purchase.id:05}",
        supplier_id=purchase.supplier.id,
        warehouse_id=depots.warehouses[purchase.warehouse],
        buyer_id=people.someone(rng, purchase.ordered_on, title="Buyer"),
        status=purchase.status,
        ordered_on=purchase.ordered_on,
        expected_on=None if purchase.status == DRAFT else purchase.expected_on,
        currency_code=purchase.supplier.currency,
        total_amount=purchase.total,
        created_at=datetime.combine(purchase.ordered_on, time(8)),
        updated_at=changed_at,
    )
    for number, item in enumerate(purchase.items, 1):
        writer.add(
            "purchase_order_line",
            purchase_order_id=purchase.id,
            line_number=number,
            product_variant_id=item.offer.variant.id,
            quantity_ordered=item.ordered,
            quantity_received=item.received,
            unit_cost=item.offer.unit_cost,
        )

"""Every movement of goods, collected from what happened in the other domains."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time
from random import Random

from demo.rows import moments
from demo.rows.feedback import Return
from demo.rows.fulfilment import CENTRAL, SWISS, Shipment
from demo.rows.orders import Order
from demo.rows.production import Output
from demo.rows.purchasing import Receipt
from demo.rows.variants import Variant

ADJUSTMENT = "adjustment"


@dataclass(frozen=True)
class Place:
    """Where a variant lies: on the shelf of a warehouse or in its quarantine."""

    variant_id: int
    warehouse: str
    is_quarantine: bool = False


@dataclass(frozen=True)
class Movement:
    """Goods that came to a place, or left it when the quantity is negative."""

    place: Place
    kind: str
    quantity: int
    source: tuple[str, int] | None
    moved_at: datetime


@dataclass(frozen=True)
class Causes:
    """Everything that moves goods."""

    shipments: list[Shipment]
    returns: list[Return]
    receipts: list[Receipt]
    outputs: list[Output]


def depot_of(order: Order) -> str:
    """Return the warehouse that serves the order."""
    return SWISS if order.customer.country == "CH" else CENTRAL


def collect(rng: Random, variants: list[Variant], causes: Causes) -> list[Movement]:
    """Return all movements in order of time; no place ever holds less than nothing."""
    caused = sorted(_caused(causes), key=_moment)
    by_place: defaultdict[Place, list[Movement]] = defaultdict(list)
    for variant in variants:
        by_place[Place(variant.id, CENTRAL)] = []
    for movement in caused:
        by_place[movement.place].append(movement)
    launched_on = {variant.id: variant.launched_on for variant in variants}
    opening = []
    for place, movements in by_place.items():
        quantity = _needed(movements) + (0 if place.is_quarantine else rng.randint(0, 14))
        day = max(moments.BEGIN, launched_on[place.variant_id])
        if quantity:
            at = datetime.combine(day, time(7))
            opening.append(Movement(place, ADJUSTMENT, quantity, None, at))
    return sorted(opening + caused, key=_moment)


def _moment(movement: Movement) -> datetime:
    return movement.moved_at


def _needed(movements: list[Movement]) -> int:
    """Return what must lie there at first so that the stock never drops below zero."""
    lowest = level = 0
    for movement in movements:
        level += movement.quantity
        lowest = min(lowest, level)
    return -lowest


def _caused(causes: Causes) -> Iterator[Movement]:
    for shipment in causes.shipments:
        source = ("shipment", shipment.id)
        for line in shipment.lines:
            place = Place(line.variant.id, shipment.warehouse)
            yield Movement(place, "shipment", -line.quantity, source, shipment.shipped_at)
    for back in causes.returns:
        place = Place(back.line.variant.id, depot_of(back.order), back.is_defective)
        source = ("product_return", back.id)
        yield Movement(place, "return", back.quantity, source, back.received_at)
    for receipt in causes.receipts:
        source = ("goods_receipt", receipt.id)
        for variant_id, quantity in receipt.quantities.items():
            place = Place(variant_id, receipt.warehouse)
            yield Movement(place, "receipt", quantity, source, receipt.received_at)
    for output in causes.outputs:
        place = Place(output.variant_id, CENTRAL)
        source = ("work_order", output.work_order_id)
        yield Movement(place, "production", output.quantity, source, output.finished_at)

"""What reaches the service desk: which customer asks what, about which order, and when."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from demo.rows import dice, moments
from demo.rows.customers import Customer
from demo.rows.orders import Order

COUNT, RECENT_COUNT = 150, 30
RECENT_FROM = moments.TODAY - timedelta(days=13)
WARRANTY = "Warranty"
CATEGORIES = {  # name: default priority, hours to the first response, subjects
    "Delivery": (
        "high",
        8,
        ("Where is my parcel?", "Parcel damaged", "Wrong address on the label"),
    ),
    "Return": (
        "normal",
        24,
        ("How do I send it back?", "Refund has not arrived", "Exchange for L"),
    ),
    "Payment": ("high", 8, ("Charged twice", "Coupon not applied", "Invoice with VAT number")),
    WARRANTY: ("normal", 24, ("Seam came open", "Zip is stuck", "Broke in the wind")),
    "Product advice": ("low", 48, ("Which size fits?", "Is it waterproof?", "Weight with pegs?")),
    "Account": ("low", 48, ("Cannot sign in", "Please change my address")),
    "Other": ("low", 72, ("Sponsoring request", "Praise for the shop team")),
}
WEIGHTS = {
    "Delivery": 28,
    "Return": 20,
    "Payment": 12,
    WARRANTY: 18,
    "Product advice": 12,
    "Account": 6,
}
WEIGHTS |= {"Other": 4}
DAYS_AFTER_ORDER = {"Delivery": (3, 12), "Return": (6, 30), "Payment": (1, 20), WARRANTY: (40, 500)}


@dataclass(frozen=True)
class Cause:
    """Why there is a ticket."""

    customer: Customer
    order: Order | None
    category: str
    opened_at: datetime


def causes(rng: Random, customers: list[Customer], placed: list[Order]) -> list[Cause]:
    """Return the causes of all tickets in order of time, with enough recent ones to be open."""
    found: list[Cause] = []
    while len(found) < COUNT:
        category = dice.weighted(rng, WEIGHTS)
        first = RECENT_FROM if len(found) < RECENT_COUNT else moments.BEGIN
        about = _order(rng, placed, category, first) if category in DAYS_AFTER_ORDER else None
        if about is not None:
            order, day = about
            found.append(Cause(order.customer, order, category, moments.waking_hour(rng, day)))
        elif category not in DAYS_AFTER_ORDER:
            day = moments.day_between(rng, first, moments.TODAY - timedelta(days=1))
            known = [customer for customer in customers if customer.buys_on(day)]
            if known:
                found.append(
                    Cause(rng.choice(known), None, category, moments.waking_hour(rng, day))
                )
    return sorted(found, key=_opening)


def _opening(cause: Cause) -> datetime:
    return cause.opened_at


def _order(
    rng: Random, placed: list[Order], category: str, first: date
) -> tuple[Order, date] | None:
    """Return a delivered order and a day to ask about it, if a ticket from `first` on can be."""
    earliest, latest = DAYS_AFTER_ORDER[category]
    options = []
    for order in placed:
        if order.is_delivered:
            ordered_on = order.ordered_at.date()
            start = max(first, ordered_on + timedelta(days=earliest))
            end = min(moments.TODAY - timedelta(days=1), ordered_on + timedelta(days=latest))
            if start <= end:
                options.append((order, start, end))
    if not options:
        return None
    order, start, end = rng.choice(options)
    return order, moments.day_between(rng, start, end)

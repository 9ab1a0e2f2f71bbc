"""What comes back after a sale: returns, reviews and newsletter subscriptions."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from demo.rows import assortment, dice, moments, orders, vocabulary
from demo.rows.customers import Customer
from demo.rows.orders import Line, Order
from demo.rows.writer import Writer

REASONS = {"wrong_size": 45, "changed_mind": 25, "not_as_shown": 15, "defective": 15}
RATINGS = {5: 46, 4: 30, 3: 13, 2: 6, 1: 5}
STRANGERS = 35


@dataclass(frozen=True)
class Return:
    """A return whose goods have arrived, as the warehouse refers to one."""

    id: int
    order: Order
    line: Line
    quantity: int
    is_defective: bool
    received_at: datetime


def write_returns(writer: Writer, placed: list[Order]) -> list[Return]:
    """Write product_return and return those whose goods are back."""
    rng = Random("returns")
    received = []
    number = 0
    for order in placed:
        if order.status != orders.COMPLETED or order.channel == orders.WHOLESALE:
            continue
        for line in order.lines:
            if dice.chance(rng, 0.1):
                number += 1
                received += _write_return(writer, rng, number, order, line)
    return received


def write_reviews(writer: Writer, placed: list[Order]) -> None:
    """Write product_review; only buyers review."""
    rng = Random("reviews")
    for order in placed:
        if order.status != orders.COMPLETED or order.customer.is_company:
            continue
        for line in order.lines:
            if dice.chance(rng, 0.25):
                rating = dice.weighted(rng, RATINGS)
                title, body = assortment.REVIEWS[rating]
                created_at = moments.later(rng, order.ordered_at, hours=(200, 1500))
                is_recent = created_at > moments.NOW - timedelta(days=7)
                writer.add(
                    "product_review",
                    product_id=line.variant.product_id,
                    customer_id=order.customer.id,
                    rating=rating,
                    title=title,
                    body=body if dice.chance(rng, 0.7) else None,
                    status="pending"
                    if is_recent
                    else dice.weighted(rng, {"published": 95, "rejected": 5}),
                    created_at=created_at,
                )


def write_subscriptions(writer: Writer, customers: list[Customer]) -> None:
    """Write newsletter_subscription, for customers and for people who never bought."""
    rng = Random("newsletter")
    people: list[tuple[str, Customer | None]] = [
        (customer.email, customer) for customer in customers if dice.chance(rng, 0.5)
    ]
    for number in range(STRANGERS):
        first, last = vocabulary.person(rng, "DE")
        email = f"{vocabulary.ascii_word(first)}.{vocabulary.ascii_word(last)}{number}@example.net"
        people.append((email, None))
    for email, customer in people:
        earliest = customer.created_at.date() if customer else moments.BEGIN
        day = moments.day_between(rng, earliest, moments.TODAY - timedelta(days=1))
        subscribed_at = moments.waking_hour(rng, day)
        status = dice.weighted(
            rng, {"subscribed": 74, "unsubscribed": 17, "pending": 5, "bounced": 4}
        )
        left_at = moments.later(rng, subscribed_at, hours=(24, 9000))
        writer.add(
            "newsletter_subscription",
            email=email,
            customer_id=customer.id if customer else None,
            status=status,
            source=dice.weighted(rng, {"checkout": 50, "footer": 25, "shop": 15, "event": 10})
            if customer
            else dice.weighted(rng, {"footer": 70, "event": 30}),
            subscribed_at=subscribed_at,
            unsubscribed_at=left_at if status == "unsubscribed" else None,
        )


def _write_return(
    writer: Writer, rng: Random, number: int, order: Order, line: Line
) -> list[Return]:
    reason = dice.weighted(rng, REASONS)
    requested_at = moments.later(rng, order.ordered_at, hours=(150, 600))
    closed_at = moments.later(rng, requested_at, hours=(72, 340))
    status = dice.weighted(rng, {"refunded": 88, "rejected": 12})
    if closed_at >= moments.NOW:
        status = rng.choice(("announced", "received"))
    quantity = rng.randint(1, line.quantity)
    writer.add(
        "product_return",
        id=number,
        return_number=f"RT-{number:05}",
        sales_order_line_id=line.id,
        reason_code=reason,
        quantity=quantity,
        status=status,
        refund_amount=order.refund(line, quantity) if status == "refunded" else 0,
        currency_code=order.customer.currency,
        requested_at=requested_at,
        closed_at=closed_at if closed_at < moments.NOW else None,
    )
    if status == "announced":
        return []
    received_at = moments.later_at_work(rng, requested_at, hours=(24, 72))
    return [Return(number, order, line, quantity, reason == "defective", received_at)]

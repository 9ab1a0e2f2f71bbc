"""Sales orders and their lines, as they came in."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from random import Random

from demo.rows import demand, dice, moments, orders
from demo.rows.company import Company
from demo.rows.customers import CLUB, Customer
from demo.rows.demand import Request
from demo.rows.marketing import Coupon
from demo.rows.orders import Line, Order
from demo.rows.people import People
from demo.rows.variants import Variant
from demo.rows.writer import Writer

AGES = ((4, orders.NEW), (9, orders.CONFIRMED), (18, orders.SHIPPED))  # up to so many days old
QUANTITIES = {1: 80, 2: 15, 3: 5}
WHOLESALE_QUANTITIES = {3: 20, 5: 30, 6: 15, 8: 10, 10: 15, 12: 7, 20: 3}
HOURS_TO_LAST_CHANGE = {
    orders.NEW: (0, 0.1),
    orders.CONFIRMED: (1, 48),
    orders.CANCELLED: (1, 72),
    orders.SHIPPED: (90, 200),
    orders.COMPLETED: (260, 400),
}
FREE_SHIPPING_FROM, SHIPPING_FEE = Decimal(150), Decimal("5.90")


@dataclass(frozen=True)
class Market:
    """Everybody and everything that takes part in a sale."""

    company: Company
    people: People
    customers: list[Customer]
    variants: list[Variant]
    coupons: dict[int, Coupon]


def write(writer: Writer, market: Market) -> list[Order]:
    """Write sales_order and sales_order_line."""
    rng = Random("orders")
    line_ids = itertools.count(1)
    placed = []
    for order_id, request in enumerate(demand.requests(rng, market.customers), 1):
        order = _draw(rng, market, order_id, request, line_ids)
        _write_order(writer, rng, order, market)
        placed.append(order)
    return placed


def _draw(
    rng: Random, market: Market, order_id: int, request: Request, line_ids: Iterator[int]
) -> Order:
    customer, day = request.customer, request.ordered_at.date()
    lines = tuple(_draw_lines(rng, market, request, line_ids))
    coupon_id = None
    if request.channel == orders.WEB:
        coupon_id = _draw_coupon(rng, market.coupons, customer, day)
    is_free = (
        request.channel == orders.SHOP or sum(line.amount for line in lines) >= FREE_SHIPPING_FROM
    )
    return Order(
        id=order_id,
        customer=customer,
        channel=request.channel,
        shop=request.shop,
        status=_status(rng, request),
        ordered_at=request.ordered_at,
        coupon_id=coupon_id,
        coupon_percent=market.coupons[coupon_id].percent if coupon_id else Decimal(0),
        lines=lines,
        shipping=orders.NO_MONEY if is_free else SHIPPING_FEE,
        shipping_tax=market.company.taxes[customer.country, "standard"],
    )


def _draw_lines(
    rng: Random, market: Market, request: Request, line_ids: Iterator[int]
) -> Iterator[Line]:
    is_wholesale = request.channel == orders.WHOLESALE
    day, customer = request.ordered_at.date(), request.customer
    price_list = "WHOLESALE-EUR" if is_wholesale else f"RETAIL-{customer.currency}"
    offer = [variant for variant in market.variants if variant.is_sold_on(day)]
    wishes = rng.choices(
        offer,
        [variant.popularity for variant in offer],
        k=rng.randint(2, 5) if is_wholesale else dice.weighted(rng, {1: 45, 2: 35, 3: 20}),
    )
    for variant in {wish.id: wish for wish in wishes}.values():
        quantity = dice.weighted(rng, WHOLESALE_QUANTITIES if is_wholesale else QUANTITIES)
        yield Line(
            id=next(line_ids),
            variant=variant,
            quantity=quantity,
            unit_price=variant.price(price_list, quantity),
            discount_percent=customer.discount_percent,
            tax=market.company.taxes[customer.country, variant.tax_class],
        )


def _draw_coupon(
    rng: Random, coupons: dict[int, Coupon], customer: Customer, day: date
) -> int | None:
    valid = [
        coupon_id
        for coupon_id, coupon in coupons.items()
        if coupon.valid_from <= day <= coupon.valid_to
        and (coupon.is_seasonal or customer.segment == CLUB)
    ]
    return rng.choice(valid) if valid and dice.chance(rng, 0.35) else None


def _status(rng: Random, request: Request) -> str:
    if request.channel == orders.SHOP:
        return orders.COMPLETED
    age = (moments.NOW - request.ordered_at).days
    if age > AGES[0][0] and dice.chance(rng, 0.05):
        return orders.CANCELLED
    return next((status for limit, status in AGES if age <= limit), orders.COMPLETED)


def _write_order(writer: Writer, rng: Random, order: Order, market: Market) -> None:
    hours = (0, 0.1) if order.shop else HOURS_TO_LAST_CHANGE[order.status]
    rep_id = _sales_rep(rng, order, market.people)
    writer.add(
        "sales_order",
        id=order.id,
        order_number=f"SO-{order.id:05}",
        customer_id=order.customer.id,
        channel=order.channel,
        site_id=market.company.sites[order.shop] if order.shop else None,
        sales_rep_id=rep_id,
        coupon_id=order.coupon_id,
        status=order.status,
        ordered_at=order.ordered_at,
        billing_address_id=order.customer.billing_address_id,
        shipping_address_id=None if order.shop else order.customer.shipping_address_id,
        currency_code=order.customer.currency,
        subtotal_amount=order.subtotal,
        discount_amount=order.discount,
        shipping_amount=order.shipping,
        tax_amount=order.tax,
        total_amount=order.total,
        created_at=order.ordered_at,
        updated_at=moments.later(rng, order.ordered_at, hours=hours),
        created_by=rep_id,
    )
    for number, line in enumerate(order.lines, 1):
        writer.add(
            "sales_order_line",
            id=line.id,
            sales_order_id=order.id,
            line_number=number,
            product_variant_id=line.variant.id,
            quantity=line.quantity,
            unit_price=line.unit_price,
            discount_percent=line.discount_percent,
            tax_rate_id=line.tax.id,
            line_amount=line.amount,
        )


def _sales_rep(rng: Random, order: Order, people: People) -> int | None:
    day = order.ordered_at.date()
    if order.shop:
        return people.someone(rng, day, title="Sales assistant", site=order.shop)
    if order.channel == orders.WHOLESALE:
        # Seeded by the customer, so that a customer keeps the same representative.
        return people.someone(Random(order.customer.id), day, title="Sales representative")
    return None

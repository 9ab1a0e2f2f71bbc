"""Who wants to buy, when and where; there are seasons, growth and loyal customers."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from demo.rows import dice, moments, orders
from demo.rows.customers import Customer

COUNT = 280
SEASON = (0.6, 0.6, 0.8, 1.0, 1.3, 1.4, 1.3, 1.0, 0.9, 0.9, 1.3, 1.7)  # January to December
GROWTH_PER_MONTH = 0.02
SHOPS = {"DE": "SH-MUC", "AT": "SH-INN", "CH": "SH-ZRH"}
SECOND_SHOP, SECOND_SHOP_UNTIL = "SH-STR", date(2025, 12, 30)
SHOP_SHARE, SECOND_SHOP_SHARE = 0.45, 0.4


@dataclass(frozen=True)
class Request:
    """Somebody who wants to buy."""

    customer: Customer
    channel: str
    shop: str | None
    ordered_at: datetime


def requests(rng: Random, customers: list[Customer]) -> list[Request]:
    """Return what leads to an order, in order of time."""
    loyalty = {
        customer: min(6.0, rng.paretovariate(1.6)) * (1 + customer.is_company)
        for customer in customers
    }
    return sorted((_request(rng, loyalty, day) for day in _days(rng)), key=_moment)


def _moment(request: Request) -> datetime:
    return request.ordered_at


def _days(rng: Random) -> list[date]:
    """Return the days of all orders; later months and good seasons have more."""
    months = list(moments.months(moments.BEGIN, moments.TODAY))
    weights = [
        SEASON[month.month - 1] * (1 + GROWTH_PER_MONTH) ** age for age, month in enumerate(months)
    ]
    return [
        moments.day_between(rng, month + timedelta(days=1), moments.month_end(month))
        for month in rng.choices(months, weights, k=COUNT)
    ]


def _request(rng: Random, loyalty: dict[Customer, float], day: date) -> Request:
    buyers = {customer: weight for customer, weight in loyalty.items() if customer.buys_on(day)}
    customer = dice.weighted(rng, buyers)
    if customer.is_company:
        at = moments.working_hour(rng, min(moments.workday(day), moments.TODAY))
        return Request(customer, orders.WHOLESALE, None, at)
    if customer.country in SHOPS and not _is_sunday(day) and dice.chance(rng, SHOP_SHARE):
        shop = SHOPS[customer.country]
        is_second = customer.country == "DE" and day <= SECOND_SHOP_UNTIL
        if is_second and dice.chance(rng, SECOND_SHOP_SHARE):
            shop = SECOND_SHOP
        return Request(customer, orders.SHOP, shop, moments.working_hour(rng, day))
    at = moments.waking_hour(rng, day) if day < moments.TODAY else moments.NOW
    return Request(customer, orders.WEB, None, at)


def _is_sunday(day: date) -> bool:
    return day.weekday() == moments.SUNDAY

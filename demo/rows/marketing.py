"""Campaigns, the products they show, and coupons."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from random import Random

from demo.rows import dice, moments
from demo.rows.people import People
from demo.rows.variants import Variant
from demo.rows.writer import Writer


@dataclass(frozen=True)
class Coupon:
    """A coupon as orders use it."""

    code: str
    percent: Decimal
    valid_from: date
    valid_to: date
    max_uses: int | None = None

    @property
    def is_seasonal(self) -> bool:
        """Whether everybody may use it during its campaign; the other one is for the club."""
        return self.max_uses is not None


CAMPAIGNS = (  # code, name, channel, first and last day, budget in EUR
    ("SUMMER-24", "Summer in the hills 2024", "social", "2024-07-08", "2024-08-31", 9000),
    ("TRAIL-24", "Back to the trail 2024", "email", "2024-09-09", "2024-09-30", 2500),
    ("WINTER-24", "Gifts for those outside 2024", "search", "2024-11-18", "2024-12-23", 14000),
    ("SPRING-25", "First tent nights 2025", "email", "2025-03-24", "2025-04-30", 4500),
    ("FAIR-25", "Outdoor fair Friedrichshafen", "event", "2025-05-12", "2025-05-18", 22000),
    ("SUMMER-25", "Summer in the hills 2025", "social", "2025-06-23", "2025-08-31", 11000),
    ("CATALOG-25", "Autumn catalog", "print", "2025-09-15", "2025-10-31", 16500),
    ("WINTER-25", "Gifts for those outside 2025", "search", "2025-11-17", "2025-12-23", 15500),
    ("SPRING-26", "First tent nights 2026", "email", "2026-03-23", "2026-04-30", 5000),
    ("FAIR-26", "Outdoor fair Munich", "event", "2026-06-01", "2026-06-07", 20000),
    ("SUMMER-26", "Summer in the hills 2026", "social", "2026-06-15", "2026-08-31", 12000),
    ("TRAIL-26", "Back to the trail 2026", "email", "2026-09-07", "2026-09-30", 3000),
)
CANCELLED = "FAIR-26"
PERCENTS = {"SUMMER": "10", "TRAIL": "8", "WINTER": "12", "SPRING": "10"}
CLUB = Coupon("ALPINECLUB5", Decimal(5), date(2024, 7, 1), date(2026, 12, 31))


def write(writer: Writer, people: People, variants: list[Variant]) -> dict[int, Coupon]:
    """Write campaign, campaign_product and coupon; return the coupons by id."""
    rng = Random("marketing")
    product_ids = sorted({variant.product_id for variant in variants})
    coupons = {_write_coupon(writer, CLUB, None): CLUB}
    for code, name, channel, first, last, budget in CAMPAIGNS:
        starts_on, ends_on = date.fromisoformat(first), date.fromisoformat(last)
        campaign_id = writer.add(
            "campaign",
            code=code,
            name=name,
            channel=channel,
            status=_status(code, starts_on, ends_on),
            starts_on=starts_on,
            ends_on=ends_on,
            budget_amount=budget,
            currency_code="EUR",
            owner_id=people.someone(rng, moments.BEGIN, title="Marketing specialist"),
        )
        for product_id in dice.pick(rng, product_ids, rng.randint(3, 7)):
            writer.add("campaign_product", campaign_id=campaign_id, product_id=product_id)
        season, _, year = code.partition("-")
        if season in PERCENTS and starts_on <= moments.TODAY:
            percent = Decimal(PERCENTS[season])
            coupon = Coupon(f"{season}{year}", percent, starts_on, ends_on, rng.choice((200, 500)))
            coupons[_write_coupon(writer, coupon, campaign_id)] = coupon
    return coupons


def _status(code: str, starts_on: date, ends_on: date) -> str:
    if code == CANCELLED:
        return "cancelled"
    if starts_on > moments.TODAY:
        return "planned"
    return "running" if ends_on >= moments.TODAY else "finished"


def _write_coupon(writer: Writer, coupon: Coupon, campaign_id: int | None) -> int:
    return writer.add(
        "coupon",
        code=coupon.code,
        campaign_id=campaign_id,
        discount_percent=coupon.percent,
        valid_from=coupon.valid_from,
        valid_to=coupon.valid_to,
        max_uses=coupon.max_uses,
    )

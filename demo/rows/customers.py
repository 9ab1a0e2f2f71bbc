"""Customers and their addresses."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random

from demo.rows import company, dice, moments, vocabulary
from demo.rows.writer import Writer

STANDARD, CLUB, TRADE, SCHOOL = "STANDARD", "CLUB", "TRADE", "SCHOOL"
SEGMENTS = {  # code: name, discount in percent
    STANDARD: ("Standard", Decimal(0)),
    CLUB: ("Alpine club members", Decimal(5)),
    TRADE: ("Dealers", Decimal(0)),
    SCHOOL: ("Mountain schools and climbing gyms", Decimal(8)),
}
COUNTRY_WEIGHTS = {"DE": 46, "AT": 15, "CH": 15, "FR": 6, "IT": 6, "NL": 5, "GB": 7}
COMPANY_COUNTRY_WEIGHTS = {"DE": 55, "AT": 20, "FR": 8, "IT": 9, "NL": 8}
COMPANY_NAMES = {
    TRADE: ("Bergsport {}", "Alpinladen {}", "Trekking {}", "{} Outdoor"),
    SCHOOL: ("Bergschule {}", "Kletterhalle {}"),
}
CURRENCY = {"CH": "CHF", "GB": "GBP"}
DIALING = {"DE": 49, "AT": 43, "CH": 41, "FR": 33, "IT": 39, "NL": 31, "GB": 44}
COUNT, LEGACY_COUNT, FIRST_LEGACY_NUMBER = 170, 52, 10_417


@dataclass(frozen=True)
class Customer:
    """A customer as other domains refer to one."""

    id: int
    segment: str
    first_name: str
    last_name: str
    company_name: str | None
    country: str
    billing_address_id: int
    shipping_address_id: int
    legacy_number: int | None
    created_at: datetime
    deleted_at: datetime | None

    @property
    def is_company(self) -> bool:
        """Whether it buys by wholesale."""
        return self.company_name is not None

    @property
    def email(self) -> str:
        """The only address of its kind."""
        if self.company_name is not None:
            return f"info@{vocabulary.ascii_word(self.company_name)}{self.id}.example"
        first, last = (vocabulary.ascii_word(name) for name in (self.first_name, self.last_name))
        return f"{first}.{last}{self.id}@example.org"

    @property
    def currency(self) -> str:
        """The currency the customer pays in."""
        return CURRENCY.get(self.country, "EUR")

    @property
    def discount_percent(self) -> Decimal:
        """The discount of the segment on every line."""
        return SEGMENTS[self.segment][1]

    def buys_on(self, day: date) -> bool:
        """Tell whether the customer can order on `day`."""
        is_leaving = self.deleted_at is not None and day > self.deleted_at.date() - timedelta(
            days=60
        )
        return self.created_at.date() < day and not is_leaving


def write(writer: Writer) -> list[Customer]:
    """Write customer_segment, customer and customer_address."""
    rng = Random("customers")
    segments = {
        code: writer.add("customer_segment", code=code, name=name, discount_percent=discount)
        for code, (name, discount) in SEGMENTS.items()
    }
    arrivals = sorted(
        moments.day_between(rng, moments.BEGIN, moments.TODAY - timedelta(days=5))
        for _ in range(COUNT - LEGACY_COUNT)
    )
    customers = []
    for number, day in enumerate([moments.BEGIN] * LEGACY_COUNT + arrivals, 1):
        customer = _draw(writer, rng, number, day)
        _write_customer(writer, rng, customer, segments[customer.segment])
        customers.append(customer)
    return customers


def _draw(writer: Writer, rng: Random, number: int, day: date) -> Customer:
    segment = dice.weighted(rng, {STANDARD: 60, CLUB: 22, TRADE: 12, SCHOOL: 6})
    is_company = segment in COMPANY_NAMES
    country = dice.weighted(rng, COMPANY_COUNTRY_WEIGHTS if is_company else COUNTRY_WEIGHTS)
    first_name, last_name = vocabulary.person(rng, country)
    billing = company.add_address(writer, rng, country)
    is_elsewhere = dice.chance(rng, 0.18)
    created_at = moments.waking_hour(rng, day)
    leaves_on = moments.day_between(rng, day + timedelta(days=200), moments.TODAY)
    is_leaving = leaves_on < moments.TODAY and dice.chance(rng, 0.06)
    return Customer(
        id=number,
        segment=segment,
        first_name=first_name,
        last_name=last_name,
        company_name=rng.choice(COMPANY_NAMES[segment]).format(last_name) if is_company else None,
        country=country,
        billing_address_id=billing,
        shipping_address_id=company.add_address(writer, rng, country) if is_elsewhere else billing,
        legacy_number=FIRST_LEGACY_NUMBER + 13 * number if number <= LEGACY_COUNT else None,
        created_at=created_at,
        deleted_at=moments.working_hour(rng, leaves_on) if is_leaving else None,
    )


def _write_customer(writer: Writer, rng: Random, customer: Customer, segment_id: int) -> None:
    phone = f"+{DIALING[customer.country]} {rng.randint(200, 899)} 555 0{rng.randint(100, 199)}"
    writer.add(
        "customer",
        id=customer.id,
        customer_number=f"C{20_000 + customer.id}",
        customer_type="company" if customer.is_company else "person",
        first_name=customer.first_name,
        last_name=customer.last_name,
        company_name=customer.company_name,
        email=customer.email,
        phone=phone if customer.is_company or dice.chance(rng, 0.6) else None,
        customer_segment_id=segment_id,
        currency_code=customer.currency,
        legacy_customer_number=customer.legacy_number,
        created_at=customer.created_at,
        updated_at=customer.deleted_at or moments.later(rng, customer.created_at, hours=(1, 5000)),
        deleted_at=customer.deleted_at,
    )
    for address_type, address_id in (
        ("billing", customer.billing_address_id),
        ("shipping", customer.shipping_address_id),
    ):
        writer.add(
            "customer_address",
            customer_id=customer.id,
            address_id=address_id,
            address_type=address_type,
            is_default=True,
        )

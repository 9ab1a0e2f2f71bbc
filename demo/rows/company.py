"""Currencies, countries, taxes, addresses and sites."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from random import Random

from demo.rows import dice, moments, vocabulary
from demo.rows.writer import Writer

CURRENCIES = (
    ("EUR", "Euro", "€", 2),
    ("CHF", "Swiss franc", "Fr.", 2),
    ("GBP", "Pound sterling", "£", 2),
    ("SEK", "Swedish krona", "kr", 2),
    ("USD", "US dollar", "$", 2),
    ("JPY", "Japanese yen", "¥", 0),
)
COUNTRIES = (
    ("DE", "Germany", "EUR", True),
    ("AT", "Austria", "EUR", True),
    ("CH", "Switzerland", "CHF", False),
    ("FR", "France", "EUR", True),
    ("IT", "Italy", "EUR", True),
    ("NL", "Netherlands", "EUR", True),
    ("GB", "United Kingdom", "GBP", False),
    ("PT", "Portugal", "EUR", True),
    ("SE", "Sweden", "SEK", True),
    ("US", "United States", "USD", False),
    ("JP", "Japan", "JPY", False),
)
START_RATES = {"CHF": "1.03", "GBP": "1.18", "SEK": "0.088", "USD": "0.93", "JPY": "0.0058"}
TAXES = (  # country, standard and reduced rate, first day of the rates
    ("DE", "19", "7", date(2021, 1, 1)),
    ("AT", "20", "10", date(2016, 1, 1)),
    ("CH", "8.1", "2.6", date(2024, 1, 1)),
    ("FR", "20", "5.5", date(2014, 1, 1)),
    ("IT", "22", "10", date(2013, 10, 1)),
    ("NL", "21", "9", date(2019, 1, 1)),
    ("GB", "20", "5", date(2011, 1, 4)),
)
SITES = (  # code, name, type, country, index of the place, opened, closed
    ("HQ", "Head office Kempten", "office", "DE", 0, date(1998, 4, 1), None),
    ("WS-KE", "Workshop Kempten", "workshop", "DE", 0, date(1998, 4, 1), None),
    ("WH-MM", "Central warehouse Memmingen", "warehouse", "DE", 6, date(2011, 9, 1), None),
    ("WH-BS", "Warehouse Basel", "warehouse", "CH", 1, date(2019, 3, 1), None),
    ("SH-MUC", "Shop München", "shop", "DE", 1, date(2004, 5, 3), None),
    ("SH-INN", "Shop Innsbruck", "shop", "AT", 0, date(2012, 10, 15), None),
    ("SH-ZRH", "Shop Zürich", "shop", "CH", 0, date(2019, 3, 20), None),
    ("SH-STR", "Shop Stuttgart", "shop", "DE", 3, date(2015, 4, 1), date(2025, 12, 31)),
)


@dataclass(frozen=True)
class TaxRate:
    """A tax rate as order lines refer to it."""

    id: int
    percent: Decimal


@dataclass(frozen=True)
class Company:
    """Sites by code and current tax rates by country and class."""

    sites: dict[str, int]
    taxes: dict[tuple[str, str], TaxRate]


def write(writer: Writer) -> Company:
    """Write the tables of the company domain, with the addresses of its own sites."""
    rng = Random("company")
    for code, name, symbol, digits in CURRENCIES:
        writer.add("currency", code=code, name=name, symbol=symbol, minor_units=digits)
    for code, name, currency, is_member in COUNTRIES:
        writer.add("country", code=code, name=name, currency_code=currency, is_eu_member=is_member)
    _write_exchange_rates(writer, rng)
    return Company(sites=_write_sites(writer, rng), taxes=_write_taxes(writer))


def add_address(writer: Writer, rng: Random, country: str, place: int | None = None) -> int:
    """Write an address in `country` and return its id."""
    places = vocabulary.PLACES[country]
    postal_code, city, region = rng.choice(places) if place is None else places[place]
    return writer.add(
        "address",
        line1=vocabulary.street(rng, country),
        line2=rng.choice(("2nd floor", "Rear building", "c/o Post"))
        if dice.chance(rng, 0.1)
        else None,
        postal_code=postal_code,
        city=city,
        region=region,
        country_code=country,
    )


def _write_exchange_rates(writer: Writer, rng: Random) -> None:
    for currency, start in START_RATES.items():
        rate = float(start)
        for month in moments.months(moments.BEGIN, moments.TODAY):
            rate *= 1 + rng.uniform(-0.012, 0.012)
            writer.add(
                "exchange_rate",
                currency_code=currency,
                valid_on=month,
                rate_to_eur=round(rate, 6),
                source="ECB",
            )


def _write_taxes(writer: Writer) -> dict[tuple[str, str], TaxRate]:
    writer.add(
        "tax_rate",
        country_code="CH",
        tax_class="standard",
        rate_percent=Decimal("7.7"),
        valid_from=date(2018, 1, 1),
        valid_to=date(2023, 12, 31),
    )
    taxes = {}
    for country, standard, reduced, valid_from in TAXES:
        for tax_class, rate in (("standard", standard), ("reduced", reduced)):
            percent = Decimal(rate)
            tax_id = writer.add(
                "tax_rate",
                country_code=country,
                tax_class=tax_class,
                rate_percent=percent,
                valid_from=valid_from,
                valid_to=None,
            )
            taxes[country, tax_class] = TaxRate(tax_id, percent)
    return taxes


def _write_sites(writer: Writer, rng: Random) -> dict[str, int]:
    return {
        code: writer.add(
            "site",
            code=code,
            name=name,
            site_type=site_type,
            address_id=add_address(writer, rng, country, place),
            opened_on=opened_on,
            closed_on=closed_on,
        )
        for code, name, site_type, country, place, opened_on, closed_on in SITES
    }

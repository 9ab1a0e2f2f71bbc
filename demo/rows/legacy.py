"""The customer master of the old system, cryptic as it was."""

from dataclasses import dataclass
from datetime import date
from random import Random

from demo.rows import dice, moments, vocabulary
from demo.rows.customers import FIRST_LEGACY_NUMBER, Customer
from demo.rows.writer import Writer

PLATES = {"DE": "D", "AT": "A", "CH": "CH", "FR": "F", "IT": "I", "NL": "NL", "GB": "GB"}
CURRENCIES = {"CH": "SFR", "GB": "UKP"}
NEVER_MIGRATED = 33
OLDEST = date(1999, 2, 1)


@dataclass(frozen=True)
class _Master:
    number: int
    country: str
    name: str
    name2: str | None


def write(writer: Writer, customers: list[Customer]) -> None:
    """Write TBL_KNDSTM_OLD: every migrated customer and some who were left behind."""
    rng = Random("legacy")
    masters = [
        _Master(
            customer.legacy_number,
            customer.country,
            customer.company_name or customer.last_name,
            None if customer.is_company else customer.first_name,
        )
        for customer in customers
        if customer.legacy_number is not None
    ]
    for number in range(NEVER_MIGRATED):
        first_name, last_name = vocabulary.person(rng, "DE")
        masters.append(_Master(FIRST_LEGACY_NUMBER - 7 * number - 1, "DE", last_name, first_name))
    for master in sorted(masters, key=_number):
        _write_master(writer, rng, master)


def _number(master: _Master) -> int:
    return master.number


def _write_master(writer: Writer, rng: Random, master: _Master) -> None:
    postal_code, city, _ = rng.choice(vocabulary.PLACES[master.country])
    entered_on = moments.day_between(rng, OLDEST, date(2023, 12, 31))
    changed_on = moments.day_between(rng, entered_on, moments.BEGIN)
    writer.add(
        "TBL_KNDSTM_OLD",
        KD_NR=master.number,
        NAM1=master.name.upper(),
        NAM2=master.name2.upper() if master.name2 else None,
        STR=vocabulary.street(rng, master.country).upper(),
        LKZ=PLATES[master.country],
        PLZ=postal_code,
        ORT=city.upper(),
        TEL=f"0{rng.randint(300, 899)}/5550{rng.randint(100, 199)}"
        if dice.chance(rng, 0.7)
        else None,
        WKZ=CURRENCIES.get(master.country, "EUR"),
        KRLIM=rng.choice((0, 500, 1000, 2500, 10_000)),
        KZ_SPERR="J" if dice.chance(rng, 0.08) else "N",
        VTR_NR=rng.randint(1, 6),
        DAT_ANL=f"{entered_on:%Y%m%d}",
        DAT_AEND=f"{changed_on:%Y%m%d}" if dice.chance(rng, 0.6) else None,
    )

"""Suppliers, and which variants they offer at which cost."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from random import Random

from demo.rows import company, dice, moments, vocabulary
from demo.rows.variants import Variant
from demo.rows.writer import Writer

SUPPLIERS = (  # name, country, place, currency, payment days, rating, status, brand it stands for
    ("Altolago S.r.l.", "IT", 1, "EUR", 45, 5, "approved", "Altolago"),
    ("Skogsvind AB", "SE", 0, "SEK", 30, 4, "approved", "Skogsvind"),
    ("Brightmoor Ltd", "GB", 0, "GBP", 30, 3, "approved", "Brightmoor"),
    ("Pinecrest Supply Inc.", "US", 0, "USD", 60, 4, "approved", "Pinecrest Supply"),
    ("Yamakaze K.K.", "JP", 0, "JPY", 60, 5, "approved", "Yamakaze"),
    ("Druckhaus Iller GmbH", "DE", 0, "EUR", 14, 4, "approved", "Nordgrat"),
    ("Alpha Sport Trading B.V.", "NL", 0, "EUR", 30, 3, "approved", None),
    ("Tecidos do Douro Lda", "PT", 0, "EUR", 45, 5, "approved", None),
    ("Weberei Lindenau GmbH", "DE", 4, "EUR", 30, 4, "approved", None),
    ("Metallwaren Steinbach KG", "AT", 2, "EUR", 30, 4, "approved", None),
    ("Filatures du Rhône SA", "FR", 0, "EUR", 45, 2, "blocked", None),
    ("Nordic Poles AB", "SE", 0, "SEK", 30, None, "candidate", None),
)
BLOCKED_SINCE = datetime.combine(date(2025, 11, 20), time(14, 5))
TRADER = "Alpha Sport Trading B.V."
FABRIC, WEAVING, METAL = "Tecidos do Douro Lda", "Weberei Lindenau GmbH", "Metallwaren Steinbach KG"
EUR_PER_UNIT = {"EUR": "1", "GBP": "1.18", "SEK": "0.088", "USD": "0.93", "JPY": "0.0058"}
COST_SHARE, TRADER_SURCHARGE = Decimal("0.46"), Decimal("1.12")


@dataclass(frozen=True)
class Offer:
    """A variant at the cost and the lead time of a supplier."""

    variant: Variant
    unit_cost: Decimal
    lead_time_days: int
    min_quantity: int


@dataclass(frozen=True)
class Supplier:
    """A supplier as other domains refer to one."""

    id: int
    name: str
    currency: str
    offers: tuple[Offer, ...]


def write(writer: Writer, variants: list[Variant]) -> list[Supplier]:
    """Write supplier and supplier_product_variant."""
    rng = Random("suppliers")
    bought = [variant for variant in variants if not variant.is_own_brand]
    suppliers = []
    for number, (name, country, place, currency, days, rating, status, brand) in enumerate(
        SUPPLIERS, 1
    ):
        created_at = moments.working_hour(rng, moments.BEGIN + timedelta(days=number % 3))
        domain = vocabulary.ascii_word(name.split(" ")[0])
        writer.add(
            "supplier",
            id=number,
            supplier_number=f"S{700 + number}",
            name=name,
            email=f"orders@{domain}.example",
            address_id=company.add_address(writer, rng, country, place),
            currency_code=currency,
            payment_terms_days=days,
            rating=rating,
            status=status,
            created_at=created_at,
            updated_at=moments.later(rng, created_at, hours=(100, 6000)),
            deleted_at=BLOCKED_SINCE if status == "blocked" else None,
        )
        offered = [variant for variant in bought if variant.product.brand == brand]
        if name == TRADER:
            offered = dice.pick(rng, bought, 16)
        offers = tuple(_offer(rng, variant, name, currency) for variant in offered)
        supplier = Supplier(number, name, currency, offers)
        _write_offers(writer, rng, supplier)
        suppliers.append(supplier)
    return suppliers


def _offer(rng: Random, variant: Variant, name: str, currency: str) -> Offer:
    cost = variant.prices["RETAIL-EUR"] * COST_SHARE / Decimal(EUR_PER_UNIT[currency])
    if name == TRADER:
        cost *= TRADER_SURCHARGE
    digits = Decimal(1) if currency == "JPY" else Decimal("0.01")
    lead_time = rng.randint(45, 75) if currency in {"JPY", "USD"} else rng.randint(7, 28)
    return Offer(variant, cost.quantize(digits), lead_time, rng.choice((1, 5, 10)))


def _write_offers(writer: Writer, rng: Random, supplier: Supplier) -> None:
    for offer in supplier.offers:
        writer.add(
            "supplier_product_variant",
            supplier_id=supplier.id,
            product_variant_id=offer.variant.id,
            supplier_sku=f"{supplier.name[:2].upper()}{rng.randrange(10**6):06}",
            unit_cost=offer.unit_cost,
            currency_code=supplier.currency,
            lead_time_days=offer.lead_time_days,
            min_order_quantity=offer.min_quantity,
            is_preferred=supplier.name != TRADER,
        )

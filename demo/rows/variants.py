"""The variants of a product: what is priced, stored and sold."""

import itertools
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from random import Random

from demo.rows import assortment, moments
from demo.rows.assortment import Product
from demo.rows.writer import Writer

PRICE_LISTS = (  # code, name, currency, channel, factor on the price in EUR
    ("RETAIL-EUR", "Retail prices euro", "EUR", "retail", "1"),
    ("RETAIL-CHF", "Retail prices Switzerland", "CHF", "retail", "1.02"),
    ("RETAIL-GBP", "Retail prices United Kingdom", "GBP", "retail", "0.88"),
    ("WHOLESALE-EUR", "Wholesale prices euro", "EUR", "wholesale", "0.64"),
)
VOLUME_QUANTITY, VOLUME_FACTOR = 10, Decimal("0.93")
CENT = Decimal("0.01")
SOLD_OUT_ON = date(2025, 10, 31)


@dataclass(frozen=True)
class Variant:
    """A product in one color and size, with its price per list."""

    id: int
    product_id: int
    product: Product
    popularity: float
    launched_on: date
    prices: dict[str, Decimal]

    @property
    def is_own_brand(self) -> bool:
        """Whether the workshop sews it; everything else is bought."""
        return self.product.is_own_brand and self.tax_class == "standard"

    @property
    def tax_class(self) -> str:
        """The class of the tax rates that apply to it."""
        return "reduced" if self.product.category == assortment.REDUCED_TAX else "standard"

    def price(self, price_list: str, quantity: int) -> Decimal:
        """Return the price per piece when `quantity` pieces are bought."""
        price = self.prices[price_list]
        is_volume = price_list.startswith("WHOLESALE") and quantity >= VOLUME_QUANTITY
        return _volume_price(price) if is_volume else price

    def is_sold_on(self, day: date) -> bool:
        """Tell whether the variant can be bought on `day`."""
        is_gone = self.product.name in assortment.DISCONTINUED and day > SOLD_OUT_ON
        return self.launched_on <= day and not is_gone


@dataclass(frozen=True)
class Launch:
    """A product that goes on sale."""

    product_id: int
    product: Product
    entered_on: date
    launched_on: date


def write(writer: Writer, rng: Random, launch: Launch) -> list[Variant]:
    """Write product_variant: every color of the product in every size."""
    product = launch.product
    style = assortment.STYLES.get(product.category, assortment.PLAIN)
    popularity = rng.uniform(0.4, 2.0) / (len(style.colors) * len(style.sizes)) ** 0.5
    variants: list[Variant] = []
    for color, (number, size) in itertools.product(style.colors, enumerate(style.sizes)):
        parts = (f"P{launch.product_id:04}", color[:3], size.replace(" ", ""))
        sku = "-".join(part for part in parts if part).upper()
        created_at = moments.working_hour(rng, launch.entered_on)
        variant_id = writer.add(
            "product_variant",
            product_id=launch.product_id,
            sku=sku,
            ean=_ean(launch.product_id * 100 + len(variants)),
            color=color or None,
            size=size or None,
            weight_grams=round(product.grams * (1 + 0.03 * number)),
            is_active=product.name not in assortment.DISCONTINUED,
            created_at=created_at,
            updated_at=moments.later(rng, created_at, hours=(1, 9000)),
        )
        variants.append(
            Variant(
                id=variant_id,
                product_id=launch.product_id,
                product=product,
                popularity=popularity * rng.uniform(0.6, 1.4),
                launched_on=launch.launched_on,
                prices=_prices(product),
            )
        )
    return variants


def write_prices(writer: Writer, variants: list[Variant]) -> None:
    """Write price_list and price_list_item."""
    for code, name, currency, channel, _ in PRICE_LISTS:
        list_id = writer.add(
            "price_list",
            code=code,
            name=name,
            currency_code=currency,
            channel=channel,
            valid_from=moments.BEGIN,
            valid_to=None,
        )
        for variant in variants:
            price = variant.prices[code]
            tiers = {1: price}
            if channel == "wholesale":
                tiers[VOLUME_QUANTITY] = _volume_price(price)
            for quantity, tier in tiers.items():
                writer.add(
                    "price_list_item",
                    price_list_id=list_id,
                    product_variant_id=variant.id,
                    min_quantity=quantity,
                    unit_price=tier,
                )


def _ean(number: int) -> str:
    digits = f"29{number:010}"  # 29 is reserved for numbers inside a company
    weighted = sum(int(digit) * (3 if index % 2 else 1) for index, digit in enumerate(digits))
    return f"{digits}{-weighted % 10}"


def _prices(product: Product) -> dict[str, Decimal]:
    return {
        code: (Decimal(product.price) * Decimal(factor)).quantize(CENT)
        for code, _, _, _, factor in PRICE_LISTS
    }


def _volume_price(price: Decimal) -> Decimal:
    return (price * VOLUME_FACTOR).quantize(CENT)

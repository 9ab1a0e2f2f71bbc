"""Brands, categories and products."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

from demo.rows import assortment, dice, moments, variants
from demo.rows.assortment import Product
from demo.rows.people import People
from demo.rows.variants import Launch, Variant
from demo.rows.writer import Writer

REMOVED_AT = datetime.combine(date(2026, 2, 3), time(9, 30))
OWN_WARRANTY_MONTHS, WARRANTY_MONTHS = 36, 24


def write(writer: Writer, people: People) -> list[Variant]:
    """Write the product tables, without reviews, and return the variants that have a price."""
    rng = Random("products")
    brands = {
        name: writer.add("brand", name=name, country_code=country, is_own_brand=is_own)
        for name, country, is_own in assortment.BRANDS
    }
    categories = _write_categories(writer)
    found: list[Variant] = []
    for number, product in enumerate(assortment.PRODUCTS, 1):
        design = _Design(product, _launch_day(rng, product))
        created_at = moments.working_hour(rng, design.entered_on)
        product_id = writer.add(
            "product",
            code=f"P{number:04}",
            name=product.name,
            description=design.description,
            category_id=categories[product.category],
            brand_id=brands[product.brand],
            status=design.status,
            warranty_months=OWN_WARRANTY_MONTHS if product.is_own_brand else WARRANTY_MONTHS,
            launched_on=design.launched_on,
            created_at=created_at,
            updated_at=moments.later(rng, created_at, hours=(1, 9000)),
            created_by=people.someone(rng, design.entered_on, title="Product designer"),
            deleted_at=REMOVED_AT if product.name in assortment.DELETED else None,
        )
        if design.launched_on is not None:
            launch = Launch(product_id, product, design.entered_on, design.launched_on)
            found += variants.write(writer, rng, launch)
    variants.write_prices(writer, found)
    return found


@dataclass(frozen=True)
class _Design:
    product: Product
    launched_on: date | None

    @property
    def status(self) -> str:
        if self.launched_on is None:
            return "draft"
        return "discontinued" if self.product.name in assortment.DISCONTINUED else "active"

    @property
    def description(self) -> str | None:
        if self.launched_on is None:
            return None
        return f"{assortment.DESCRIPTIONS[self.product.category]}. {self.product.grams} g."

    @property
    def entered_on(self) -> date:
        launched_on = self.launched_on or moments.TODAY + timedelta(days=40)
        return max(moments.BEGIN, moments.workday(launched_on - timedelta(days=60)))


def _launch_day(rng: Random, product: Product) -> date | None:
    if product.price == assortment.DRAFT:
        return None
    if product.name not in assortment.DISCONTINUED and dice.chance(rng, 0.15):
        return moments.workday(moments.day_between(rng, date(2024, 9, 1), date(2026, 2, 1)))
    return moments.workday(moments.day_between(rng, date(2018, 3, 1), date(2024, 6, 1)))


def _write_categories(writer: Writer) -> dict[str, int]:
    categories: dict[str, int] = {}
    for slug, name, parent in assortment.CATEGORIES:
        categories[slug] = writer.add(
            "category",
            parent_id=categories[parent] if parent else None,
            name=name,
            slug=slug,
            sort_order=10 * (len(categories) + 1),
        )
    return categories

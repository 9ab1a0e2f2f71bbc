"""Materials, bills of material and the workshop's orders."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random

from demo.rows import dice, moments, suppliers
from demo.rows.company import Company
from demo.rows.people import People
from demo.rows.suppliers import Supplier
from demo.rows.variants import Variant
from demo.rows.writer import Writer

MATERIALS = (  # code, name, unit, cost in EUR, supplier, reorder level
    ("RIP-40", "Ripstop nylon 40 denier", "m2", "4.85", suppliers.FABRIC, 400),
    ("RIP-70", "Ripstop nylon 70 denier", "m2", "5.60", suppliers.FABRIC, 350),
    ("PAC-420", "Pack cloth 420 denier", "m2", "6.90", suppliers.FABRIC, 500),
    ("MEM-3L", "Three-layer membrane", "m2", "18.40", suppliers.FABRIC, 200),
    ("STR-240", "Stretch fabric 240 g", "m2", "9.20", suppliers.FABRIC, 250),
    ("LIN-60", "Lining 60 g", "m2", "3.10", suppliers.WEAVING, 300),
    ("WEB-25", "Webbing 25 mm", "m", "0.42", suppliers.WEAVING, 2000),
    ("WEB-50", "Webbing 50 mm", "m", "0.78", suppliers.WEAVING, 800),
    ("CRD-3", "Guy line 3 mm", "m", "0.31", suppliers.WEAVING, 1500),
    ("THR-40", "Thread no. 40", "m", "0.004", suppliers.WEAVING, 50000),
    ("ZIP-5", "Zip 5 mm", "m", "1.65", suppliers.METAL, 600),
    ("ZIP-8", "Zip 8 mm water-repellent", "m", "3.20", suppliers.METAL, 300),
    ("BUC-25", "Side-release buckle 25 mm", "piece", "0.55", suppliers.METAL, 1500),
    ("POL-AL", "Aluminium tent pole segment", "piece", "2.90", suppliers.METAL, 900),
    ("PEG-Y", "Y-shaped peg", "piece", "0.48", suppliers.METAL, 2500),
    ("DWN-700", "Duck down 700 cuin", "kg", "118.00", suppliers.WEAVING, 40),
    ("SYN-F", "Synthetic filling", "kg", "14.50", suppliers.WEAVING, 150),
    ("FOM-10", "Foam 10 mm", "m2", "7.75", suppliers.FABRIC, 180),
)
RECIPES = {  # category: material and quantity per piece
    "tents": (
        ("RIP-40", "9.5"),
        ("RIP-70", "4.2"),
        ("POL-AL", "14"),
        ("PEG-Y", "16"),
        ("CRD-3", "18"),
    ),
    "sleeping-bags": (("RIP-40", "4.8"), ("LIN-60", "4.6"), ("DWN-700", "0.55"), ("ZIP-5", "1.8")),
    "sleeping-mats": (("RIP-70", "2.2"), ("FOM-10", "1.1")),
    "daypacks": (("PAC-420", "1.2"), ("WEB-25", "3.5"), ("BUC-25", "4"), ("ZIP-8", "0.9")),
    "trekking-packs": (
        ("PAC-420", "2.4"),
        ("WEB-25", "6"),
        ("WEB-50", "1.6"),
        ("BUC-25", "8"),
        ("FOM-10", "0.3"),
    ),
    "jackets": (("MEM-3L", "2.6"), ("ZIP-8", "1.4"), ("THR-40", "180")),
    "trousers": (("STR-240", "1.9"), ("ZIP-5", "0.5"), ("THR-40", "140")),
}
COUNT = 44
PLANNED, IN_PROGRESS, COMPLETED, CANCELLED = "planned", "in_progress", "completed", "cancelled"


@dataclass(frozen=True)
class Output:
    """What a completed work order brought to the warehouse."""

    work_order_id: int
    variant_id: int
    quantity: int
    finished_at: datetime


def write(
    writer: Writer,
    company: Company,
    people: People,
    variants: list[Variant],
    sellers: list[Supplier],
) -> list[Output]:
    """Write material, bill_of_material and work_order."""
    rng = Random("production")
    own = [variant for variant in variants if variant.is_own_brand]
    _write_recipes(writer, rng, own, sellers)
    days = sorted(
        moments.workday(moments.day_between(rng, moments.BEGIN, moments.TODAY + timedelta(days=40)))
        for _ in range(COUNT)
    )
    outputs = []
    for number, day in enumerate(days, 1):
        ready = [variant for variant in own if variant.launched_on <= day]
        variant = rng.choice(ready)
        planned = 5 * rng.randint(3, 10)
        completed_on = moments.workday(day + timedelta(days=rng.randint(6, 16)))
        status = _status(rng, day, completed_on)
        done = planned - rng.choice((0, 0, 0, 1, 2)) if status == COMPLETED else 0
        if status == IN_PROGRESS:
            done = planned // 3
        writer.add(
            "work_order",
            id=number,
            order_number=f"WO-{number:05}",
            product_variant_id=variant.id,
            site_id=company.sites["WS-KE"],
            supervisor_id=people.someone(rng, min(day, moments.TODAY), title="Workshop supervisor"),
            status=status,
            quantity_planned=planned,
            quantity_completed=done,
            planned_start_on=day,
            completed_on=completed_on if status == COMPLETED else None,
        )
        if status == COMPLETED:
            finished_at = moments.working_hour(rng, completed_on)
            outputs.append(Output(number, variant.id, done, finished_at))
    return outputs


def _status(rng: Random, day: date, completed_on: date) -> str:
    if day > moments.TODAY:
        return PLANNED
    if completed_on > moments.TODAY:
        return IN_PROGRESS
    return CANCELLED if dice.chance(rng, 0.05) else COMPLETED


def _write_recipes(
    writer: Writer, rng: Random, own: list[Variant], sellers: list[Supplier]
) -> None:
    seller_ids = {seller.name: seller.id for seller in sellers}
    material_ids = {
        code: writer.add(
            "material",
            code=code,
            name=name,
            unit=unit,
            unit_cost=Decimal(cost),
            currency_code="EUR",
            supplier_id=seller_ids[seller],
            reorder_level=level,
        )
        for code, name, unit, cost, seller, level in MATERIALS
    }
    categories = {variant.product_id: variant.product.category for variant in own}
    for product_id, category in categories.items():
        for code, quantity in RECIPES[category]:
            writer.add(
                "bill_of_material",
                product_id=product_id,
                material_id=material_ids[code],
                quantity=round(float(quantity) * rng.uniform(0.85, 1.2), 2),
                waste_percent=rng.choice((3, 5, 8)),
            )

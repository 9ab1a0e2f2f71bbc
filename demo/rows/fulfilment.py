"""Carriers, warehouses, and the shipments of orders."""

from dataclasses import dataclass
from datetime import datetime
from random import Random

from demo.rows import dice, moments, orders
from demo.rows.company import Company
from demo.rows.orders import Line, Order
from demo.rows.writer import Writer

CARRIERS = (  # code, name, tracking page
    ("ALPEX", "Alpen Express", "https://track.alpen-express.example/{number}"),
    ("PARCELO", "Parcelo", "https://parcelo.example/t/{number}"),
    ("SWISSBOX", "Swissbox", "https://swissbox.example/{number}"),
    ("CARGOTAL", "Cargotal Freight", None),
)
WAREHOUSES = (("MM", "WH-MM", "Central warehouse Memmingen"), ("BS", "WH-BS", "Warehouse Basel"))
CENTRAL, SWISS = "MM", "BS"
SITES = {code: site for code, site, _ in WAREHOUSES}


@dataclass(frozen=True)
class Shipment:
    """A shipment as other domains refer to one."""

    id: int
    order: Order
    warehouse: str
    shipped_at: datetime
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Depots:
    """Carriers and warehouses by code."""

    carriers: dict[str, int]
    warehouses: dict[str, int]


def open_depots(writer: Writer, company: Company) -> Depots:
    """Write carrier and warehouse."""
    return Depots(
        carriers={
            code: writer.add("carrier", code=code, name=name, tracking_url_template=template)
            for code, name, template in CARRIERS
        },
        warehouses={
            code: writer.add("warehouse", site_id=company.sites[site], code=code, name=name)
            for code, site, name in WAREHOUSES
        },
    )


def write(writer: Writer, depots: Depots, placed: list[Order]) -> list[Shipment]:
    """Write shipment and shipment_line for every order that was sent."""
    rng = Random("fulfilment")
    shipments: list[Shipment] = []
    for order in placed:
        if not order.is_delivered or order.channel == orders.SHOP:
            continue
        shipped_at = moments.later_at_work(rng, order.ordered_at, hours=(8, 80))
        for lines in _parcels(rng, order):
            shipment = Shipment(
                id=len(shipments) + 1,
                order=order,
                warehouse=SWISS if order.customer.country == "CH" else CENTRAL,
                shipped_at=shipped_at,
                lines=lines,
            )
            _write_shipment(writer, rng, shipment, depots)
            shipments.append(shipment)
            shipped_at = moments.later_at_work(rng, shipped_at, hours=(20, 90))
    return shipments


def _parcels(rng: Random, order: Order) -> list[tuple[Line, ...]]:
    is_split = len(order.lines) > 1 and dice.chance(rng, 0.12)
    return [order.lines[:1], order.lines[1:]] if is_split else [order.lines]


def _write_shipment(writer: Writer, rng: Random, shipment: Shipment, depots: Depots) -> None:
    order = shipment.order
    carrier = rng.choice(("ALPEX", "PARCELO"))
    if order.channel == orders.WHOLESALE:
        carrier = "CARGOTAL"
    elif shipment.warehouse == SWISS:
        carrier = "SWISSBOX"
    delivered_at = moments.later_at_work(rng, shipment.shipped_at, hours=(20, 130))
    status = "delivered"
    if order.status == orders.SHIPPED:
        status = "in_transit"
    elif dice.chance(rng, 0.01):
        status = "lost"
    writer.add(
        "shipment",
        id=shipment.id,
        shipment_number=f"SH-{shipment.id:05}",
        sales_order_id=order.id,
        carrier_id=depots.carriers[carrier],
        warehouse_id=depots.warehouses[shipment.warehouse],
        status=status,
        tracking_number=f"{carrier[:2]}{rng.randrange(10**10):010}",
        shipped_at=shipment.shipped_at,
        delivered_at=delivered_at if status == "delivered" else None,
        created_at=shipment.shipped_at,
    )
    for line in shipment.lines:
        writer.add(
            "shipment_line",
            shipment_id=shipment.id,
            sales_order_line_id=line.id,
            quantity=line.quantity,
        )

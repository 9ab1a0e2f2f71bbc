"""Storage bins, stock movements and the stock that results from them."""

from collections import Counter
from datetime import date, datetime
from random import Random

from demo.rows import dice, orders
from demo.rows.fulfilment import CENTRAL, SITES, SWISS, Depots
from demo.rows.movements import ADJUSTMENT, Movement, Place, depot_of
from demo.rows.orders import Order
from demo.rows.people import People
from demo.rows.writer import Writer

ZONES = {CENTRAL: "ABCD", SWISS: "AB"}
PALLET_ZONE, QUARANTINE = "D", "Q"
RACKS, SHELVES = 4, 2
COUNTED_ON = (date(2025, 12, 29), date(2025, 12, 30), date(2026, 6, 15))
OPEN_STATES = frozenset({orders.NEW, orders.CONFIRMED})


def write(
    writer: Writer, depots: Depots, people: People, moves: list[Movement], placed: list[Order]
) -> None:
    """Write storage_bin, stock_movement and stock_level."""
    rng = Random("warehouse")
    bins = _write_bins(writer, depots)
    on_hand: Counter[Place] = Counter()
    changed_at: dict[Place, datetime] = {}
    for move in moves:
        title = "Warehouse manager" if move.kind == ADJUSTMENT else "Warehouse clerk"
        site = SITES[move.place.warehouse]
        source_type, source_id = move.source or (None, None)
        writer.add(
            "stock_movement",
            product_variant_id=move.place.variant_id,
            storage_bin_id=_bin(bins, move.place),
            movement_type=move.kind,
            quantity=move.quantity,
            source_type=source_type,
            source_id=source_id,
            moved_at=move.moved_at,
            moved_by=people.someone(rng, move.moved_at.date(), title=title, site=site),
        )
        on_hand[move.place] += move.quantity
        changed_at[move.place] = move.moved_at
    reserved = _reserved(placed)
    for place, quantity in on_hand.items():
        is_counted = not place.is_quarantine and dice.chance(rng, 0.85)
        counted_on = rng.choice(COUNTED_ON)
        writer.add(
            "stock_level",
            storage_bin_id=_bin(bins, place),
            product_variant_id=place.variant_id,
            quantity_on_hand=quantity,
            quantity_reserved=min(reserved[place], quantity),
            counted_on=counted_on if is_counted else None,
            updated_at=changed_at[place],
        )


def _write_bins(writer: Writer, depots: Depots) -> dict[tuple[str, bool], list[int]]:
    """Return the ids of the bins per warehouse, shelves and quarantine apart."""
    bins: dict[tuple[str, bool], list[int]] = {}
    for warehouse, zones in ZONES.items():
        codes = [
            f"{zone}-{rack:02}-{shelf}"
            for zone in zones
            for rack in range(1, RACKS + 1)
            for shelf in range(1, SHELVES + 1)
        ]
        for code in [*codes, f"{QUARANTINE}-01-1"]:
            zone = code[0]
            bin_id = writer.add(
                "storage_bin",
                warehouse_id=depots.warehouses[warehouse],
                code=code,
                zone=zone,
                bin_type={PALLET_ZONE: "pallet", QUARANTINE: "quarantine"}.get(zone, "shelf"),
            )
            bins.setdefault((warehouse, zone == QUARANTINE), []).append(bin_id)
    return bins


def _bin(bins: dict[tuple[str, bool], list[int]], place: Place) -> int:
    candidates = bins[place.warehouse, place.is_quarantine]
    return candidates[place.variant_id % len(candidates)]


def _reserved(placed: list[Order]) -> Counter[Place]:
    reserved: Counter[Place] = Counter()
    for order in placed:
        if order.status in OPEN_STATES:
            for line in order.lines:
                reserved[Place(line.variant.id, depot_of(order))] += line.quantity
    return reserved

"""What a table's name or schema says it belongs to, before anything is known of its joins."""

from collections import Counter
from typing import Final

from catalog.model import Snapshot, Table

_SMALLEST: Final = 2
_COVERED: Final = 0.5  # of the tables must be in places for places to part them
_MARK: Final = "__"  # parts the name of a table from what it belongs to, e.g. crm__customer


def find(snapshot: Snapshot) -> dict[str, str]:
    """Return the area of each table that has one: what stands before a double underscore.

    It counts where at least two tables share it, as in databases that were put into one schema.
    """
    found = {
        table.id: table.name.partition(_MARK)[0].lower()
        for table in snapshot.tables
        if table.name.partition(_MARK)[2] and not table.name.startswith("_")
    }
    shared = Counter(found.values())
    return {table: area for table, area in found.items() if shared[area] > 1}


def bare(table: Table, area: str | None) -> str:
    """Return a table's name without its area."""
    return table.name if area is None else table.name.partition(_MARK)[2]


def places(snapshot: Snapshot) -> dict[str, str]:
    """Return the schema or area of each table that has one, where they part the tables."""
    area = find(snapshot)
    found = {
        table.id: area.get(table.id) or table.schema or ""
        for table in snapshot.tables
        if table.id in area or table.schema
    }
    sizes = Counter(found.values())
    real = {place for place, size in sizes.items() if size >= _SMALLEST}
    covered = sum(place in real for place in found.values())
    rest = len(snapshot.tables) - covered
    if len(real) + (rest > _SMALLEST) < 2 or covered < _COVERED * len(snapshot.tables):  # noqa: PLR2004  # one part parts nothing
        return {}
    return {table: place for table, place in found.items() if place in real}

"""Keeps the books of what questions to the model held, and counts facts of each kind."""

from collections import Counter
from collections.abc import Sequence
from typing import Final

from catalog.model import Column, Table
from catalog.profile import ColumnProfile, Facts, Profile

#: What is counted of a table, in this order.
KINDS: Final = (
    "names",
    "types",
    "keys",
    "comments",
    "allowedValues",
    "rowEstimates",
    "nullShares",
    "distinctCounts",
    "shapes",
    "codes",
)


class Ledger:
    """What stood in questions to the model, each fact once, and who embedded all texts."""

    def __init__(self) -> None:
        self.embedder: str | None = None
        self._tables: dict[str, Table] = {}
        self._columns: dict[str, dict[str, Column]] = {}

    def show(self, table: Table, columns: Sequence[Column]) -> None:
        """Note that a question tells the table with these columns."""
        self._tables[table.id] = table
        self._columns.setdefault(table.id, {}).update({column.name: column for column in columns})

    def sent(self, profile: Profile) -> tuple[Facts, ...]:
        """Return the facts that were told about each table."""
        return tuple(
            Facts(id=name, counts=counted(table, tuple(self._columns[name].values()), profile))
            for name, table in sorted(self._tables.items())
        )


def counted(table: Table, columns: Sequence[Column], profile: Profile) -> dict[str, int]:
    """Return how many facts of each kind there are about the table and these of its columns."""
    found = Counter[str]()
    keys = {*table.primary_key, *(name for key in table.foreign_keys for name in key.columns)}
    found["comments"] += bool(table.comment)
    found["rowEstimates"] += table.row_estimate is not None
    for column in columns:
        found["names"] += 1
        found["types"] += bool(column.type)
        found["keys"] += column.name in keys
        found["comments"] += bool(column.comment)
        found["allowedValues"] += bool(column.enum)
        found.update(_of_values(profile.column(table.id, column.name)))
    return {kind: found[kind] for kind in KINDS if found[kind]}


def _of_values(known: ColumnProfile) -> dict[str, int]:
    return {
        "nullShares": known.null_share is not None,
        "distinctCounts": known.distinct is not None,
        "shapes": bool(known.shapes),
        "codes": bool(known.codes),
    }

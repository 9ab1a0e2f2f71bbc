"""How tables join, as renderings show it: declared references first, then implied ones."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from catalog.model import Snapshot, Table
from catalog.structure import analysis


@dataclass(frozen=True, kw_only=True)
class Join:
    """A reference between two tables of the snapshot and how many rows may be on each side."""

    table: Table
    columns: tuple[str, ...]
    target: Table
    target_columns: tuple[str, ...]
    declared: bool
    optional: bool  # a row may refer to nothing
    single: bool  # at most one row refers to the same target


class Joins:
    """Joins by table: looking through all of them for each table would take quadratic time."""

    def __init__(self, found: Iterable[Join]) -> None:
        self._outgoing: dict[str, list[Join]] = {}
        self._incoming: dict[str, list[Join]] = {}
        for join in found:
            self._outgoing.setdefault(join.table.id, []).append(join)
            self._incoming.setdefault(join.target.id, []).append(join)

    def outgoing(self, table_id: str) -> Sequence[Join]:
        """Return the joins of a table to others, in their order."""
        return self._outgoing.get(table_id, ())

    def incoming(self, table_id: str) -> Sequence[Join]:
        """Return the joins of others to a table, in their order."""
        return self._incoming.get(table_id, ())


def of(snapshot: Snapshot) -> tuple[Join, ...]:
    """Return the joins between tables of the snapshot; others are left out."""
    tables = {table.id: table for table in snapshot.tables}
    return tuple(
        Join(
            table=tables[relation.table],
            columns=relation.columns,
            target=tables[relation.target],
            target_columns=relation.target_columns,
            declared=relation.declared,
            optional=_is_optional(tables[relation.table], relation.columns),
            single=_is_single(tables[relation.table], relation.columns),
        )
        for relation in analysis.relations_of(snapshot)
        if relation.table in tables and relation.target in tables
    )


def _is_optional(table: Table, columns: tuple[str, ...]) -> bool:
    nullable = {column.name for column in table.columns if column.nullable}
    return bool(nullable.intersection(columns) - set(table.primary_key))


def _is_single(table: Table, columns: tuple[str, ...]) -> bool:
    keys = [table.primary_key, *(key.columns for key in table.unique_keys)]
    return any(key and set(key) <= set(columns) for key in keys)

"""How tables join, as renderings show it: declared references first, then implied ones."""

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
        for relation in analysis.analyse(snapshot).relations
        if relation.table in tables and relation.target in tables
    )


def _is_optional(table: Table, columns: tuple[str, ...]) -> bool:
    nullable = {column.name for column in table.columns if column.nullable}
    return bool(nullable.intersection(columns) - set(table.primary_key))


def _is_single(table: Table, columns: tuple[str, ...]) -> bool:
    keys = [table.primary_key, *(key.columns for key in table.unique_keys)]
    return any(key and set(key) <= set(columns) for key in keys)

"""Fingerprints: equal as long as the facts of a table are equal, however they are written."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from catalog import dialects, spelling
from catalog.model import Column, ForeignKey, Snapshot, Table

_ITSELF = "itself"


def of_table(table: Table) -> str:
    """Return the SHA-256 (64 hex digits) of a table's facts.

    Row estimates, names of constraints and indexes, the members of a family, the order of columns
    and keys, and the spelling of types and SQL texts do not count, so that statistics, next month's
    partition or a re-created index make nothing stale.
    """
    return _digest({"id": name_of(table), **_facts(table)})


def of_shape(table: Table) -> str:
    """Return the SHA-256 of a table's facts without its name: it stays when a table is renamed."""
    return _digest(_facts(table))


def of_column(column: Column) -> str:
    """Return the SHA-256 of a column's facts without its name."""
    return _digest(_column(column)[1:])


def of_snapshot(snapshot: Snapshot) -> str:
    """Return the SHA-256 (64 hex digits) of the dialect and all tables' facts."""
    return combined(snapshot.dialect, {table.id: of_table(table) for table in snapshot.tables})


def combined(dialect: str, by_table: Mapping[str, str]) -> str:
    """Return the fingerprint of a snapshot whose tables' fingerprints are known already."""
    # Their ids are in the fingerprints; here they would tell which member of a family is the first.
    return _digest([dialects.to_sqlglot(dialect) or dialect, sorted(by_table.values())])


def name_of(table: Table) -> str:
    """Return what a table is known by from one snapshot to the next: its id, or its family."""
    if table.family is None:
        return table.id
    return f"{table.schema}.{table.family}" if table.schema else table.family


def default_of(column: Column) -> str | None:
    """Return a column's default in one spelling; None when it has none."""
    default = None if column.default is None else spelling.default_of(column.default)
    if default is None and spelling.is_serial(column.type):
        return "counted"
    return default


def definition_of(table: Table) -> str:
    """Return a view's SQL in one spelling; empty for a table."""
    return spelling.expression((table.definition or "").rstrip().rstrip(";"))


def _facts(table: Table) -> dict[str, Any]:
    return {
        "kind": ["view", "stored"] if table.materialized else table.kind,
        "columns": sorted(_column(column) for column in table.columns),
        "primaryKey": sorted(table.primary_key),
        "foreignKeys": sorted({_reference(key, table.id) for key in table.foreign_keys}),
        "uniqueKeys": sorted({tuple(sorted(key.columns)) for key in table.unique_keys}),
        "indexes": sorted(
            {
                (tuple(map(spelling.expression, index.columns)), index.unique)
                for index in table.indexes
            }
        ),
        "checks": sorted({spelling.expression(check.condition) for check in table.checks}),
        "comment": table.comment or "",
        "definition": definition_of(table),
    }


def _reference(key: ForeignKey, own: str) -> tuple[Any, ...]:
    target = _ITSELF if key.target == own else key.target
    return target, tuple(sorted(zip(key.columns, key.target_columns, strict=False)))


def _column(column: Column) -> tuple[Any, ...]:
    default = default_of(column)
    return (
        column.name,
        spelling.type_of(column.type),
        column.nullable,
        # None and "" are different defaults; a list sorts where None and str would not compare
        [] if default is None else [default],
        column.comment or "",
        sorted(set(column.enum)),
    )


def _digest(facts: object) -> str:
    text = json.dumps(facts, ensure_ascii=True, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()

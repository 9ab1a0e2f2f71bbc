"""Fingerprints: equal as long as the facts of a table are equal, whatever their names and order."""

import hashlib
import json
from typing import Any

from catalog.model import Column, Snapshot, Table


def of_table(table: Table) -> str:
    """Return the SHA-256 (64 hex digits) of a table's facts.

    Row estimates, names of constraints and indexes, white space in SQL texts and the order of
    columns and keys do not count, so that statistics or a re-created index make nothing stale.
    """
    return _digest(_facts(table))


def of_snapshot(snapshot: Snapshot) -> str:
    """Return the SHA-256 (64 hex digits) of the dialect and all tables' facts."""
    return combined(snapshot.dialect, {table.id: of_table(table) for table in snapshot.tables})


def combined(dialect: str, by_table: dict[str, str]) -> str:
    """Return the fingerprint of a snapshot whose tables' fingerprints are known already."""
    return _digest([dialect, sorted(by_table.items())])


def _facts(table: Table) -> dict[str, Any]:
    return {
        "id": table.id,
        "kind": table.kind,
        "columns": sorted(_column(column) for column in table.columns),
        "primaryKey": table.primary_key,
        "foreignKeys": sorted(
            (key.columns, key.target, key.target_columns) for key in table.foreign_keys
        ),
        "uniqueKeys": sorted(key.columns for key in table.unique_keys),
        "indexes": sorted((index.columns, index.unique) for index in table.indexes),
        "checks": sorted(_even(check.condition) for check in table.checks),
        "comment": table.comment or "",
        "definition": _even(table.definition),
    }


def _column(column: Column) -> tuple[Any, ...]:
    return (
        column.name,
        _even(column.type),
        column.nullable,
        # None and "" are different defaults; a list sorts where None and str would not compare
        [] if column.default is None else [_even(column.default)],
        column.comment or "",
        column.enum,
    )


def _even(sql: str | None) -> str:
    return " ".join((sql or "").split())


def _digest(facts: object) -> str:
    text = json.dumps(facts, ensure_ascii=True, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()

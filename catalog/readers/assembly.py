"""Puts read parts together: names resolved, dangling references reported, tables in order."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from catalog.model import ForeignKey, Snapshot, Table, UniqueKey, Unread
from catalog.readers.errors import EmptySchemaError


def snapshot(
    tables: Iterable[Table],
    *,
    dialect: str,
    database: str,
    unread: Sequence[Unread] = (),
    server_version: str | None = None,
) -> Snapshot:
    """Return the snapshot of these tables; EmptySchemaError when there are none."""
    found = {table.id: _with_filled_keys(table, dialect) for table in tables}
    if not found:
        raise EmptySchemaError(
            f"The database {database!r} has no tables that this user can see.",
            remedy="Check that the URL names the right database, that its tables are created, and"
            " that the user may see them.",
        )
    resolver = _Resolver(found)
    reports = list(unread)
    resolved = [_resolve_keys(table, resolver, reports) for table in found.values()]
    return Snapshot(
        dialect=dialect,
        database=database,
        tables=tuple(sorted(resolved, key=lambda table: table.id)),
        unread=tuple(reports),
        server_version=server_version,
    )


def with_unique(keys: Iterable[UniqueKey]) -> tuple[UniqueKey, ...]:
    """Return the keys without those whose columns an earlier one has already."""
    seen: dict[tuple[str, ...], UniqueKey] = {}
    for key in keys:
        if key.columns:
            seen.setdefault(key.columns, key)
    return tuple(seen.values())


def _with_filled_keys(table: Table, dialect: str) -> Table:
    """Return the table with its primary key's columns not nullable, as far as that is so."""
    key = set(table.primary_key)
    if dialect == "sqlite":
        # SQLite lets NULL into primary keys, but for the one that is the row's number.
        key = {c.name for c in table.columns if {c.name} == key and c.type.upper() == "INTEGER"}
    columns = tuple(replace(c, nullable=c.nullable and c.name not in key) for c in table.columns)
    return replace(table, columns=columns)


class _Resolver:
    """Finds tables as SQL does: exactly, else without regard to case."""

    def __init__(self, tables: Mapping[str, Table]) -> None:
        self._tables = tables
        self._lowered = {table_id.lower(): table_id for table_id in tables}

    def find(self, table_id: str, beside: str | None) -> Table | None:
        for candidate in (table_id, f"{beside}.{table_id}" if beside else table_id):
            if candidate in self._tables:
                return self._tables[candidate]
            lowered = self._lowered.get(candidate.lower())
            if lowered is not None:
                return self._tables[lowered]
        return None


def _resolve_keys(table: Table, resolver: _Resolver, reports: list[Unread]) -> Table:
    keys: list[ForeignKey] = []
    for key in table.foreign_keys:
        resolved = _resolve_key(table, key, resolver)
        if isinstance(resolved, ForeignKey):
            keys.append(resolved)
        else:
            reports.append(resolved)
    return replace(table, foreign_keys=tuple(keys))


def _resolve_key(table: Table, key: ForeignKey, resolver: _Resolver) -> ForeignKey | Unread:
    what = f"foreign key {table.id} ({', '.join(key.columns)}) -> {key.target}"
    target = resolver.find(key.target, table.schema)
    if target is None:
        return Unread(what=what, reason="the table it refers to was not read")
    columns = _match(key.columns, table)
    target_columns = _match(key.target_columns or target.primary_key, target)
    if columns is None or target_columns is None or len(columns) != len(target_columns):
        return Unread(what=what, reason="its columns do not match the columns of the tables")
    return replace(key, columns=columns, target=target.id, target_columns=target_columns)


def _match(names: Sequence[str], table: Table) -> tuple[str, ...] | None:
    exact = {column.name for column in table.columns}
    lowered = {column.name.lower(): column.name for column in table.columns}
    found = [name if name in exact else lowered.get(name.lower()) for name in names]
    matched = tuple(name for name in found if name is not None)
    return matched if len(matched) == len(names) else None

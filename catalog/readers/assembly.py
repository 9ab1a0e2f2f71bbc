"""Puts read parts together: names resolved, dangling references reported, tables in order."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from catalog.model import ForeignKey, Snapshot, Table, Unread
from catalog.readers import families, views
from catalog.readers.errors import EmptySchemaError
from catalog.readers.parsing import UnparsedError


@dataclass(frozen=True, kw_only=True)
class Origin:
    """Where the parts were read."""

    dialect: str
    database: str  # a display name without credentials
    server_version: str | None = None
    home: str | None = None  # the schema whose tables have none in their ids


def snapshot(
    tables: Iterable[Table],
    origin: Origin,
    *,
    children: Sequence[families.Child] = (),
    unread: Sequence[Unread] = (),
) -> Snapshot:
    """Return the snapshot of these tables; EmptySchemaError when there are none.

    `children` are those that the database itself knows as parts of others.
    """
    found = {table.id: _with_filled_keys(table, origin.dialect) for table in tables}
    if not found:
        raise EmptySchemaError(
            f"The database {origin.database!r} has no tables that this user can see.",
            remedy="Check that the URL names the right database, that its tables are created, and"
            " that the user may see them.",
        )
    resolver = _Resolver(found, children)
    reports = list(unread)
    resolved = [_resolve_keys(table, resolver, reports) for table in found.values()]
    resolved = [_resolve_sources(table, origin, resolver, reports) for table in resolved]
    return Snapshot(
        dialect=origin.dialect,
        database=origin.database,
        tables=tuple(sorted(families.collapse(resolved, children), key=lambda table: table.id)),
        unread=tuple(reports),
        server_version=origin.server_version,
    )


def _with_filled_keys(table: Table, dialect: str) -> Table:
    """Return the table with its primary key's columns not nullable, as far as that is so."""
    key = set(table.primary_key)
    if dialect == "sqlite":
        # SQLite lets NULL into primary keys, but for the one that is the row's number.
        key = {c.name for c in table.columns if {c.name} == key and c.type.upper() == "INTEGER"}
    columns = tuple(replace(c, nullable=c.nullable and c.name not in key) for c in table.columns)
    return replace(table, columns=columns)


class _Resolver:
    """Finds tables as SQL does: exactly, else without regard to case; a partition is its table."""

    def __init__(self, tables: Mapping[str, Table], children: Sequence[families.Child]) -> None:
        self._tables = tables
        self._parents = {one.id: one.parent for one in children if one.id not in tables}
        self._named: dict[str, list[Table]] = defaultdict(list)
        for table in tables.values():
            self._named[table.name.lower()].append(table)
        self._lowered = {table_id.lower(): table_id for table_id in tables}

    def find(self, table_id: str, beside: str | None) -> Table | None:
        for written in (table_id, f"{beside}.{table_id}" if beside else table_id):
            candidate = families.root(written, self._parents)
            if candidate in self._tables:
                return self._tables[candidate]
            lowered = self._lowered.get(candidate.lower())
            if lowered is not None:
                return self._tables[lowered]
        return None

    def source(self, table_id: str, beside: str | None) -> Table | None:
        """Find what a view reads; its schema may be just the database, as MySQL has it."""
        bare = table_id.rpartition(".")[2].lower()
        named = self._named.get(bare, []) if "." in table_id else []
        return self.find(table_id, beside) or (named[0] if len(named) == 1 else None)


def _resolve_keys(table: Table, resolver: _Resolver, reports: list[Unread]) -> Table:
    keys: list[ForeignKey] = []
    for key in table.foreign_keys:
        resolved = _resolve_key(table, key, resolver)
        if isinstance(resolved, ForeignKey):
            keys.append(resolved)
        else:
            reports.append(resolved)
    return replace(table, foreign_keys=tuple(keys))


def _resolve_sources(
    table: Table, origin: Origin, resolver: _Resolver, reports: list[Unread]
) -> Table:
    """Return a view with the ids of what it reads, by its definition where nobody told them."""
    if table.kind != "view":
        return table
    written = table.sources
    if not written and table.definition:
        try:
            written = views.sources_of(table.definition, origin.dialect, home=origin.home)
        except UnparsedError as error:
            what = f"the tables that view {table.id} reads"
            reports.append(Unread(what=what, reason=str(error)))
    found = [resolver.source(source, table.schema) for source in written]
    ids = {one.id for one in found if one is not None and one.id != table.id}
    return replace(table, sources=tuple(sorted(ids)))


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

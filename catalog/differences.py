"""What changed between two snapshots: tables and columns that came, went, were renamed, changed."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from catalog import fingerprints, renames, spelling
from catalog.model import Column, ForeignKey, Snapshot, Table
from catalog.renames import Renamed

T = TypeVar("T", Table, Column)


@dataclass(frozen=True, kw_only=True)
class Change:
    """One fact that is another now, as texts; of a set only what went and what came."""

    fact: str  # "type", "nullable", "foreignKeys", ...
    before: tuple[str, ...]
    after: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class ColumnChange:
    """A column of which facts changed."""

    column: str  # its present name
    changes: tuple[Change, ...]


@dataclass(frozen=True, kw_only=True)
class TableChange:
    """A table that is in both snapshots, and what changed in it."""

    table: str  # its present id
    before: str  # its id before
    columns_added: tuple[str, ...] = ()
    columns_removed: tuple[str, ...] = ()
    columns_renamed: tuple[Renamed, ...] = ()
    columns_changed: tuple[ColumnChange, ...] = ()
    changes: tuple[Change, ...] = ()  # of the table itself: keys, indexes, checks, comment, ...

    @property
    def is_empty(self) -> bool:
        """Whether nothing changed."""
        return self == TableChange(table=self.table, before=self.before)


@dataclass(frozen=True, kw_only=True)
class Difference:
    """How a snapshot differs from an earlier one; tables by id, in order."""

    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    renamed: tuple[Renamed, ...] = ()
    changed: tuple[TableChange, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether both describe the same schema."""
        return self == Difference()

    @property
    def stale(self) -> frozenset[str]:
        """The present ids of tables whose descriptions an earlier text cannot know."""
        return frozenset({*self.added, *(one.table for one in self.changed)})


def between(before: Snapshot, after: Snapshot) -> Difference:
    """Return what became of `before`: what stayed under a new name is renamed, not new.

    Order, statistics, spelling and the members of families make no difference, as for fingerprints.
    """
    renamed = renames.tables(before.tables, after.tables)
    present = {fingerprints.name_of(table): table for table in after.tables}
    moved = {one.before: after.table(one.after) for one in renamed}
    pairs: list[tuple[Table, Table]] = []
    removed: list[str] = []
    for table in before.tables:
        now = moved.get(table.id) or present.get(fingerprints.name_of(table))
        if now is None:
            removed.append(table.id)
        else:
            pairs.append((table, now))
    known = {now.id for _, now in pairs}
    names = _Names(pairs)
    changes = (_table(old, now, names) for old, now in pairs)
    return Difference(
        added=tuple(sorted(table.id for table in after.tables if table.id not in known)),
        removed=tuple(sorted(removed)),
        renamed=renamed,
        changed=tuple(
            sorted((one for one in changes if not one.is_empty), key=lambda one: one.table)
        ),
    )


class _Names:
    """What tables and columns of the earlier snapshot are called now."""

    def __init__(self, pairs: Sequence[tuple[Table, Table]]) -> None:
        self.tables = {old.id: now.id for old, now in pairs}
        self.renamed = {old.id: renames.columns(old, now) for old, now in pairs}
        self._columns = {
            table: {one.before: one.after for one in found} for table, found in self.renamed.items()
        }

    def columns(self, table_id: str, names: Iterable[str]) -> tuple[str, ...]:
        known = self._columns.get(table_id, {})
        return tuple(known.get(name, name) for name in names)


def _table(old: Table, now: Table, names: _Names) -> TableChange:
    renamed = names.renamed[old.id]
    translated = _translated(old, names)
    mine = {column.name: column for column in translated.columns}
    theirs = {column.name: column for column in now.columns}
    return TableChange(
        table=now.id,
        before=old.id,
        columns_added=tuple(sorted(theirs.keys() - mine.keys())),
        columns_removed=tuple(sorted(mine.keys() - theirs.keys())),
        columns_renamed=renamed,
        columns_changed=tuple(_columns(mine, theirs)),
        changes=tuple(_changes(translated, now, _TABLE_FACTS)),
    )


def _translated(old: Table, names: _Names) -> Table:
    """Return an earlier table in the present names, so that only true changes are left."""
    here = old.id
    called = names.columns(here, [column.name for column in old.columns])
    return replace(
        old,
        columns=tuple(replace(c, name=name) for c, name in zip(old.columns, called, strict=True)),
        primary_key=names.columns(here, old.primary_key),
        foreign_keys=tuple(
            replace(
                key,
                columns=names.columns(here, key.columns),
                target=names.tables.get(key.target, key.target),
                target_columns=names.columns(key.target, key.target_columns),
            )
            for key in old.foreign_keys
        ),
        unique_keys=tuple(
            replace(key, columns=names.columns(here, key.columns)) for key in old.unique_keys
        ),
        indexes=tuple(
            replace(index, columns=names.columns(here, index.columns)) for index in old.indexes
        ),
    )


def _columns(mine: Mapping[str, Column], theirs: Mapping[str, Column]) -> Iterator[ColumnChange]:
    for name in sorted(mine.keys() & theirs.keys()):
        changes = tuple(_changes(mine[name], theirs[name], _COLUMN_FACTS))
        if changes:
            yield ColumnChange(column=name, changes=changes)


def _changes(one: T, other: T, facts: Mapping[str, Callable[[T], set[str]]]) -> Iterator[Change]:
    for fact, tell in facts.items():
        before, after = tell(one), tell(other)
        if before != after:
            yield Change(
                fact=fact,
                before=tuple(sorted(before - after)),
                after=tuple(sorted(after - before)),
            )


def _key(key: ForeignKey) -> str:
    pairs = sorted(zip(key.columns, key.target_columns, strict=False))
    own, other = ", ".join(one for one, _ in pairs), ", ".join(two for _, two in pairs)
    return f"{own} -> {key.target} ({other})"


def _default(column: Column) -> set[str]:
    found = fingerprints.default_of(column)
    return set() if found is None else {found}


_COLUMN_FACTS: Mapping[str, Callable[[Column], set[str]]] = {
    "type": lambda column: {spelling.type_of(column.type)},
    "nullable": lambda column: {"yes" if column.nullable else "no"},
    "default": _default,
    "comment": lambda column: {column.comment} if column.comment else set(),
    "enum": lambda column: set(column.enum),
}
_TABLE_FACTS: Mapping[str, Callable[[Table], set[str]]] = {
    "kind": lambda table: {"materialized view" if table.materialized else table.kind},
    "primaryKey": lambda table: {", ".join(sorted(table.primary_key))} - {""},
    "foreignKeys": lambda table: {_key(key) for key in table.foreign_keys},
    "uniqueKeys": lambda table: {", ".join(sorted(key.columns)) for key in table.unique_keys},
    "indexes": lambda table: {
        f"{'unique ' if index.unique else ''}{', '.join(map(spelling.expression, index.columns))}"
        for index in table.indexes
    },
    "checks": lambda table: {spelling.expression(check.condition) for check in table.checks},
    "comment": lambda table: {table.comment} if table.comment else set(),
    "definition": lambda table: {fingerprints.definition_of(table)} - {""},
}

"""The schema model: what a reader found in a database, as frozen values."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

TableKind = Literal["table", "view"]


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column as the database declares it."""

    name: str
    type: str  # as the database prints it, e.g. "numeric(10,2)"
    nullable: bool = True
    default: str | None = None  # the SQL text
    comment: str | None = None
    enum: tuple[str, ...] = ()  # allowed values, from an enum type or a CHECK ... IN (...)


@dataclass(frozen=True, kw_only=True)
class ForeignKey:
    """A declared reference; `columns[i]` refers to `target_columns[i]` of `target`."""

    columns: tuple[str, ...]
    target: str  # `Table.id` of the table it refers to
    target_columns: tuple[str, ...]
    name: str | None = None


@dataclass(frozen=True, kw_only=True)
class UniqueKey:
    """A unique constraint or unique index."""

    columns: tuple[str, ...]
    name: str | None = None


@dataclass(frozen=True, kw_only=True)
class Index:
    """A secondary index; expressions appear as their SQL text."""

    name: str
    columns: tuple[str, ...]
    unique: bool = False


@dataclass(frozen=True, kw_only=True)
class Check:
    """A CHECK constraint with its condition as SQL text."""

    condition: str
    name: str | None = None


@dataclass(frozen=True, kw_only=True)
class Table:
    """A table or view with all that was read about it."""

    name: str
    schema: str | None = None  # None where it is the database's default schema
    kind: TableKind = "table"
    columns: tuple[Column, ...] = ()
    primary_key: tuple[str, ...] = ()
    foreign_keys: tuple[ForeignKey, ...] = ()
    unique_keys: tuple[UniqueKey, ...] = ()
    indexes: tuple[Index, ...] = ()
    checks: tuple[Check, ...] = ()
    comment: str | None = None
    row_estimate: int | None = None  # from the database's statistics; None when it has none
    definition: str | None = None  # a view's SQL
    materialized: bool = False  # a view that keeps its rows
    sources: tuple[str, ...] = ()  # ids of the tables and views that a view reads
    members: tuple[str, ...] = ()  # ids of the partitions or shards that this table stands for
    family: str | None = None  # what the members are called, e.g. events_*, when none is the parent

    @cached_property
    def id(self) -> str:
        """The name that is unique in a snapshot: `schema.name`, or `name` in the default schema."""
        return f"{self.schema}.{self.name}" if self.schema else self.name

    def column(self, name: str) -> Column:
        """Return the column called `name`; KeyError when there is none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)


@dataclass(frozen=True, kw_only=True)
class Unread:
    """A statement or object that a reader could not take in, and why."""

    what: str  # the beginning of the statement, or the object's name
    reason: str
    line: int | None = None


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    """A database's schema at one moment, tables ordered by id."""

    dialect: str  # "postgresql", "mysql", "mariadb", "sqlite", or the sqlglot dialect of a DDL text
    database: str  # a display name without credentials
    tables: tuple[Table, ...] = ()
    unread: tuple[Unread, ...] = field(default=())
    server_version: str | None = None

    def table(self, table_id: str) -> Table:
        """Return the table with this id; KeyError when there is none."""
        return self._by_id[table_id]

    def find(self, table_id: str) -> Table | None:
        """Return the table with this id; None when there is none."""
        return self._by_id.get(table_id)

    def named(self, name: str) -> tuple[Table, ...]:
        """Return the tables of this name in any schema, regardless of case, in their order."""
        return tuple(self._by_name.get(_caseless(name), ()))

    # Kept: a reader that searched all tables for each of them would take quadratic time.
    @cached_property
    def _by_id(self) -> dict[str, Table]:
        return {table.id: table for table in reversed(self.tables)}

    @cached_property
    def _by_name(self) -> dict[str, list[Table]]:
        found: dict[str, list[Table]] = {}
        for table in self.tables:
            found.setdefault(_caseless(table.name), []).append(table)
        return found


def _caseless(name: str) -> str:
    return name.upper().lower()  # "ß" and "SS" meet only on the way up

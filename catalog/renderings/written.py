"""What was written, found by table and column, and the tables in the order a reader meets them."""

from collections.abc import Mapping
from dataclasses import dataclass

from catalog import labels
from catalog.context import Context, DomainContext, TableContext, Text
from catalog.model import Column, Snapshot, Table


@dataclass(frozen=True, kw_only=True)
class Group:
    """Tables that are shown together; without a domain they belong to none."""

    domain: DomainContext | None
    tables: tuple[Table, ...]


class Texts:
    """The descriptions of a context, by name."""

    def __init__(self, context: Context) -> None:
        self._profile = context.profile
        self._labels = context.labels
        self._tables: Mapping[str, TableContext] = {table.id: table for table in context.tables}
        self._columns = {
            (table.id, column.name): column.description
            for table in context.tables
            for column in table.columns
        }

    def label(self, english: str) -> str:
        """Return one of catalog.labels in the language of the texts, as far as that is known."""
        return labels.say(english, self._labels)

    def table(self, table_id: str) -> Text | None:
        """Return what was written about a table; None when nothing was."""
        found = self._tables.get(table_id)
        return found.description if found and found.description.text.strip() else None

    def column(self, table_id: str, name: str) -> Text | None:
        """Return what was written about a column; None when nothing was."""
        found = self._columns.get((table_id, name))
        return found if found and found.text.strip() else None

    def values(self, table_id: str, column: Column) -> tuple[str, ...]:
        """Return the values that a column is known to hold: allowed ones, else codes seen."""
        return column.enum or self._profile.column(table_id, column.name).codes


def groups(snapshot: Snapshot, context: Context) -> tuple[Group, ...]:
    """Return every table exactly once: by domain, then those that are in none."""
    left = {table.id: table for table in snapshot.tables}
    found = []
    for domain in context.domains:
        tables = tuple(left.pop(table_id) for table_id in domain.tables if table_id in left)
        if tables:
            found.append(Group(domain=domain, tables=tables))
    if left:
        found.append(Group(domain=None, tables=tuple(left.values())))
    return tuple(found)


def keys(table: Table, name: str) -> tuple[str, ...]:
    """Return the marks of a column: PK, FK and UK, the last one when it is unique alone."""
    marks = {
        "PK": name in table.primary_key,
        "FK": any(name in key.columns for key in table.foreign_keys),
        "UK": any(key.columns == (name,) for key in table.unique_keys),
    }
    return tuple(mark for mark, applies in marks.items() if applies)

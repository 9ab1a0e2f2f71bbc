"""Habits of a schema that a reader should know, as sentences with computed counts."""

from collections import Counter
from collections.abc import Iterator, Mapping

from catalog import words
from catalog.model import Snapshot, Table
from catalog.structure.roles import Role

_FEWEST = 2
_SHARE = 0.05  # of the tables: what fewer do is no habit
_KEY_SHARE = 0.3


def of_schema(snapshot: Snapshot, roles: Mapping[str, Mapping[str, Role]]) -> tuple[str, ...]:
    """Return what holds for many tables of the schema."""
    tables = [table for table in snapshot.tables if table.kind == "table"]
    return tuple(_sentences(tables, roles))


def _sentences(tables: list[Table], roles: Mapping[str, Mapping[str, Role]]) -> Iterator[str]:
    total = len(tables)
    worth_telling = max(_FEWEST, total * _SHARE)
    key, keyed = _commonest(table.primary_key[0] for table in tables if len(table.primary_key) == 1)
    if keyed >= max(_FEWEST, total * _KEY_SHARE):
        yield f"{keyed} of {_tables(total)} have the primary key {key}."
    for role, say in (
        (Role.AUDIT_TIME, "carry"),
        (Role.SOFT_DELETE, "mark deleted rows by"),
        (Role.AUDIT_USER, "record who by"),
    ):
        name, count = _commonest(
            column for table in tables for column, found in roles[table.id].items() if found is role
        )
        if count >= worth_telling:
            yield f"{count} of {_tables(total)} {say} {name}."
    plural = sum(1 for table in tables if _is_plural(table.name))
    if total >= _FEWEST and plural * 2 != total:
        form, count = ("plural", plural) if plural * 2 > total else ("singular", total - plural)
        yield f"{count} of {_tables(total)} have a name in the {form}."


def _tables(count: int) -> str:
    return "1 table" if count == 1 else f"{count} tables"


def _commonest(names: Iterator[str]) -> tuple[str, int]:
    return max(Counter(names).items(), key=lambda item: (item[1], item[0]), default=("", 0))


def _is_plural(name: str) -> bool:
    pieces = words.split(name)
    return bool(pieces) and words.singular(pieces[-1]) != pieces[-1]

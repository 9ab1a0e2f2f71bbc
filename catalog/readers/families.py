"""Tables that are parts of one: partitions, INHERITS children, and families that names tell."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from catalog.model import ForeignKey, Table
from catalog.readers import family_names

_FEWEST: Final = 3  # two tables may look alike by chance


@dataclass(frozen=True, kw_only=True)
class Child:
    """A table that the database itself knows as a part of another."""

    id: str
    parent: str
    row_estimate: int | None = None  # where the child is not among the tables that were read


def collapse(tables: Iterable[Table], children: Sequence[Child] = ()) -> list[Table]:
    """Return the tables with each family as one, which lists its members and has their rows.

    A declared parent stands for its partitions, and for those INHERITS children that add no column.
    Other tables are a family when at least three have the same columns, types and keys and names
    that differ in numbers and dates only; the first one stands for it.
    """
    known = {table.id: table for table in tables}
    stands: dict[str, str] = {}  # member -> the table that stands for it
    known = _declared(known, children, stands)
    known = _named(known, stands)
    return [_retargeted(table, stands) for table in known.values()]


def root(table_id: str, stands: Mapping[str, str]) -> str:
    """Return the table that stands for one, by the table that stands for each member."""
    seen: set[str] = set()
    while table_id in stands and table_id not in seen:
        seen.add(table_id)
        table_id = stands[table_id]
    return table_id


def _declared(
    known: dict[str, Table], children: Sequence[Child], stands: dict[str, str]
) -> dict[str, Table]:
    parents: dict[str, list[Child]] = defaultdict(list)
    for child in children:
        parents[child.id].append(child)
    members: dict[str, list[str]] = defaultdict(list)
    for child_id, links in parents.items():
        top = _top(child_id, parents, known)
        if top is not None and len(links) == 1:
            members[top].append(child_id)
            stands[child_id] = top
    rows = {child.id: child.row_estimate for child in children}
    return {
        table_id: _with_members(table, members[table_id], known, rows)
        for table_id, table in known.items()
        if table_id not in stands
    }


def _top(
    child_id: str, parents: Mapping[str, list[Child]], known: Mapping[str, Table]
) -> str | None:
    """Return the topmost table that has all that the child has; None when there is none."""
    found, at, seen = None, child_id, {child_id}
    while at in parents:
        parent = parents[at][0].parent
        own, above = known.get(at), known.get(parent)
        alike = own is None or (above is not None and _columns(own) == _columns(above))
        if not alike or parent in seen:
            break
        at = parent
        seen.add(at)
        found = at if at in known else found
    return found


def _with_members(
    table: Table, members: Sequence[str], known: Mapping[str, Table], rows: Mapping[str, int | None]
) -> Table:
    if not members:
        return table
    read = [known[member] for member in members if member in known]
    counted = [table.row_estimate, *(rows[member] for member in members if member not in known),
               *(one.row_estimate for one in read)]  # fmt: skip
    return replace(
        table,
        members=tuple(sorted(members, key=family_names.order)),
        foreign_keys=_shared_keys(table, read),
        row_estimate=_sum(counted),
    )


def _shared_keys(table: Table, members: Sequence[Table]) -> tuple[ForeignKey, ...]:
    """Return the table's keys, and those that all of its members have: PostgreSQL inherits none."""
    keys = {_reference(key): key for key in table.foreign_keys}
    first, *others = members or [table]
    for key in first.foreign_keys:
        if all(_reference(key) in set(map(_reference, one.foreign_keys)) for one in others):
            keys.setdefault(_reference(key), key)
    return tuple(keys.values())


def _named(known: dict[str, Table], stands: dict[str, str]) -> dict[str, Table]:
    alike: dict[object, list[Table]] = defaultdict(list)
    for table in known.values():
        varies = family_names.pattern(table.name) != table.name
        if table.kind == "table" and not table.members and varies:
            alike[_shape(table)].append(table)
    families = [sorted(group, key=_order) for group in alike.values() if len(group) >= _FEWEST]
    apart = _told_apart(known.values(), families)
    for family in families:
        ids = [table.id for table in family]
        if apart & set(ids):
            continue
        first = family[0]
        known[first.id] = replace(
            first,
            members=tuple(ids),
            family=family_names.label([table.name for table in family]),
            row_estimate=_sum([table.row_estimate for table in family]),
        )
        for member in ids[1:]:
            stands[member] = first.id
            del known[member]
    return known


def _told_apart(tables: Iterable[Table], families: Sequence[Sequence[Table]]) -> set[str]:
    """Return members that somebody refers to as different things, e.g. two levels of a grouping."""
    family_of = {table.id: at for at, family in enumerate(families) for table in family}
    apart: set[str] = set()
    for table in tables:
        named: dict[int, set[str]] = defaultdict(set)
        for key in table.foreign_keys:
            if key.target in family_of:
                named[family_of[key.target]].add(key.target)
        own = family_of.get(table.id)
        if own is not None and named[own]:
            named[own].add(table.id)
        for targets in named.values():
            if len(targets) > 1:
                apart |= targets
    return apart


def _shape(table: Table) -> object:
    area, pattern = family_names.area(table.name), family_names.pattern
    keys = {(key.columns, pattern(key.target), key.target_columns) for key in table.foreign_keys}
    return (
        table.schema,
        area,
        pattern(table.name.removeprefix(area)),
        _columns(table),
        table.primary_key,
        frozenset(keys),
    )


def _retargeted(table: Table, stands: Mapping[str, str]) -> Table:
    if stands.keys().isdisjoint({*table.sources, *(key.target for key in table.foreign_keys)}):
        return table
    keys: dict[tuple[object, ...], ForeignKey] = {}
    for key in table.foreign_keys:
        moved = replace(key, target=root(key.target, stands))
        keys.setdefault(_reference(moved), moved)
    sources = {root(source, stands) for source in table.sources}
    return replace(table, foreign_keys=tuple(keys.values()), sources=tuple(sorted(sources)))


def _order(table: Table) -> tuple[tuple[int, str], ...]:
    return family_names.order(table.name)


def _columns(table: Table) -> frozenset[tuple[str, str]]:
    return frozenset((column.name, column.type) for column in table.columns)


def _reference(key: ForeignKey) -> tuple[object, ...]:
    return key.columns, key.target, key.target_columns


def _sum(counts: Iterable[int | None]) -> int | None:
    known = [count for count in counts if count is not None]
    return sum(known) if known else None

"""What a table is for, from its shape and its joins."""

from collections import Counter
from collections.abc import Mapping, Sequence
from enum import StrEnum

from catalog import words
from catalog.model import Snapshot, Table
from catalog.structure.relations import Relation
from catalog.structure.roles import Role


class Kind(StrEnum):
    """What a table is for."""

    ENTITY = "entity"
    HUB = "hub"
    JUNCTION = "junction"
    LOOKUP = "lookup"
    VIEW = "view"
    ORPHAN = "orphan"
    LEGACY = "legacy"


_LEGACY = frozenset(
    ["old", "legacy", "bak", "backup", "obsolete", "deprecated", "tmp", "temp", "archive"]
)
_JUNCTION_SIDES = 2
_JUNCTION_CONTENT = 2
_LOOKUP_COLUMNS = 7
_LOOKUP_CONTENT = 3
_LISTS = words.vocabulary(
    "type kind status state category class code reason country region currency language unit genre"
    " level priority gender role ref lookup lkp list enum"
)
_HUB_REFERENCES = 3
_HUB_SHARE = 0.1  # of the tables, at most this many are hubs (and at least three)
_OWN = frozenset(
    {Role.LABEL, Role.CODE, Role.FREE_TEXT, Role.FLAG, Role.OTHER, Role.STATUS, Role.MEASURE}
)
_PLUMBING = frozenset({Role.AUDIT_TIME, Role.AUDIT_USER, Role.SOFT_DELETE, Role.PRIMARY_KEY})


def of_tables(
    snapshot: Snapshot,
    relations: Sequence[Relation],
    roles: Mapping[str, Mapping[str, Role]],
) -> tuple[dict[str, Kind], tuple[str, ...]]:
    """Return each table's kind, and the hubs, most referenced first."""
    outgoing: dict[str, set[str]] = {table.id: set() for table in snapshot.tables}
    incoming: Counter[str] = Counter()
    for relation in relations:
        if relation.table != relation.target:
            outgoing[relation.table].add(relation.target)
            incoming[relation.target] += 1
    kinds = {
        table.id: _kind(table, outgoing[table.id], incoming[table.id], roles[table.id])
        for table in snapshot.tables
    }
    hubs = _hubs(kinds, incoming)
    return kinds | dict.fromkeys(hubs, Kind.HUB), hubs


def _hubs(kinds: Mapping[str, Kind], incoming: Counter[str]) -> tuple[str, ...]:
    able = [
        table
        for table, kind in kinds.items()
        if kind is Kind.ENTITY and incoming[table] >= _HUB_REFERENCES
    ]
    most = max(3, int(len(kinds) * _HUB_SHARE))
    return tuple(sorted(able, key=lambda table: (-incoming[table], table))[:most])


def _kind(table: Table, outgoing: set[str], incoming: int, roles: Mapping[str, Role]) -> Kind:
    if table.kind == "view":
        return Kind.VIEW
    name = words.split(table.name)
    if set(name) & _LEGACY and not outgoing:
        return Kind.LEGACY
    referring = {Role.FOREIGN_KEY, Role.AUDIT_USER}
    content = [role for role in roles.values() if role not in referring | _PLUMBING]
    keyed = [name for name, role in roles.items() if role is Role.FOREIGN_KEY]
    # A key of its own makes it a thing of its own, unless there is nothing else in it.
    most = _JUNCTION_CONTENT if set(table.primary_key) & set(keyed) else 0
    joins = min(len(outgoing), len(keyed)) >= _JUNCTION_SIDES
    if joins and len(content) <= most and not incoming:
        return Kind.JUNCTION
    if not outgoing and not incoming:
        return Kind.ORPHAN
    if incoming and not outgoing and set(content) <= _OWN and _is_short(table, content):
        return Kind.LOOKUP
    return Kind.ENTITY


def _is_short(table: Table, content: Sequence[Role]) -> bool:
    """Whether a table is a list of values: little beside a label, or a name that says so."""
    listed = bool(set(map(words.singular, words.split(table.name))) & _LISTS)
    if len(table.columns) > _LOOKUP_COLUMNS:
        return False
    return listed or len(content) <= _LOOKUP_CONTENT

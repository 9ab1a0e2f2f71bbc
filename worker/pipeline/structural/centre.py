"""Finds the tables that matter most in a schema, and how they join."""

import re

from catalog.model import Table
from catalog.structure.kinds import Kind
from catalog.structure.relations import Relation
from catalog.structure.roles import Role
from worker.pipeline import wording
from worker.pipeline.facts import Facts
from worker.pipeline.structural import moments, references

_PART = re.compile(r"_?(?:p|part)?_?\d[\d_]*$")  # payment_p2007_01 is a part of payment
_SUBJECTS = frozenset({Kind.ENTITY, Kind.HUB, Kind.ORPHAN})
_TABLES_JOINED = 15
_PATHS_SHOWN = 10
_PER_TARGET = 3  # else the table that everything refers to would fill the list
_JUNCTIONS_SHOWN = 5


def subjects(known: Facts) -> tuple[Table, ...]:
    """Return the tables that record what the database is about, the most telling first."""
    found = [
        table
        for table in known.base_tables
        if known.kind(table.id) in _SUBJECTS and not _is_part(known, table)
    ]
    if not found:
        found = [table for table in known.base_tables if known.kind(table.id) is not Kind.LEGACY]
    return tuple(sorted(found, key=lambda table: (-weight(known, table), table.id)))


def weight(known: Facts, table: Table) -> float:
    """Return how much a table tells: its references, and whether it has money, time and status."""
    references = len(known.referrers(table.id)) * 1.5 + len(known.targets(table.id))
    events = any(moments.eventful(column) > 0 for column in known.having(table, Role.TIME))
    return (
        min(references, 12.0)
        + 3 * bool(known.having(table, Role.MONEY))
        + 2 * events
        + 2 * bool(known.states(table))
        + bool(known.having(table, Role.LABEL))
    )


def paths(known: Facts) -> tuple[str, ...]:
    """Return the joins between the central tables, e.g. "payment.order_id = order.id"."""
    chosen = [table.id for table in subjects(known)[:_TABLES_JOINED]]
    central = set(chosen)
    found = [
        relation
        for name in chosen
        for relation in known.outgoing.get(name, ())
        if relation.target in central and relation.target != name and telling(known, relation)
    ]
    found.sort(key=lambda relation: -_strength(known, relation))
    shown: list[Relation] = []
    for relation in found:
        if sum(other.target == relation.target for other in shown) < _PER_TARGET:
            shown.append(relation)
    spoken = [_spoken(known, relation) for relation in shown[:_PATHS_SHOWN]]
    return (*spoken, *_junctions(known, central))


def telling(known: Facts, relation: Relation) -> bool:
    """Tell whether the reference says more than who touched the row."""
    table = known.tables[relation.table]
    return all(known.role(table, name) is not Role.AUDIT_USER for name in relation.columns)


def _is_part(known: Facts, table: Table) -> bool:
    whole = _PART.sub("", table.id)
    return whole != table.id and whole in known.tables


def _junctions(known: Facts, central: set[str]) -> list[str]:
    """Return which central tables meet only in a third one."""
    found = []
    for table in known.base_tables:
        ends = known.targets(table.id)
        if known.kind(table.id) is Kind.JUNCTION and len(ends) > 1 and central & set(ends):
            found.append(f"{wording.listing(ends)} meet in {table.id}")
    return found[:_JUNCTIONS_SHOWN]


def _strength(known: Facts, relation: Relation) -> float:
    tables = (known.tables[relation.table], known.tables[relation.target])
    return (
        sum(weight(known, table) for table in tables)
        + 4 * relation.declared
        - 6 * (len(relation.columns) == 1 and references.played(known, relation) is not None)
        - 3 * optional(known, relation)
    )


def optional(known: Facts, relation: Relation) -> bool:
    """Tell whether a row may refer to nothing."""
    table = known.tables[relation.table]
    return any(
        column.nullable and column.name not in table.primary_key
        for column in table.columns
        if column.name in relation.columns
    )


def _spoken(known: Facts, relation: Relation) -> str:
    pairs = zip(relation.columns, relation.target_columns, strict=True)
    condition = " and ".join(
        f"{relation.table}.{own} = {relation.target}.{other}" for own, other in pairs
    )
    one, other = known.names.one(relation.table), known.names.one(relation.target)
    part = references.played(known, relation) if len(relation.columns) == 1 else None
    if part is not None and part.split(" ")[-1] not in references.PREPOSITIONS:
        other = part if part.endswith(f" {other}") else f"{part}, {wording.article(other)}"
    number = "at most one" if optional(known, relation) else "one"
    declared = "" if relation.declared else " (not declared)"
    return f"{condition}{declared}: each {one} has {number} {other}"

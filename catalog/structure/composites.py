"""Implied references by several columns: a table carries the whole key of another."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from catalog import words
from catalog.model import Column, Snapshot, Table
from catalog.structure import keynames
from catalog.structure.relations import Relation
from catalog.structure.targets import Targets
from catalog.structure.types import may_join

_SURE, _LIKELY = 0.85, 0.65


def find(snapshot: Snapshot, targets: Targets, single: Sequence[Relation]) -> Iterator[Relation]:
    """Yield the references by several columns; `single` are the implied ones by one column.

    A key made of references, as a junction's is, or of a reference and a number is carried by
    many tables that mean the things and not their junction; there the name must say so too.
    """
    referring = _referring(snapshot, single)
    by_key: dict[str, list[Table]] = defaultdict(list)
    for target in snapshot.tables:
        if target.kind == "table" and len(target.primary_key) > 1:
            by_key[_letters(target.primary_key[-1])].append(target)
    for table in snapshot.tables:
        if table.kind == "table":
            carried = {_letters(column.name): column for column in table.columns}
            near = [one for name in carried for one in by_key.get(name, ())]
            found = [one for one in near if _refers(table, one, carried, targets)]
            yield from _sure(table, found, carried, referring, targets)


def _sure(
    table: Table,
    found: Sequence[Table],
    carried: dict[str, Column],
    referring: dict[str, set[str]],
    targets: Targets,
) -> Iterator[Relation]:
    for target in found:
        named = _begins(targets.name(table), targets.name(target))
        own = set(target.primary_key) - referring[target.id]
        telling = any(not keynames.is_generic(words.split(name)) for name in own)
        if not named and (not telling or len(found) > 1):
            continue
        columns = tuple(carried[_letters(name)].name for name in target.primary_key)
        evidence = [f"carries the whole key of {target.id}"]
        if named:
            evidence.append("its name begins with that table's")
        yield Relation(
            table=table.id,
            columns=columns,
            target=target.id,
            target_columns=target.primary_key,
            declared=False,
            score=_SURE if named else _LIKELY,
            evidence=(*evidence, "fitting types"),
        )


def _refers(table: Table, target: Table, carried: dict[str, Column], targets: Targets) -> bool:
    if target.id == table.id or targets.area(target) != targets.area(table):
        return False
    pairs = [(carried.get(_letters(name)), target.column(name)) for name in target.primary_key]
    fitting = all(one is not None and may_join(one.type, other.type) for one, other in pairs)
    if not fitting or all(keynames.is_generic(words.split(name)) for name in target.primary_key):
        return False
    columns = {one.name for one, _ in pairs if one is not None}
    declared = any(columns == set(key.columns) for key in table.foreign_keys)
    # Two tables with the same key describe the same thing; which came first, only names tell.
    same_key = columns == set(table.primary_key)
    return not declared and (not same_key or _begins(targets.name(table), targets.name(target)))


def _referring(snapshot: Snapshot, single: Sequence[Relation]) -> dict[str, set[str]]:
    found = {
        table.id: {name for key in table.foreign_keys for name in key.columns}
        for table in snapshot.tables
    }
    for relation in single:
        found[relation.table].update(relation.columns)
    return found


def _begins(name: tuple[str, ...], other: tuple[str, ...]) -> bool:
    return len(name) > len(other) and name[: len(other)] == other


def _letters(name: str) -> str:
    return "".join(words.split(name))

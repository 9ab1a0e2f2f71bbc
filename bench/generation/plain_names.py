"""The contender for implied keys: plain name matching, as tools do that look at names only.

A column refers to a table when its name ends with the table's, in the singular, and the name of the
table's key, or when it is called as the key of just one other table. Types must fit.
"""

from collections import defaultdict
from collections.abc import Iterator

from bench.generation.judging import Reference
from catalog import words
from catalog.model import Column, Snapshot, Table
from catalog.structure import areas
from catalog.structure.types import may_join

NAME = "plain name matching"


def find(snapshot: Snapshot) -> Iterator[Reference]:
    """Yield the references that names say."""
    area = areas.find(snapshot)
    by_name: dict[object, list[Table]] = defaultdict(list)
    by_key: dict[object, list[Table]] = defaultdict(list)
    for table in snapshot.tables:
        if len(table.primary_key) == 1:
            place = area.get(table.id)
            by_name[place, words.singular_name(areas.bare(table, place))].append(table)
            by_key[place, words.split(table.primary_key[0])].append(table)
    for table in snapshot.tables:
        for column in table.columns:
            name, place = words.split(column.name), area.get(table.id)
            named = [
                one
                for start in range(len(name) - 1)
                for one in by_name[place, words.singular_name("_".join(name[start:-1]))]
                if words.split(one.primary_key[0])[-1] == name[-1]
            ]
            keyed = by_key[place, name] if len(name) > 1 else []
            alone = keyed if len({one.id for one in keyed} - {table.id}) == 1 else []
            for target in [*named, *alone]:
                if _joins(table, column, target):
                    yield table.id, column.name, target.id, target.primary_key[0]
                    break


def _joins(table: Table, column: Column, target: Table) -> bool:
    key = target.column(target.primary_key[0])
    return table.id != target.id and may_join(column.type, key.type)

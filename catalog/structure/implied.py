"""Foreign keys that nobody declared: columns named after a table and its key, of fitting types."""

from collections import defaultdict
from collections.abc import Iterator, Mapping

from catalog import words
from catalog.model import Column, Snapshot, Table
from catalog.structure.relations import Relation
from catalog.structure.types import may_join

#: Endings that say "this is a key".
_KEY_ENDINGS = frozenset({"id", "no", "nr", "number", "code", "key", "uuid"})
_SURE = 0.9
_LIKELY = 0.7
_LONGEST_ROLE = 2  # words before the table's name, as in `billing_address_id`


def find(snapshot: Snapshot) -> Iterator[Relation]:
    """Yield the single-column references that names and types imply and none declares."""
    by_name = _tables_by_name(snapshot)
    for table in snapshot.tables:
        if table.kind == "view":
            continue
        taken = {name for key in table.foreign_keys for name in key.columns}
        polymorphic = {words.split(column.name) for column in table.columns}
        for column in table.columns:
            name = words.split(column.name)
            if column.name in taken or (*name[:-1], "type") in polymorphic:
                continue
            relation = _relation(table, column, name, by_name)
            if relation is not None:
                yield relation


def _tables_by_name(snapshot: Snapshot) -> Mapping[tuple[str, ...], list[Table]]:
    found: dict[tuple[str, ...], list[Table]] = defaultdict(list)
    for table in snapshot.tables:
        if table.kind == "table" and len(table.primary_key) == 1:
            found[words.singular_name(table.name)].append(table)
    return found


def _relation(
    table: Table,
    column: Column,
    name: tuple[str, ...],
    by_name: Mapping[tuple[str, ...], list[Table]],
) -> Relation | None:
    if len(name) < 2 or name[-1] not in _KEY_ENDINGS:  # noqa: PLR2004 - a table and a key
        return None
    stem = (*name[:-2], words.singular(name[-2]))
    for skipped in range(min(len(stem), _LONGEST_ROLE + 1)):
        for target in _near(table, by_name.get(stem[skipped:], [])):
            key = target.column(target.primary_key[0])
            own = target is table and table.primary_key == (column.name,)
            if own or not _fits(name, key.name) or not may_join(column.type, key.type):
                continue
            evidence = [f"named after {target.id}.{key.name}", "fitting types"]
            if skipped:
                evidence.append(f"in the role {' '.join(stem[:skipped])}")
            return Relation(
                table=table.id,
                columns=(column.name,),
                target=target.id,
                target_columns=(key.name,),
                declared=False,
                score=_LIKELY if skipped else _SURE,
                evidence=tuple(evidence),
            )
    return None


def _near(table: Table, targets: list[Table]) -> list[Table]:
    """Tables of the same schema come first: others may have the same name."""
    return sorted(targets, key=lambda target: (target.schema != table.schema, target.id))


def _fits(name: tuple[str, ...], key: str) -> bool:
    """Whether `customer_id` may refer to a key called `id`, `customer_id` or `cust_id`."""
    return words.split(key)[-1:] == name[-1:]

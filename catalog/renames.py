"""Which things that went and which that came are one and the same under a new name."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from catalog import fingerprints, spelling
from catalog.model import Column, Table

_ALIKE = 0.6  # of the columns of two tables, weighted by how rare they are
_SIMILAR_NAME = 0.6  # of the pairs of letters
_VERY_SIMILAR_NAME = 0.8
_ROUNDS = 5  # a renamed table changes what refers to it, which may be renamed too

T = TypeVar("T", Table, Column)


@dataclass(frozen=True, kw_only=True)
class Renamed:
    """Something that had another name before, and what tells so."""

    before: str
    after: str
    evidence: str


def tables(before: Sequence[Table], after: Sequence[Table]) -> tuple[Renamed, ...]:
    """Return which tables that are gone are which new ones; each is in one pair at most.

    Both have all facts but the name in common, or most of their columns.
    """
    kept = {fingerprints.name_of(table) for table in before}
    kept &= {fingerprints.name_of(table) for table in after}
    gone = [table for table in before if fingerprints.name_of(table) not in kept]
    new = [table for table in after if fingerprints.name_of(table) not in kept]
    found: list[Renamed] = []
    for _ in range(_ROUNDS):
        more = _same(*_left(gone, new, found))
        if not more:
            break
        found += more
    found += _alike(*_left(gone, new, found), signs=_Signs([*before, *after]))
    return tuple(sorted(found, key=lambda one: one.after))


def columns(before: Table, after: Table) -> tuple[Renamed, ...]:
    """Return which columns of a table that are gone are which new ones."""
    kept = {column.name for column in before.columns} & {column.name for column in after.columns}
    gone = [column for column in before.columns if column.name not in kept]
    new = [column for column in after.columns if column.name not in kept]
    at = {column.name: place for place, column in enumerate(before.columns)}
    then = {column.name: place for place, column in enumerate(after.columns)}
    as_many = len(before.columns) == len(after.columns)

    def same(one: Column, other: Column) -> tuple[float, str] | None:
        return _like_column(one, other, in_place=as_many and at[one.name] == then[other.name])

    return tuple(_pairs(gone, new, lambda one: one.name, same))


def similarity(one: str, other: str) -> float:
    """Return how much two names have in common: 0 to 1, the share of their pairs of letters."""
    first, second = _letter_pairs(one), _letter_pairs(other)
    total = first.total() + second.total()
    return 2 * (first & second).total() / total if total else float(one.lower() == other.lower())


def _pairs(
    gone: Sequence[T],
    new: Sequence[T],
    name: Callable[[T], str],
    like: Callable[[T, T], tuple[float, str] | None],
) -> list[Renamed]:
    """Return the likeliest pairs first, the same ones whichever side is asked about."""
    rated = [
        (-found[0], sorted((name(one), name(other))), name(one), name(other), found[1])
        for one in gone
        for other in new
        if (found := like(one, other)) is not None
    ]
    used: tuple[set[str], set[str]] = (set(), set())
    pairs = []
    for _, _, one, other, evidence in sorted(rated):
        if one not in used[0] and other not in used[1]:
            used[0].add(one)
            used[1].add(other)
            pairs.append(Renamed(before=one, after=other, evidence=evidence))
    return pairs


def _left(
    gone: Sequence[Table], new: Sequence[Table], found: Sequence[Renamed]
) -> tuple[list[Table], list[Table]]:
    """Return the tables without a pair, the earlier ones referring to the present names."""
    ids = {one.before: one.after for one in found}
    return (
        [_retargeted(table, ids) for table in gone if table.id not in ids],
        [table for table in new if table.id not in ids.values()],
    )


def _same(gone: Sequence[Table], new: Sequence[Table]) -> list[Renamed]:
    shapes = {id(table): fingerprints.of_shape(table) for table in (*gone, *new)}

    def like(one: Table, other: Table) -> tuple[float, str] | None:
        if shapes[id(one)] != shapes[id(other)]:
            return None
        return similarity(one.name, other.name), "all facts but the name are the same"

    return _pairs(gone, new, _id, like)


def _alike(gone: Sequence[Table], new: Sequence[Table], signs: "_Signs") -> list[Renamed]:
    def like(one: Table, other: Table) -> tuple[float, str] | None:
        mine, theirs = signs.of[one.id], signs.of[other.id]
        shared, total = signs.weight(mine & theirs), signs.weight(mine | theirs)
        score = shared / total if total else 0.0
        if one.kind != other.kind or score < _ALIKE:
            return None
        evidence = f"{len(mine & theirs)} of {len(mine | theirs)} columns are the same"
        return score + similarity(one.name, other.name) / 10, evidence

    return _pairs(gone, new, _id, like)


def _id(table: Table) -> str:
    return table.id


def _like_column(one: Column, other: Column, *, in_place: bool) -> tuple[float, str] | None:
    names = similarity(one.name, other.name)
    same = fingerprints.of_column(one) == fingerprints.of_column(other)
    if same and in_place:
        return 2 + names, "all facts but the name are the same, at the same place"
    if same and names >= _SIMILAR_NAME:
        return 1 + names, "all facts but the name are the same, and the names are alike"
    typed = spelling.type_of(one.type) == spelling.type_of(other.type)
    if typed and names >= _VERY_SIMILAR_NAME:
        return names, "the names are alike and the types the same"
    return None


def _retargeted(table: Table, ids: Mapping[str, str]) -> Table:
    keys = tuple(replace(key, target=ids.get(key.target, key.target)) for key in table.foreign_keys)
    return replace(table, foreign_keys=keys)


def _letter_pairs(name: str) -> Counter[str]:
    lowered = name.lower()
    return Counter(lowered[at : at + 2] for at in range(len(lowered) - 1))


class _Signs:
    """The columns by which tables are known again; one that every table has says little."""

    def __init__(self, all_tables: Sequence[Table]) -> None:
        self.of = {table.id: frozenset(_columns_of(table)) for table in all_tables}
        spread = Counter(sign for table in all_tables for sign in set(_columns_of(table)))
        self._weights = {sign: 1 / count for sign, count in spread.items()}

    def weight(self, signs: frozenset[tuple[str, str]]) -> float:
        return sum(self._weights[sign] for sign in sorted(signs))


def _columns_of(table: Table) -> Iterator[tuple[str, str]]:
    for column in table.columns:
        yield column.name.lower(), spelling.type_of(column.type)

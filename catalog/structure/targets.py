"""What columns may refer to: the tables with a key of one column, looked up by their names."""

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from catalog import words
from catalog.model import Column, Snapshot, Table
from catalog.structure import areas, keynames
from catalog.structure.keynames import Words

# Words before a table's name that tell nothing about its rows.
_TECHNICAL = words.vocabulary(
    "tbl tb tab t dim fact d f ref lk lkp lookup master mst m stg sys app core dbo"
)
# Words after a table's name that tell nothing about its rows.
_TAILS = words.vocabulary("master table tbl list dim lookup ref info")
_PAST = words.vocabulary("version history revision archive audit log snapshot")
# Who does what is done, the likeliest first.
_PEOPLE = ("user", "account", "person", "employee", "staff", "member")
WHOLE, NEAR = 0.95, 0.9
_LONGEST_PREFIX = 3  # words that this table's name and the target's begin with
_STAFF = ("employee", "staff", "person", "user", "account", "member")


@dataclass(frozen=True, kw_only=True)
class Target:
    """A table that columns may refer to by one column."""

    table: Table
    name: Words  # of the table, its words in the singular
    key: Column
    area: str | None

    def keys(self) -> Iterator[Column]:
        """Yield the columns that tell one row each, the primary key first."""
        yield self.key
        for unique in self.table.unique_keys:
            if len(unique.columns) == 1 and unique.columns[0] != self.key.name:
                yield self.table.column(unique.columns[0])


@dataclass(frozen=True, kw_only=True)
class Named:
    """A target that some words name."""

    target: Target
    nearness: float  # how much of its name they are: WHOLE, or less
    partly: bool = False  # they leave out what this table's name begins with, or more


class Targets:
    """The targets of one snapshot; those of the same schema hide others of the same name."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._areas = areas.find(snapshot)
        self._whole = _Index()
        self._plain = _Index()  # without technical words before it
        self._ending = _Index()
        self._keyed = _Index()
        self._names: dict[str, Words] = {}
        self._by_id: dict[str, Target] = {}
        self._vocabulary: dict[str, set[str]] = defaultdict(set)  # by first letter
        self._long_forms: dict[str, tuple[str, ...]] = {}
        for table in snapshot.tables:
            if table.kind == "table" and len(table.primary_key) == 1:
                self._add(table)

    def area(self, table: Table) -> str | None:
        """Return what a table belongs to by its name; references do not leave it."""
        return self._areas.get(table.id)

    def name(self, table: Table) -> Words:
        """Return the words of a table's name without its area, in the singular."""
        if table.id not in self._names:
            self._names[table.id] = _name(table, self.area(table))
        return self._names[table.id]

    def by_id(self, table_id: str) -> Target | None:
        """Return the table as a target; None when it has no key of one column."""
        return self._by_id.get(table_id)

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """The last words of the targets' names."""
        return frozenset(word for same in self._vocabulary.values() for word in same)

    def long_forms(self, short: str) -> tuple[str, ...]:
        """Return the words of the vocabulary that one may be short for."""
        if short not in self._long_forms:
            same = sorted(self._vocabulary.get(short[:1], ()))
            found = tuple(word for word in same if keynames.abbreviates(short, word))
            self._long_forms[short] = found
        return self._long_forms[short]

    def named(self, table: Table, name: Words) -> Iterator[Named]:
        """Yield the targets that these words name in a table, the nearest first."""
        area, own = self.area(table), self.name(table)
        found = False
        for index, nearness in ((self._whole, WHOLE), (self._plain, 0.92)):
            for target in index.near(area, name, table.schema):
                found = True
                yield Named(target=target, nearness=nearness)
        for length in range(1, min(len(own), _LONGEST_PREFIX) + 1):
            for target in self._whole.near(area, own[:length] + name, table.schema):
                found = True
                yield Named(target=target, nearness=NEAR, partly=True)
        if not found and len(alone := self._ending.all(area, name)) == 1:
            yield Named(target=alone[0], nearness=0.6, partly=True)

    def wholly_named(self, table: Table, name: Words) -> bool:
        """Whether these words are the whole name of a target."""
        return bool(self._whole.near(self.area(table), name, table.schema))

    def keyed(self, table: Table, letters: str) -> list[Target]:
        """Return the other targets whose key's name has these letters and digits."""
        found = self._keyed.near(self.area(table), letters, table.schema)
        if [one.table.id for one in found] == [table.id]:
            found = self._keyed.all(self.area(table), letters)
        return [target for target in found if target.table.id != table.id]

    def recorded(self, table: Table) -> Target | None:
        """Return the table whose rows' past this one records, as post_versions does of posts."""
        name = self.name(table)
        found: Sequence[Target] = ()
        if name and name[-1] in _PAST:
            found = self._whole.near(self.area(table), name[:-1], table.schema)
        return found[0] if len(found) == 1 else None

    def person(self, table: Table, *, staff: bool) -> Target | None:
        """Return the table of those who act, or of those who work here; None when it is unclear."""
        for word in _STAFF if staff else _PEOPLE:
            found = [
                *self._whole.near(self.area(table), (word,), table.schema),
                *self._plain.near(self.area(table), (word,), table.schema),
            ]
            if found:
                return found[0] if len(found) == 1 else None
        return None

    def _add(self, table: Table) -> None:
        target = _target(table, self.area(table))
        name = target.name
        self._by_id[table.id] = target
        for last in name[-1:]:
            self._vocabulary[last[:1]].add(last)
        self._whole.add(target, name)
        if len(name) > 1 and name[-1] in _TAILS:
            self._whole.add(target, name[:-1])
        if (plain := _without_technical(name)) != name:
            self._plain.add(target, plain)
        for start in range(1, len(name)):
            self._ending.add(target, name[start:])
        self._keyed.add(target, "".join(words.split(target.key.name)))


class _Index:
    """Targets by a key within their area, and there by schema."""

    def __init__(self) -> None:
        self._found: dict[tuple[str | None, Hashable], dict[str | None, list[Target]]] = {}

    def add(self, target: Target, key: Hashable) -> None:
        schemas = self._found.setdefault((target.area, key), {})
        schemas.setdefault(target.table.schema, []).append(target)

    def near(self, area: str | None, key: Hashable, schema: str | None) -> Sequence[Target]:
        """Return those of the schema, else of all others."""
        return self._found.get((area, key), {}).get(schema) or self.all(area, key)

    def all(self, area: str | None, key: Hashable) -> Sequence[Target]:
        found = self._found.get((area, key), {})
        return [target for same in found.values() for target in same]


def _without_technical(name: Words) -> Words:
    """Return the words of a table's name without those before it that tell nothing."""
    while len(name) > 1 and name[0] in _TECHNICAL:
        name = name[1:]
    return name


def _target(table: Table, area: str | None) -> Target:
    (key,) = table.primary_key
    return Target(table=table, name=_name(table, area), key=table.column(key), area=area)


def _name(table: Table, area: str | None) -> Words:
    return keynames.singular(words.split(areas.bare(table, area)))


def key_columns(tables: Iterable[Table]) -> dict[str, Counter[tuple[str, str]]]:
    """Return what columns refer to by declared keys: (table, column) by the column's name."""
    found: dict[str, Counter[tuple[str, str]]] = defaultdict(Counter)
    for table in tables:
        for key in table.foreign_keys:
            if len(key.columns) == 1:
                found[key.columns[0].lower()][key.target, key.target_columns[0]] += 1
    return found

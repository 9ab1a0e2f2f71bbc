"""What columns may refer to: the tables with a key of one column, looked up by their names."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

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
    """A target that some words name, and what of its name they leave out."""

    target: Target
    skipped: Words


class Targets:
    """The targets of one snapshot."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._areas = areas.find(snapshot)
        self._named: dict[tuple[str | None, Words], list[Named]] = defaultdict(list)
        self._keyed: dict[tuple[str | None, str], list[Target]] = defaultdict(list)
        self._people: dict[tuple[str | None, str], list[Target]] = defaultdict(list)
        self._by_id: dict[str, Target] = {}
        self._names: dict[str, Words] = {}
        self.vocabulary: set[str] = set()
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

    def named(self, table: Table, name: Words) -> Iterator[Named]:
        """Yield the targets whose name ends with these words, those of the same schema first."""
        found = self._named.get((self.area(table), name), ())
        yield from sorted(found, key=lambda one: _order(table, one.target))

    def keyed(self, table: Table, letters: str) -> list[Target]:
        """Return the other targets whose key's name has these letters and digits."""
        found = self._keyed.get((self.area(table), letters), ())
        others = [target for target in found if target.table.id != table.id]
        return sorted(others, key=lambda target: _order(table, target))

    def recorded(self, table: Table) -> Target | None:
        """Return the table whose rows' past this one records, as post_versions does of posts."""
        name = self.name(table)
        if name[-1:] and name[-1] in _PAST:
            base = name[:-1]
            found = [
                one for one in self._named.get((self.area(table), base), ()) if not one.skipped
            ]
            return found[0].target if len(found) == 1 else None
        return None

    def person(self, table: Table, *, staff: bool) -> Target | None:
        """Return the table of those who act, or of those who work here; None when it is unclear."""
        for word in _STAFF if staff else _PEOPLE:
            found = self._people.get((self.area(table), word), [])
            near = [one for one in found if one.table.schema == table.schema] or found
            if len(near) == 1:
                return near[0]
            if near:
                return None
        return None

    def _add(self, table: Table) -> None:
        target = _target(table, self.area(table))
        name, area = target.name, target.area
        self._by_id[table.id] = target
        self.vocabulary.update(name[-1:])
        self._keyed[area, "".join(words.split(target.key.name))].append(target)
        for start in range(len(name)):
            self._named[area, name[start:]].append(Named(target=target, skipped=name[:start]))
        if len(name) > 1 and name[-1] in _TAILS:
            self._named[area, name[:-1]].append(Named(target=target, skipped=()))
        spoken = without_technical(name)
        if len(spoken) == 1:
            self._people[area, spoken[0]].append(target)


def without_technical(name: Words) -> Words:
    """Return the words of a table's name without those before it that tell nothing."""
    while len(name) > 1 and name[0] in _TECHNICAL:
        name = name[1:]
    return name


def _target(table: Table, area: str | None) -> Target:
    (key,) = table.primary_key
    return Target(table=table, name=_name(table, area), key=table.column(key), area=area)


def _name(table: Table, area: str | None) -> Words:
    return keynames.singular(words.split(areas.bare(table, area)))


def _order(table: Table, target: Target) -> tuple[bool, str]:
    return target.table.schema != table.schema, target.table.id


def key_columns(tables: Iterable[Table]) -> dict[str, Counter[tuple[str, str]]]:
    """Return what columns refer to by declared keys: (table, column) by the column's name."""
    found: dict[str, Counter[tuple[str, str]]] = defaultdict(Counter)
    for table in tables:
        for key in table.foreign_keys:
            if len(key.columns) == 1:
                found[key.columns[0].lower()][key.target, key.target_columns[0]] += 1
    return found

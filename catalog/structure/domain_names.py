"""What a domain is called: from the words of its tables' names, each unlike the ones before."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from catalog import words
from catalog.model import Snapshot
from catalog.structure import areas
from catalog.structure.kinds import Kind

if TYPE_CHECKING:
    import networkx as nx

OTHER = "Other tables"  # those that join no others

_UNSAYING = words.vocabulary(
    "tbl tb tab table v vw view id type old new data map link x dim fact ref lk lkp lookup tmp temp"
    " a an and are as at by for from in into is it no not of off on or out over per than that the"
    " this to under up via was with without all any each has have other misc"
)
_PREFIX_SHARE = 0.8
_FEW = 4
_COMMON = 0.6  # of a domain's tables begin with the words that it is called by
_CENTRAL = 6
Words = tuple[str, ...]


class Spoken:
    """The words of tables' names, without what nearly all names begin with."""

    def __init__(self, snapshot: Snapshot) -> None:
        area = areas.find(snapshot)
        names = {
            table.id: words.singular_name(areas.bare(table, area.get(table.id)))
            for table in snapshot.tables
        }
        prefix = _common_prefix(names)
        self._words = {
            table: name[len(prefix) :] if prefix and name[: len(prefix)] == prefix != name else name
            for table, name in names.items()
        }

    def words(self, table_id: str) -> Words:
        """Return the words of a table's name, the last one in the singular."""
        return self._words[table_id]

    def frequent(self, group: set[str]) -> Words:
        """Return up to eight words that say something, most frequent first."""
        spoken = Counter(
            word
            for table in sorted(group)
            for word in dict.fromkeys(self._words[table])
            if _says(word)
        )
        return tuple(word for word, _ in spoken.most_common(8))

    def subject(self, table_id: str) -> Words:
        """Return the words by which a table is spoken of, without empty ones around them."""
        name = self._words[table_id]
        while name and not _says(name[0]):
            name = name[1:]
        while name and not _says(name[-1]):
            name = name[:-1]
        return name

    def beginning(self, group: set[str]) -> Words:
        """Return the words that most names of a group begin with; empty when there are none."""
        names = [self.subject(table) for table in sorted(group)]
        for length in (2, 1):
            begun = Counter(name[:length] for name in names if len(name) >= length)
            found, count = begun.most_common(1)[0] if begun else ((), 0)
            if count >= max(_FEW - 1, _COMMON * len(names)):
                return found
        return ()


class Naming:
    """Names domains, each unlike the ones before."""

    def __init__(self, graph: "nx.Graph[str]", kinds: Mapping[str, Kind], spoken: Spoken) -> None:
        self._graph, self._kinds, self._spoken = graph, kinds, spoken
        self._taken: set[str] = set()

    def of(self, group: set[str], *, place: str | None = None, alone: bool = True) -> str:
        """Return the name of a group; `place` is where it is, `alone` unless others are there."""
        if place is not None and alone:
            names = [words.title(place)]
        else:
            where = f"{words.title(place)}: " if place is not None else ""
            names = [where + _title(name) for name in self._candidates(group)]
        numbered = f"{names[-1]} ({len(self._taken) + 1})"
        name = next((name for name in names if name not in self._taken), numbered)
        self._taken.add(name)
        return name

    def _candidates(self, group: set[str]) -> list[str]:
        """Return what it may be called, the best first: by its beginning or its main subjects."""
        central = self._central(group)
        spoken = filter(None, map(self._spoken.subject, central))
        subjects = list(dict.fromkeys(spoken))[:_CENTRAL] or [(min(group),)]
        beginning = self._spoken.beginning(group)
        first = beginning or subjects[0]
        others = [subject for subject in subjects if not set(subject) & set(first)]
        frequent = self._spoken.frequent(group)[:1]
        if frequent and not set(frequent) & set(first) and frequent not in others:
            others.insert(0, frequent)
        known = {self._spoken.words(table) for table in group}
        plain = _many(first) if first in known or not beginning else words.humanise("_".join(first))
        pairs = [f"{plain} and {_many(other)}" for other in others]
        longer = [_many(subject) for subject in subjects if subject != first]
        return [plain, *pairs, *longer] if beginning else [*pairs, plain, *longer]

    def _central(self, group: set[str]) -> Sequence[str]:
        """Return the tables that the others of the group hang on, entities first."""
        weight = dict(self._graph.subgraph(group).degree(weight="weight"))
        main = (Kind.ENTITY, Kind.HUB)
        return sorted(
            group, key=lambda table: (self._kinds[table] not in main, -weight[table], table)
        )


def _says(word: str) -> bool:
    return word not in _UNSAYING and not word.isdigit() and len(word) > 1


def _many(subject: Words) -> str:
    return words.humanise("_".join((*subject[:-1], words.plural(subject[-1]))))


def _title(name: str) -> str:
    return name[:1].upper() + name[1:]


def _common_prefix(names: Mapping[str, Words]) -> Words:
    """Return the word that nearly all tables begin with, such as an application's name."""
    firsts = Counter(name[:1] for name in names.values())
    if not firsts:
        return ()
    first, count = firsts.most_common(1)[0]
    return first if count >= max(_FEW, _PREFIX_SHARE * len(names)) else ()

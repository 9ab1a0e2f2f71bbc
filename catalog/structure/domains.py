"""Domains: groups of tables that join each other more than the rest, named from their words."""

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import networkx as nx

from catalog import words
from catalog.model import Snapshot
from catalog.structure.kinds import Kind
from catalog.structure.relations import Relation

_SMALLEST = 3  # a smaller group joins the one it has most in common with
_UNSAYING = frozenset(
    ["tbl", "table", "v", "view", "id", "type", "old", "new", "data", "map", "link", "x"]
)
_PREFIX_SHARE = 0.8
_LEFT = "Other tables"


@dataclass(frozen=True, kw_only=True)
class Domain:
    """A group of tables that belong together."""

    name: str
    tables: tuple[str, ...]
    hub: str | None  # the table that the others refer to most
    words: tuple[str, ...]  # what its names speak of, most frequent first


def find(
    snapshot: Snapshot, relations: Sequence[Relation], kinds: Mapping[str, Kind]
) -> tuple[Domain, ...]:
    """Return the domains, largest first; every table is in exactly one."""
    graph = _graph(snapshot, relations)
    groups, left = _merge_small(_communities(graph), graph)
    naming = _Naming(graph, relations, kinds, _common_prefix(snapshot))
    named = [naming.name(group) for group in sorted(groups, key=lambda g: (-len(g), min(g)))]
    if left:
        named.append(naming.name(left, called=_LEFT if named else None))
    return tuple(named)


def _graph(snapshot: Snapshot, relations: Sequence[Relation]) -> "nx.Graph[str]":
    graph: nx.Graph[str] = nx.Graph()
    graph.add_nodes_from(table.id for table in snapshot.tables)
    degree = Counter(relation.target for relation in relations)
    for relation in relations:
        if relation.table == relation.target:
            continue
        # A reference to what everybody refers to (users, currencies) says little about a domain.
        weight = relation.score / degree[relation.target] ** 0.5
        _add(graph, relation.table, relation.target, weight)
    _add_name_affinity(graph, snapshot)
    _add_views(graph, snapshot)
    return graph


def _add_views(graph: "nx.Graph[str]", snapshot: Snapshot) -> None:
    """Tie each view to the tables that its definition speaks of."""
    by_name = {table.name.lower(): table.id for table in snapshot.tables if table.kind == "table"}
    for view in snapshot.tables:
        for name in set(re.findall(r"\w+", (view.definition or "").lower())) & by_name.keys():
            _add(graph, view.id, by_name[name], 1.0)


def _add_name_affinity(graph: "nx.Graph[str]", snapshot: Snapshot) -> None:
    """Tables whose names begin alike (`order`, `order_item`) belong together a little."""
    prefix = _common_prefix(snapshot)
    by_first: dict[str, list[str]] = defaultdict(list)
    for table in snapshot.tables:
        name = _words_of(table.id, prefix)
        if name:
            by_first[name[0]].append(table.id)
    for same in by_first.values():
        if len(same) <= max(12, len(snapshot.tables) // 5):
            for one, other in pairwise(same):
                _add(graph, one, other, 0.5)


def _add(graph: "nx.Graph[str]", one: str, other: str, weight: float) -> None:
    known = graph.get_edge_data(one, other, default={"weight": 0.0})["weight"]
    graph.add_edge(one, other, weight=known + weight)


def _communities(graph: "nx.Graph[str]") -> list[set[str]]:
    lonely = {node for node in graph if not graph.degree(node)}
    joined = graph.subgraph(node for node in graph if node not in lonely)
    found: list[set[str]] = []
    if joined.number_of_nodes():
        # Numbers, because the order of sets of strings differs between processes.
        numbered: nx.Graph[Any] = nx.convert_node_labels_to_integers(
            joined,  # type: ignore[arg-type]  # the stub wants keys of any hashable type
            label_attribute="table",
        )
        found = [
            {numbered.nodes[node]["table"] for node in group}
            for group in nx.community.louvain_communities(numbered, weight="weight", seed=7)
        ]
    return found + ([lonely] if lonely else [])


def _merge_small(groups: list[set[str]], graph: "nx.Graph[str]") -> tuple[list[set[str]], set[str]]:
    """Return the groups with small ones merged into them, and the tables that join none."""
    large = [group for group in groups if len(group) >= _SMALLEST]
    small = [group for group in groups if len(group) < _SMALLEST]
    left: set[str] = set()
    owner = {table: at for at, group in enumerate(large) for table in group}
    for group in sorted(small, key=min):
        ties = _ties(graph, group, owner)
        best = max(ties, key=lambda at: (ties[at], -at), default=None)
        if best is None or ties[best] <= 0:
            left |= group
            continue
        large[best] |= group
        owner.update(dict.fromkeys(group, best))
    return large, left


def _ties(graph: "nx.Graph[str]", group: set[str], owner: Mapping[str, int]) -> Mapping[int, float]:
    """Return how much the group has in common with each other one, by that one's number."""
    found: dict[int, float] = defaultdict(float)
    for one in sorted(group):
        for neighbour, data in graph[one].items():
            if neighbour in owner:
                found[owner[neighbour]] += data["weight"]
    return found


class _Naming:
    """Names domains, each unlike the ones before."""

    def __init__(
        self,
        graph: "nx.Graph[str]",
        relations: Sequence[Relation],
        kinds: Mapping[str, Kind],
        prefix: tuple[str, ...],
    ) -> None:
        self._graph, self._kinds = graph, kinds
        self._referrers: dict[str, list[str]] = defaultdict(list)
        for relation in relations:
            self._referrers[relation.target].append(relation.table)
        self._prefix = prefix
        self._taken: set[str] = set()

    def name(self, group: set[str], *, called: str | None = None) -> Domain:
        """Return the domain of these tables."""
        incoming = Counter(
            target
            for target in group
            for table in self._referrers.get(target, ())
            if table != target and table in group
        )
        frequent = self._frequent(group)
        name = called or self._unlike(self._central(group), frequent)
        self._taken.add(name)
        hub = min(incoming, key=lambda table: (-incoming[table], table), default=None)
        return Domain(name=name, tables=tuple(sorted(group)), hub=hub, words=frequent)

    def _central(self, group: set[str]) -> list[str]:
        """Return the tables that the others of the group hang on, entities first."""
        weight = dict(self._graph.subgraph(group).degree(weight="weight"))
        main = (Kind.ENTITY, Kind.HUB)
        return sorted(
            group, key=lambda table: (self._kinds[table] not in main, -weight[table], table)
        )

    def _frequent(self, group: set[str]) -> tuple[str, ...]:
        spoken = Counter(
            word
            for table in sorted(group)
            for word in dict.fromkeys(_words_of(table, self._prefix))
            if word not in _UNSAYING and not word.isdigit() and len(word) > 1
        )
        return tuple(word for word, _ in spoken.most_common(8))

    def _unlike(self, central: list[str], frequent: tuple[str, ...]) -> str:
        """Return the two subjects that say most, in a combination no other domain has."""
        subjects = list(dict.fromkeys(_subject(table, self._prefix) for table in central[:6]))
        said = {words.singular(word) for subject in subjects[:2] for word in subject.split()}
        if frequent and frequent[0] not in said:
            subjects.insert(1, words.plural(frequent[0]))
        names = [f"{subjects[0]} and {second}" for second in subjects[1:]] + subjects[:1]
        names = [name[:1].upper() + name[1:] for name in names]
        numbered = f"{names[-1]} ({len(self._taken) + 1})"
        return next((name for name in names if name not in self._taken), numbered)


def _subject(table: str, prefix: tuple[str, ...]) -> str:
    name = [word for word in _words_of(table, prefix) if word not in _UNSAYING]
    if not name:
        return table
    return words.humanise("_".join([*name[:-1], words.plural(name[-1])]))


def _words_of(table_id: str, prefix: tuple[str, ...]) -> tuple[str, ...]:
    name = words.singular_name(table_id.rsplit(".", 1)[-1])
    if prefix and name[: len(prefix)] == prefix and len(name) > len(prefix):
        return name[len(prefix) :]
    return name


def _common_prefix(snapshot: Snapshot) -> tuple[str, ...]:
    """Return the word that nearly all tables begin with, such as an application's name."""
    firsts = Counter(words.split(table.name)[:1] for table in snapshot.tables)
    if not firsts:
        return ()
    first, count = firsts.most_common(1)[0]
    return first if count >= max(4, _PREFIX_SHARE * len(snapshot.tables)) else ()

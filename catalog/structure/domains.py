"""Domains: groups of tables that join each other more than the rest."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import networkx as nx

from catalog.model import Snapshot
from catalog.structure import areas, domain_names
from catalog.structure.kinds import Kind
from catalog.structure.relations import Relation

Graph = nx.Graph  # of table ids, by how much they have to do with each other

_SMALLEST = 3  # a smaller group joins the one it has most in common with
_LARGEST, _LEAST_LARGEST = 30, 12  # a larger group is parted, as far as its joins let it
_SHARE = 3  # of the tables, so that the largest domain of a small schema is not all of it
_FINER = 1.4  # times the resolution at each attempt to part a group
_ATTEMPTS = 6


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
    """Return the domains, largest first; every table is in exactly one.

    Where schemas or prefixes of names part the tables already, their parts are the domains.
    """
    places = areas.places(snapshot)
    spoken = domain_names.Spoken(snapshot)
    graph = _graph(snapshot, relations, spoken)
    lonely = {node for node in graph if not graph.degree(node) and node not in places}
    most = max(_LEAST_LARGEST, min(_LARGEST, len(snapshot.tables) // _SHARE))
    groups, left = _merge_small(_groups(graph, places, lonely, most), graph, places)
    naming = domain_names.Naming(graph, kinds, spoken)
    found = []
    for group in sorted(groups, key=lambda group: (-len(group), min(group))):
        place = _place_of(group, places)
        parts = sum(_place_of(other, places) == place for other in groups)
        found.append(
            _domain(group, naming.of(group, place=place, alone=parts == 1), relations, spoken)
        )
    left |= lonely
    if left:
        name = domain_names.OTHER if found else naming.of(left)
        found.append(_domain(left, name, relations, spoken))
    return tuple(found)


def _domain(
    group: set[str], name: str, relations: Sequence[Relation], spoken: domain_names.Spoken
) -> Domain:
    incoming = Counter(
        one.target
        for one in relations
        if one.table in group and one.target in group and one.table != one.target
    )
    hub = min(incoming, key=lambda table: (-incoming[table], table), default=None)
    return Domain(name=name, tables=tuple(sorted(group)), hub=hub, words=spoken.frequent(group))


def _place_of(group: set[str], places: Mapping[str, str]) -> str | None:
    """Return the place that most of a group's tables are in."""
    counted = Counter(places[table] for table in sorted(group) if table in places)
    return max(counted, key=lambda place: (counted[place], place), default=None)


def _graph(
    snapshot: Snapshot, relations: Sequence[Relation], spoken: domain_names.Spoken
) -> "Graph[str]":
    graph: Graph[str] = nx.Graph()
    graph.add_nodes_from(table.id for table in snapshot.tables)
    degree = Counter(relation.target for relation in relations)
    for relation in relations:
        if relation.table != relation.target:
            # A reference to what everybody refers to (users, currencies) says little.
            weight = relation.score / degree[relation.target] ** 0.5
            _add(graph, relation.table, relation.target, weight)
    for view in snapshot.tables:
        for source in view.sources:
            _add(graph, view.id, source, 1.0)
    _add_name_affinity(graph, snapshot, spoken)
    return graph


def _add_name_affinity(
    graph: "Graph[str]", snapshot: Snapshot, spoken: domain_names.Spoken
) -> None:
    """Tables whose names begin alike (`order`, `order_item`) belong together a little."""
    by_first: dict[str, list[str]] = defaultdict(list)
    for table in snapshot.tables:
        for first in spoken.words(table.id)[:1]:
            by_first[first].append(table.id)
    for same in by_first.values():
        if len(same) <= max(12, len(snapshot.tables) // 5):
            for one, other in pairwise(same):
                _add(graph, one, other, 0.5)


def _add(graph: "Graph[str]", one: str, other: str, weight: float) -> None:
    known = graph.get_edge_data(one, other, default={"weight": 0.0})["weight"]
    graph.add_edge(one, other, weight=known + weight)


def _groups(
    graph: "Graph[str]", places: Mapping[str, str], lonely: set[str], most: int
) -> list[set[str]]:
    parts: dict[str | None, set[str]] = defaultdict(set)
    for table in graph:
        if table not in lonely:
            parts[places.get(table)].add(table)
    found: list[set[str]] = []
    for place, part in parts.items():
        whole = [part] if place is not None else _communities(graph, part, 1.0)
        found += [piece for group in whole for piece in _pieces(graph, group, most)]
    return found


def _pieces(graph: "Graph[str]", group: set[str], most: int) -> list[set[str]]:
    """Part a group that is too large, as finely as needed; one that hangs together stays whole."""
    resolution = 1.0
    for _ in range(_ATTEMPTS if len(group) > most else 0):
        found = _communities(graph, group, resolution)
        if len(found) > 1 and max(map(len, found)) <= most:
            return found
        resolution *= _FINER
    return [group]


def _communities(graph: "Graph[str]", group: set[str], resolution: float) -> list[set[str]]:
    # Numbers, because the order of sets of strings differs between processes.
    numbered: Graph[Any] = nx.Graph()
    order = sorted(group)
    at = {table: number for number, table in enumerate(order)}
    numbered.add_nodes_from(range(len(order)))
    for one in order:
        for other, data in graph[one].items():
            if other in at:
                numbered.add_edge(at[one], at[other], weight=data["weight"])
    found = nx.community.louvain_communities(
        numbered, weight="weight", seed=7, resolution=resolution
    )
    return sorted(({order[number] for number in part} for part in found), key=min)


def _merge_small(
    groups: list[set[str]], graph: "Graph[str]", places: Mapping[str, str]
) -> tuple[list[set[str]], set[str]]:
    """Return the groups with small ones merged into them, and the tables that join none."""
    whole = Counter(places.values())

    def large(group: set[str]) -> bool:
        place = _place_of(group, places)
        return len(group) >= _SMALLEST or (place is not None and whole[place] == len(group))

    kept = [group for group in groups if large(group)]
    left: set[str] = set()
    owner = {table: at for at, group in enumerate(kept) for table in group}
    for group in sorted((group for group in groups if not large(group)), key=min):
        ties = _ties(graph, group, owner)
        best = max(ties, key=lambda at: (ties[at], -at), default=None)
        if best is None or ties[best] <= 0:
            left |= group
            continue
        kept[best] |= group
        owner.update(dict.fromkeys(group, best))
    return kept, left


def _ties(graph: "Graph[str]", group: set[str], owner: Mapping[str, int]) -> Mapping[int, float]:
    """Return how much the group has in common with each other one, by that one's number."""
    found: dict[int, float] = defaultdict(float)
    for one in sorted(group):
        for neighbour, data in graph[one].items():
            if neighbour in owner:
                found[owner[neighbour]] += data["weight"]
    return found

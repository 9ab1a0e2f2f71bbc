"""The ways to search a schema that people take first: BM25, vectors, ranks added up, neighbours."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence

import bm25s
import numpy as np

from catalog import words
from catalog.model import Snapshot
from catalog.search.meaning import Vector
from catalog.search.passages import Passage

#: As in the literature: how slowly a rank loses weight, and which hits lend their neighbours.
RANK_DAMPING = 20
NEIGHBOURS_OF, INSERTED_AFTER = 3, 5
_DEEP = 200
_WORD = re.compile(r"[^\W_]+")

Ranking = list[int]  # positions of tables, the best first


class Bm25:
    """A ready-made ranker over the words of each table's and its columns' names."""

    def __init__(self, snapshot: Snapshot) -> None:
        corpus = [
            [
                term
                for name in (table.schema or "", table.name, *(c.name for c in table.columns))
                for term in _terms(name)
            ]
            for table in snapshot.tables
        ]
        self._known = {term for document in corpus for term in document}
        self._ranker = bm25s.BM25()
        self._ranker.index(corpus, show_progress=False)

    def rank(self, question: str) -> Ranking:
        """Return the tables by score."""
        asked = [
            term for word in _WORD.findall(question) for term in _terms(word) if term in self._known
        ]
        scores = self._ranker.get_scores(asked) if asked else np.zeros(0)
        return _order(np.asarray(scores))


class Vectors:
    """Tables by their own vector, and by that of their best column."""

    def __init__(
        self,
        snapshot: Snapshot,
        passages: Sequence[Passage],
        vectors: Mapping[str, Vector],
    ) -> None:
        at = {table.id: position for position, table in enumerate(snapshot.tables)}
        self._count = len(at)
        self._wholes = np.stack(
            [vectors[each.fingerprint] for each in passages if each.column is None]
        )
        columns = [each for each in passages if each.column is not None]
        self._columns = np.stack([vectors[each.fingerprint] for each in columns])
        self._owners = np.array([at[each.table] for each in columns])

    def rankings(self, vector: Vector) -> tuple[Ranking, Ranking]:
        """Return the tables by whole, and by best column."""
        best = np.full(self._count, -1.0)
        np.maximum.at(best, self._owners, self._columns @ vector)
        return _order(self._wholes @ vector), _order(best)


def fused(*rankings: Ranking) -> Ranking:
    """Return the tables by the sum of their reciprocal ranks."""
    scores: defaultdict[int, float] = defaultdict(float)
    for ranking in rankings:
        for rank, table in enumerate(ranking, start=1):
            scores[table] += 1 / (RANK_DAMPING + rank)
    return sorted(scores, key=lambda table: -scores[table])


def neighbours(snapshot: Snapshot) -> Mapping[int, Sequence[int]]:
    """Return the tables that join each by a declared key."""
    at = {table.id: position for position, table in enumerate(snapshot.tables)}
    found: defaultdict[int, set[int]] = defaultdict(set)
    for table in snapshot.tables:
        for key in table.foreign_keys:
            one, other = at[table.id], at[key.target]
            if one != other:
                found[one].add(other)
                found[other].add(one)
    return {table: sorted(others) for table, others in found.items()}


def with_neighbours(ranking: Ranking, near: Mapping[int, Sequence[int]]) -> Ranking:
    """Return the ranking with the best hits' neighbours inserted behind the first few."""
    head = ranking[:INSERTED_AFTER]
    lent = dict.fromkeys(
        other for table in ranking[:NEIGHBOURS_OF] for other in near.get(table, ())
    )
    inserted = [table for table in lent if table not in head]
    return [*head, *inserted, *(t for t in ranking[INSERTED_AFTER:] if t not in lent)]


def _terms(name: str) -> list[str]:
    return [words.singular(word) for word in words.split(name)]


def _order(scores: np.ndarray) -> Ranking:
    return [int(at) for at in np.argsort(-scores, kind="stable")[:_DEEP]]

"""Postings: how much each table says about each term, by BM25 over weighted fields.

Kept apart by term, which ready-made rankers do not offer: a question's word may mean several
terms and is counted once, and tables lend each other single words along their keys.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from catalog.search.documents import Document, Weighted
from catalog.search.lexicon import Asked

Scores = NDArray[np.float32]

NAME_WEIGHT: Final = 1.5
SCHEMA_WEIGHT: Final = 0.5
TEXT_WEIGHT: Final = 0.8
PAIR_WEIGHT: Final = 0.3
#: BM25's own parameters. A word that stands in ten columns tells hardly more than in one (a low
#: k1); a long name or a wide table is not much worse for being so (a low b).
_K1: Final = 0.6
_NAME_B, _COLUMNS_B = 0.4, 0.5


class Postings:
    """The terms of all documents; see `scores`."""

    def __init__(self, documents: Sequence[Document]) -> None:
        self._count = len(documents)
        collected: dict[str, dict[int, float]] = {}
        fields: tuple[tuple[list[Weighted], float, float], ...] = (
            ([document.name for document in documents], NAME_WEIGHT, _NAME_B),
            ([_counted(document.schema) for document in documents], SCHEMA_WEIGHT, _NAME_B),
            ([document.column_terms for document in documents], 1.0, _COLUMNS_B),
            ([_counted(document.about) for document in documents], TEXT_WEIGHT, _COLUMNS_B),
        )
        for field, weight, b in fields:
            _collect(collected, field, weight=weight, b=b)
        self._postings = {term: _arrays(found) for term, found in collected.items()}
        pairs: dict[tuple[str, str], dict[int, float]] = {}
        for at, document in enumerate(documents):
            for pair in document.pairs:
                pairs.setdefault(pair, {})[at] = PAIR_WEIGHT
        self._pairs = {pair: _arrays(found) for pair, found in pairs.items()}

    def scores(
        self, asked: Sequence[Asked], pairs: Iterable[tuple[str, str]]
    ) -> tuple[Scores, tuple[float, ...]]:
        """Return a row per word and known pair with each table's score, and each word's rarity."""
        rows, rarities = [], []
        for word in asked:
            row = np.zeros(self._count, np.float32)
            for term, weight in word.means.items():
                where, scores = self._postings[term]
                np.maximum.at(row, where, scores * weight)
            rarity = self._rarity(int(np.count_nonzero(row)))
            rows.append(row * (rarity * word.weight))
            rarities.append(rarity * word.weight)
        for pair in pairs:
            if pair in self._pairs:
                where, scores = self._pairs[pair]
                row = np.zeros(self._count, np.float32)
                row[where] = scores * self._rarity(len(where))
                rows.append(row)
        every = np.stack(rows) if rows else np.zeros((0, self._count), np.float32)
        return every, tuple(rarities)

    def _rarity(self, tables: int) -> float:
        return math.log(1 + (self._count - tables + 0.5) / (tables + 0.5))


def _counted(found: Iterable[str]) -> dict[str, float]:
    counted: dict[str, float] = {}
    for term in found:
        counted[term] = counted.get(term, 0.0) + 1.0
    return counted


def _collect(
    collected: dict[str, dict[int, float]], field: Sequence[Weighted], *, weight: float, b: float
) -> None:
    lengths = [sum(terms.values()) for terms in field]
    average = sum(lengths) / len(lengths) if any(lengths) else 1.0
    for at, (terms, length) in enumerate(zip(field, lengths, strict=True)):
        damping = _K1 * (1 - b + b * length / average)
        for term, often in terms.items():
            found = collected.setdefault(term, {})
            found[at] = found.get(at, 0.0) + weight * often / (often + damping)


def _arrays(found: Mapping[int, float]) -> tuple[NDArray[np.intp], Scores]:
    return np.fromiter(found, np.intp), np.fromiter(found.values(), np.float32)

"""Joins: tables lend what they match to those that join them."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from catalog.search.postings import Scores
from catalog.structure.relations import Relation

#: The share of a match that a joining table gets. Questions rarely name the tables in between;
#: those get a share of both ends.
SHARE: Final = 0.5
STEPS: Final = 2
#: What most tables join says little about each of them: beyond so many joins the share falls.
_MANY_JOINS: Final = 8


class Joins:
    """The join graph of the tables at these positions."""

    def __init__(self, tables: Sequence[str], relations: Sequence[Relation]) -> None:
        positions = {table: at for at, table in enumerate(tables)}
        self._between: dict[tuple[int, int], Relation] = {}
        for relation in relations:
            one, other = positions.get(relation.table), positions.get(relation.target)
            if one is not None and other is not None and one != other:
                # The first is kept: declared ones come before implied ones.
                self._between.setdefault((one, other), relation)
        ends = sorted({*self._between, *((other, one) for one, other in self._between)})
        self._to = np.array([to for to, _ in ends], np.intp)
        self._from = np.array([start for _, start in ends], np.intp)
        joined = np.bincount(self._from, minlength=len(tables))
        falling = np.sqrt(np.minimum(1.0, _MANY_JOINS / np.maximum(joined, 1)))
        self._shares = (SHARE * falling[self._from]).astype(np.float32)
        self._starts = np.flatnonzero(np.r_[True, self._to[1:] != self._to[:-1]][: len(ends)])

    def spread(self, scores: Scores) -> Scores:
        """Return each row's scores, or what a table within two joins lends where that is more."""
        for _ in range(STEPS if len(self._to) else 0):
            lent = scores[:, self._from] * self._shares
            best = np.maximum.reduceat(lent, self._starts, axis=1)
            scores = scores.copy()
            targets = self._to[self._starts]
            scores[:, targets] = np.maximum(scores[:, targets], best)
        return scores

    def neighbours(self, at: int) -> NDArray[np.intp]:
        """Return the positions of the tables that this one joins."""
        begin, end = np.searchsorted(self._to, [at, at + 1])
        found: NDArray[np.intp] = self._from[begin:end]
        return found

    def between(self, one: int, other: int) -> Relation | None:
        """Return how two tables join, whichever refers to the other; None when they do not."""
        return self._between.get((one, other)) or self._between.get((other, one))

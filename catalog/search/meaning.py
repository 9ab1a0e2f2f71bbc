"""Meaning: how near a question's vector is to those of tables and columns."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from catalog.search.passages import Passage
from catalog.search.postings import Scores

Vector = NDArray[np.float32]

#: Embedding models find some likeness in anything: only what stands out from the mass counts, and
#: the mass begins at this rank.
_OUTSTANDING: Final = 50


@dataclass(frozen=True, kw_only=True)
class Nearness:
    """How near each table is, in 0 to 2; NaN where it has no vectors. Columns are in 0 to 1."""

    tables: Scores
    columns: Mapping[int, Mapping[str, float]]  # by position of the table, those that stand out


class Meaning:
    """The vectors of a schema's passages."""

    def __init__(
        self, tables: Sequence[str], passages: Sequence[Passage], vectors: Mapping[str, Vector]
    ) -> None:
        positions = {table: at for at, table in enumerate(tables)}
        self._count = len(tables)
        found = [
            (positions[each.table], each.column or "", vectors[each.fingerprint])
            for each in passages
            if each.fingerprint in vectors and each.table in positions
        ]
        # Columns are kept by table, so that a table's best one is the maximum of a slice.
        found.sort(key=lambda each: each[0])
        wholes = [each for each in found if not each[1]]
        columns = [each for each in found if each[1]]
        self._wholes, self._whole_of = _stacked(wholes)
        self._columns, self._column_of = _stacked(columns)
        self._names = [name for _, name, _ in columns]
        self.dimensions = self._wholes.shape[1] or self._columns.shape[1]

    def near(self, vector: Vector) -> Nearness:
        """Return what is near a unit vector of `dimensions` numbers."""
        wholes = np.full(self._count, np.nan, np.float32)
        wholes[self._whole_of] = self._wholes @ vector
        each = self._columns @ vector
        best = np.full(self._count, np.nan, np.float32)
        np.fmax.at(best, self._column_of, each)
        named: dict[int, dict[str, float]] = {}
        standing = _outstanding(each)
        for at in np.flatnonzero(standing > 0):
            of = named.setdefault(int(self._column_of[at]), {})
            of[self._names[at]] = float(standing[at])
        # A table without columns is judged by its name alone.
        columns = np.where(np.isnan(best) & ~np.isnan(wholes), 0.0, _outstanding(best))
        return Nearness(tables=(_outstanding(wholes) + columns).astype(np.float32), columns=named)


def unit(vector: Sequence[float]) -> Vector:
    """Return the vector with length 1; a vector of zeros stays as it is."""
    found = np.asarray(vector, np.float32)
    length = float(np.linalg.norm(found))
    return found / length if length else found


def _stacked(found: Sequence[tuple[int, str, Vector]]) -> tuple[Vector, NDArray[np.intp]]:
    where = np.array([at for at, _, _ in found], np.intp)
    if not found:
        return np.zeros((0, 0), np.float32), where
    return np.stack([vector for _, _, vector in found]).astype(np.float32), where


def _outstanding(nearness: Vector) -> Vector:
    """Return 1 for the nearest, 0 for the mass, NaN for what is not known."""
    known = nearness[~np.isnan(nearness)]
    if not len(known):
        return nearness
    place = max(0, len(known) - _OUTSTANDING)
    mass, best = float(np.partition(known, place)[place]), float(known.max())
    if best <= mass:
        return np.where(np.isnan(nearness), np.nan, np.float32(0))
    standing: Vector = (nearness - np.float32(mass)) / np.float32(best - mass)
    return np.maximum(standing, np.float32(0))  # NaN stays NaN

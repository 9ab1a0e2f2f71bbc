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
#: the mass begins at this rank, or at the middle of a small schema.
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
            (positions[each.table], each.column, vectors[each.fingerprint])
            for each in passages
            if each.fingerprint in vectors and each.table in positions
        ]
        # A model that was replaced under its old name leaves vectors of another length behind.
        self.dimensions = len(found[-1][2]) if found else 0
        found = [each for each in found if len(each[2]) == self.dimensions]
        self._wholes, self._whole_of = self._stacked(found, of_columns=False)
        self._columns, self._column_of = self._stacked(found, of_columns=True)
        self._names = [name for _, name, _ in found if name is not None]

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

    def _stacked(
        self, found: Sequence[tuple[int, str | None, Vector]], *, of_columns: bool
    ) -> tuple[Vector, NDArray[np.intp]]:
        chosen = [each for each in found if (each[1] is not None) is of_columns]
        rows = np.zeros((len(chosen), self.dimensions), np.float32)
        for row, (_, _, vector) in zip(rows, chosen, strict=True):
            row[:] = vector
        return rows, np.array([at for at, _, _ in chosen], np.intp)


def unit(vector: Sequence[float]) -> Vector:
    """Return the vector with length 1; a vector of zeros stays as it is."""
    found = np.asarray(vector, np.float32)
    length = float(np.linalg.norm(found))
    return found / length if length else found


def packed(vector: Vector) -> bytes:
    """Return the vector as little-endian numbers of four bytes, to be stored."""
    return vector.astype("<f4").tobytes()


def unpacked(stored: bytes) -> Vector:
    """Return the vector that was `packed`."""
    return np.frombuffer(stored, "<f4").astype(np.float32)


def _outstanding(nearness: Vector) -> Vector:
    """Return 1 for the nearest, 0 for the mass, NaN for what is not known."""
    known = nearness[~np.isnan(nearness)]
    if not len(known):
        return nearness
    place = max((len(known) - 1) // 2, len(known) - _OUTSTANDING)
    mass, best = float(np.partition(known, place)[place]), float(known.max())
    if best <= mass:
        return np.where(np.isnan(nearness), np.nan, np.float32(0))
    standing: Vector = (nearness - np.float32(mass)) / np.float32(best - mass)
    return np.maximum(standing, np.float32(0))  # NaN stays NaN

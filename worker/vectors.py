"""Vectors of a project's passages: made by a model once, then read from the store."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import sqlalchemy as sa

from catalog.search.meaning import Vector, packed, unpacked
from catalog.search.passages import Passage
from store import claims, vectors
from store.database import Database

AT_ONCE = 64  # passages per commit: so much is made again after a crash, at most


class Model(Protocol):
    """An embedding model; PortError when it cannot."""

    @property
    def name(self) -> str:
        """The model's name."""

    async def embed(self, texts: Sequence[str]) -> Sequence[Vector]:
        """Return the texts' vectors, in their order."""


@dataclass(frozen=True, kw_only=True)
class KeptVectors:
    """The pipeline's embedder: asks the model only for what the store does not have.

    A vector follows from model and text alone, so that no claim is needed to store one;
    ClaimLostError when the project is gone.
    """

    model: Model
    database: Database
    project_id: str
    job_id: str

    @property
    def name(self) -> str:
        """The model's name."""
        return self.model.name

    async def embed(self, passages: Sequence[Passage]) -> AsyncIterator[Mapping[str, Vector]]:
        """Yield the vectors by fingerprint: kept ones first, then the others as they are made."""
        kept = await asyncio.to_thread(self._kept, {each.fingerprint for each in passages})
        yield kept
        missing = {each.fingerprint: each for each in passages if each.fingerprint not in kept}
        left = list(missing.values())
        for begin in range(0, len(left), AT_ONCE):
            some = left[begin : begin + AT_ONCE]
            found = await self.model.embed([passage.text for passage in some])
            made = {each.fingerprint: one for each, one in zip(some, found, strict=True)}
            await asyncio.to_thread(self._save, made)
            yield made

    async def of_texts(self, texts: Sequence[str]) -> Sequence[Vector]:
        """Return the vectors of texts that are not worth keeping."""
        return await self.model.embed(texts)

    async def forget_others(self, passages: Sequence[Passage]) -> None:
        """Drop the project's vectors of all other passages and models."""
        await asyncio.to_thread(self._keep, {each.fingerprint for each in passages})

    def _kept(self, wanted: set[str]) -> dict[str, Vector]:
        with self.database.read() as connection:
            stored = vectors.get(connection, self.project_id, model=self.name)
        return {key: unpacked(stored[key]) for key in wanted & stored.keys()}

    def _save(self, made: Mapping[str, Vector]) -> None:
        stored = {fingerprint: packed(vector) for fingerprint, vector in made.items()}
        try:
            with self.database.write() as connection:
                vectors.save(connection, self.project_id, model=self.name, made=stored)
        except sa.exc.IntegrityError as error:
            raise claims.ClaimLostError(self.job_id) from error

    def _keep(self, fingerprints: set[str]) -> None:
        with self.database.write() as connection:
            vectors.keep(connection, self.project_id, model=self.name, fingerprints=fingerprints)

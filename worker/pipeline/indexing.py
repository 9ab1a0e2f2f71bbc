"""Makes the schema searchable: by words always, by meaning where a model makes vectors."""

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field

from catalog.search import index as indexes
from catalog.search import passages
from catalog.search.index import Index
from catalog.search.meaning import Vector
from catalog.search.passages import Passage
from contract.steps import Step
from worker.pipeline import wording
from worker.pipeline.facts import Facts
from worker.pipeline.ports import Embedder, PortError, Tick


@dataclass(kw_only=True)
class Library:
    """The index of one run, and how it came about."""

    embedder: Embedder | None
    index: Index | None = None
    plain: Index | None = None  # as it was first built, before anything was described
    failure: str | None = None  # why there are no vectors although there is an embedder
    _passages: list[Passage] = field(default_factory=list)

    @property
    def message(self) -> str:
        """What the milestone may truly say once the index is built."""
        if self.embedder is None or self.failure is not None:
            return "Building the text index of the schema..."
        return "Creating vector embeddings for schema..."

    @property
    def note(self) -> str:
        """How the schema can be searched, as a sentence."""
        if self.embedder is None:
            return "Search goes by words: there was no embedding model."
        if self.failure is not None:
            return (
                "Search goes by words where nothing was embedded before: "
                f"{self.embedder.name} made no vectors. {self.failure}"
            )
        return f"Search goes by words, and by vectors of {self.embedder.name}."

    async def build(
        self, known: Facts, texts: Mapping[str, str], *, step: Step, progress: int
    ) -> AsyncGenerator[Tick, None]:
        """Yield ticks while vectors are made; then `index` is that of the schema and `texts`.

        A model that fails is not asked again in this run: words alone do.
        """
        made = await asyncio.to_thread(passages.of_snapshot, known.snapshot, texts)
        vectors: dict[str, Vector] = {}
        if self.embedder is not None and self.failure is None:
            known.ledger.embedder = self.embedder.name
            try:
                async with aclosing(self._embed(self.embedder, made, vectors)) as counts:
                    async for done in counts:
                        yield _tick(step, progress, done, len(made))
            except PortError as error:
                self.failure = f"{error.failure.message} {error.failure.remedy}"
                vectors.clear()
        self.index = await asyncio.to_thread(
            indexes.build, known.snapshot, known.relations, texts, vectors=vectors, embedded=made
        )
        self.plain = self.plain or self.index

    async def tidy(self) -> None:
        """Drop the vectors of what nothing says any more, once all is described.

        What was embedded before the descriptions were written stays: the next run needs it.
        """
        if self.embedder is not None and self.failure is None:
            await self.embedder.forget_others(self._passages)

    async def finds(self, questions: Sequence[str], *, within: int) -> list[set[str]]:
        """Return the tables that the index finds for each question, `within` so many hits."""
        return await self._finds(self.index, questions, within)

    async def finds_plainly(self, questions: Sequence[str], *, within: int) -> list[set[str]]:
        """Return the same by the index of the schema alone, without any descriptions."""
        return await self._finds(self.plain, questions, within)

    async def _finds(
        self, index: Index | None, questions: Sequence[str], within: int
    ) -> list[set[str]]:
        vectors: Sequence[Vector | None] = [None] * len(questions)
        if index is None:
            return [set() for _ in questions]
        if self.embedder is not None and index.dimensions is not None and questions:
            try:
                vectors = await self.embedder.of_texts(questions)
            except PortError as error:
                self.failure = f"{error.failure.message} {error.failure.remedy}"
        return await asyncio.to_thread(_found, index, questions, vectors, within)

    async def _embed(
        self, embedder: Embedder, made: Sequence[Passage], vectors: dict[str, Vector]
    ) -> AsyncGenerator[int, None]:
        """Yield how many passages have vectors, while some are missing."""
        async for some in embedder.embed(made):
            vectors.update(some)
            done = sum(passage.fingerprint in vectors for passage in made)
            if done < len(made):
                yield done
        self._passages += made


def _found(
    index: Index, questions: Sequence[str], vectors: Sequence[Vector | None], within: int
) -> list[set[str]]:
    return [
        {hit.table for hit in index.search(question, within, vector=vector)}
        for question, vector in zip(questions, vectors, strict=True)
    ]


def _tick(step: Step, progress: int, done: int, total: int) -> Tick:
    return Tick(
        step=step,
        progress=progress,
        message=f"Embedded {wording.number(done)} of {wording.counted(total, 'text')}...",
        tokens=0,
        tokens_per_second=None,
        tail="",
    )

"""A fake embedder behind the pipeline's port, which keeps its vectors in memory."""

import hashlib
from collections.abc import AsyncIterator, Mapping, Sequence

from catalog.search.meaning import Vector, unit
from catalog.search.passages import Passage
from contract.failures import FailureCode, failure
from worker.pipeline.ports import PortError

_AT_ONCE = 64


class FakeEmbedder:
    """Makes a vector from a text's digest; after `breaks_after` texts it fails."""

    def __init__(self, *, breaks_after: int | None = None) -> None:
        self.kept: dict[str, Vector] = {}
        self.made: list[str] = []  # the texts, in their order
        self.breaks_after = breaks_after

    @property
    def name(self) -> str:
        """The model's name."""
        return "fake-embed:latest"

    async def embed(self, passages: Sequence[Passage]) -> AsyncIterator[Mapping[str, Vector]]:
        """Yield what is kept, then what is made."""
        wanted = {each.fingerprint: each for each in passages}
        yield {key: self.kept[key] for key in wanted.keys() & self.kept.keys()}
        missing = [each for key, each in wanted.items() if key not in self.kept]
        for begin in range(0, len(missing), _AT_ONCE):
            some = missing[begin : begin + _AT_ONCE]
            vectors = await self.of_texts([each.text for each in some])
            made = {each.fingerprint: one for each, one in zip(some, vectors, strict=True)}
            self.kept |= made
            yield made

    async def of_texts(self, texts: Sequence[str]) -> Sequence[Vector]:
        """Return the texts' vectors."""
        self.made += texts
        if self.breaks_after is not None and len(self.made) > self.breaks_after:
            raise PortError(failure(FailureCode.MODEL_UNREACHABLE, "Ollama does not answer."))
        return [_vector(text) for text in texts]

    async def forget_others(self, passages: Sequence[Passage]) -> None:
        """Drop all but these."""
        wanted = {each.fingerprint for each in passages}
        self.kept = {key: vector for key, vector in self.kept.items() if key in wanted}


def _vector(text: str) -> Vector:
    return unit([byte - 127.5 for byte in hashlib.sha256(text.encode()).digest()[:16]])

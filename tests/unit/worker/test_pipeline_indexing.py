"""Making a schema searchable tells the truth about vectors, and never fails a job."""

import asyncio

import pytest

from catalog.model import Snapshot
from catalog.structure import analysis
from contract.steps import Step
from tests import fakes_model, generations
from tests.fakes_embedding import FakeEmbedder
from tests.fakes_model import FakeModel, FakeReader
from worker.pipeline.facts import Facts
from worker.pipeline.indexing import Library
from worker.pipeline.ports import Milestone, Progress, Tick, World, Written


def run(
    snapshot: Snapshot, embedder: FakeEmbedder | None, model: FakeModel | None = None
) -> list[Progress]:
    """All progress of a generation."""
    world = World(reader=FakeReader(snapshot), model=model, embedder=embedder)
    return generations.run(world)


def message(progress: list[Progress]) -> str:
    """What the third milestone said."""
    (found,) = (
        item.message
        for item in progress
        if isinstance(item, Milestone) and item.step is Step.INDEXING
    )
    return found


def notes(progress: list[Progress]) -> str:
    (written,) = (item for item in progress if isinstance(item, Written))
    return "\n".join(written.context.notes)


class TestLibrary:
    def test_tells_of_vectors_when_they_are_made(self, shop: Snapshot) -> None:
        """The milestone, a sign of life before it, and a note that names the model."""
        embedder = FakeEmbedder()
        progress = run(shop, embedder)

        first = next(item for item in progress if isinstance(item, Tick))
        texts = len(shop.tables) + sum(len(table.columns) for table in shop.tables)
        assert "Creating vector embeddings for schema..." == message(progress)
        assert f"Embedded 0 of {texts} texts..." == first.message
        assert "by words, and by vectors of fake-embed:latest" in notes(progress)

    def test_embeds_again_only_what_was_described(self, shop: Snapshot) -> None:
        """A second run of the same model over the same schema embeds its questions only."""
        embedder = FakeEmbedder()
        run(shop, embedder, FakeModel(fakes_model.obedient))
        described = len(embedder.kept)
        embedder.made.clear()
        run(shop, embedder, FakeModel(fakes_model.obedient))

        bare = len(shop.tables) + sum(len(table.columns) for table in shop.tables)
        assert described > bare
        assert not [text for text in embedder.made if not text.endswith(("?", "."))]
        assert described == len(embedder.kept)

    def test_forgets_what_nothing_says_any_more(self, shop: Snapshot) -> None:
        """Other descriptions replace the vectors of those before; the bare ones stay."""
        embedder = FakeEmbedder()
        run(shop, embedder, FakeModel(fakes_model.obedient))
        before = set(embedder.kept)
        run(shop, embedder, FakeModel(lambda prompt: fakes_model.obedient(prompt).upper()))
        run(shop, embedder)

        bare = len(shop.tables) + sum(len(table.columns) for table in shop.tables)
        assert len(before) > bare
        assert bare == len(before & set(embedder.kept)) == len(embedder.kept)

    def test_uses_no_half_of_the_vectors(self, shop: Snapshot) -> None:
        """Where the model broke down in the middle, tables with vectors would beat the others."""
        known = Facts(project="Shop", snapshot=shop, structure=analysis.analyse(shop))
        library = Library(embedder=FakeEmbedder(breaks_after=64))

        async def build() -> int:
            return len(
                [tick async for tick in library.build(known, {}, step=Step.INDEXING, progress=20)]
            )

        assert asyncio.run(build()) > 1
        assert library.index is not None
        assert library.index.dimensions is None

    @pytest.mark.parametrize("after", [0, 64, 100_000])
    def test_goes_on_by_words_when_the_model_fails(self, shop: Snapshot, after: int) -> None:
        """At once, in the middle, or not at all: the job succeeds and says what happened."""
        embedder = FakeEmbedder(breaks_after=after)
        progress = run(shop, embedder)

        failed = after < 100_000
        assert failed == ("text index" in message(progress))
        assert failed == ("Ollama does not answer." in notes(progress))
        assert "Search goes by words" in notes(progress)

    def test_asks_a_broken_model_once(self, shop: Snapshot) -> None:
        """Not again after the descriptions are written: it would only cost its timeouts again."""
        embedder = FakeEmbedder(breaks_after=0)
        run(shop, embedder)

        assert len(embedder.made) <= 64

    def test_says_that_there_is_no_model(self, shop: Snapshot) -> None:
        """No vectors are claimed."""
        assert "there was no embedding model" in notes(run(shop, None))

"""Every context carries how good it is, beside what facts alone would have given."""

import asyncio
import itertools
import json
from dataclasses import replace

from catalog.context import Quality, Scores, StartingPrompt
from catalog.model import Column, Snapshot, Table, UniqueKey
from catalog.structure import analysis
from contract.steps import Step
from tests import fakes_hostile, fakes_model, generations
from tests.fakes_model import FakeModel, FakeReader
from worker.pipeline import scoring
from worker.pipeline.facts import Facts
from worker.pipeline.finishing import Finisher
from worker.pipeline.indexing import Library
from worker.pipeline.manuscript import Manuscript
from worker.pipeline.metering import Meter
from worker.pipeline.ports import Prompt, Request, World
from worker.pipeline.writing.asking import Author


def scores(snapshot: Snapshot, model: FakeModel | None = None) -> Scores:
    ticking = itertools.count()  # a clock that a look at it moves by a second

    world = World(reader=FakeReader(snapshot), model=model, clock=lambda: float(next(ticking)))
    return generations.write(world).scores


class TestScores:
    def test_of_facts_alone_have_nothing_beside_them(self, shop: Snapshot) -> None:
        """The structural engine is the yardstick: all covered, all grounded, all checked."""
        found = scores(shop)

        assert (1.0, 1.0, 1.0) == (
            found.coverage, found.grounded_share, found.verified_sql_share,
        )  # fmt: skip
        assert 0 < (found.low_confidence_share or 0) < 0.2
        assert 1.0 == found.self_retrieval
        assert found.facts_alone is None
        assert 0 == sum(cost.model_calls for cost in found.steps)

    def test_of_facts_alone_are_grounded_however_small_the_schema(self) -> None:
        """Where nothing is there twice, that no two rows share a code holds all the same."""
        coupon = Table(
            name="coupon",
            columns=tuple(Column(name=name, type="TEXT") for name in ("id", "code", "note")),
            primary_key=("id",),
            unique_keys=(UniqueKey(columns=("code",)),),
        )

        found = scores(Snapshot(dialect="sqlite", database="x", tables=(coupon,)))

        assert 1.0 == found.grounded_share

    def test_of_a_model_stand_beside_those_of_facts(self, shop: Snapshot) -> None:
        """The same measures of what would have been written without it."""
        model = FakeModel(fakes_model.obedient, name="llama3.1:8b")
        alone, found = scores(shop), scores(shop, model)

        beside = found.facts_alone
        assert beside is not None
        assert {name: getattr(alone, name) for name in vars(beside)} == vars(beside)
        assert (0.0, 1.0) == (found.low_confidence_share, found.grounded_share)

    def test_tell_what_the_model_left_open(self, shop: Snapshot) -> None:
        """A silent model leaves the facts' texts, with low confidence, and questions with SQL."""
        found = scores(shop, FakeModel(fakes_hostile.SCRIPTS["says nothing"]))

        assert (1.0, 1.0) == (found.coverage, found.grounded_share)
        assert (found.low_confidence_share or 0) > 0.4

    def test_count_questions_without_sql(self, shop: Snapshot) -> None:
        """A question whose query is refused lowers the verified share."""

        def script(prompt: Prompt) -> str:
            if "sql" in prompt.schema["properties"]:
                return json.dumps({"question": "Who has ordered?", "sql": "SELECT ghost FROM x"})
            return fakes_model.obedient(prompt)

        found = scores(shop, FakeModel(script))

        assert 0.8 < (found.verified_sql_share or 0) < 1.0

    def test_tell_seconds_and_tokens_of_every_step(self, shop: Snapshot) -> None:
        """In the order of the steps, with every call that the model answered."""
        model = FakeModel(fakes_model.obedient)
        found = scores(shop, model)

        assert ["scanning", "indexing", "analyzing", "generating", "optimizing"] == [
            cost.step for cost in found.steps
        ]
        assert all(cost.seconds >= 1.0 for cost in found.steps)
        assert len(model.prompts) == sum(cost.model_calls for cost in found.steps)
        by_step = {cost.step: cost for cost in found.steps}
        assert by_step["analyzing"].output_tokens > 10
        assert 7 * by_step["analyzing"].model_calls == by_step["analyzing"].prompt_tokens


class TestFactsAlone:
    @staticmethod
    def of(shop: Snapshot, library: Library, plain: Manuscript) -> Quality:
        """The yardstick of a context that a model wrote in French."""
        known = Facts(project="Shop", snapshot=shop, structure=analysis.analyse(shop))
        finisher = Finisher(
            request=Request(project="Shop", language="fr"),
            author=Author(model=FakeModel(fakes_model.obedient)),
            known=known,
            library=library,
            plain=plain,
            meter=Meter(),
        )
        found = asyncio.run(finisher.finish(Manuscript())).scores.facts_alone
        assert found is not None
        return found

    def test_are_measured_as_the_english_that_they_are_told_in(self, shop: Snapshot) -> None:
        """Cents are money in English, and hundreds in French, which nobody counted."""
        plain = Manuscript(summary="Prices are in cents.")

        assert 1.0 == self.of(shop, Library(embedder=None), plain).grounded_share

    def test_are_searched_for_without_the_models_words(self, shop: Snapshot) -> None:
        """The index of names alone is what a structural context would have had."""
        known = Facts(project="Shop", snapshot=shop, structure=analysis.analyse(shop))
        library = Library(embedder=None)

        async def build() -> None:
            async for _ in library.build(known, {}, step=Step.INDEXING, progress=20):
                pass

        asyncio.run(build())
        library.index = None
        asked = StartingPrompt(
            question="Which tickets?", sql=None, tables=("ticket",), difficulty="easy", check=""
        )

        assert 1.0 == self.of(shop, library, Manuscript(prompts=(asked,))).self_retrieval


class TestCoverage:
    def test_counts_only_texts_that_say_what_they_rest_on(self, shop: Snapshot) -> None:
        """Words without evidence, or evidence without words, cover nothing."""
        known = Facts(project="Shop", snapshot=shop, structure=analysis.analyse(shop))
        written = Manuscript()
        written.describe(known)
        ground = scoring.ground_of(known, written, language="en")
        text = written.tables["product"].description
        written.put("product", None, replace(text, evidence=()))
        written.put("product", "name", replace(text, text=" "))

        places = sum(1 + len(table.columns) for table in shop.tables)
        found = scoring.measure(known, written, ground, [])
        assert round((places - 2) / places, 4) == found.coverage
        assert found.self_retrieval is None

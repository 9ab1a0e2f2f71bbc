"""Tables are described in batches that fit, several at once, and asked about again in parts."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import aclosing

import pytest

from catalog.model import Column, Snapshot, Table
from catalog.structure import analysis
from tests import fakes_model, generations
from tests.fakes_model import FakeModel, FakeReader, Script
from worker.pipeline.facts import Facts
from worker.pipeline.generation import generate
from worker.pipeline.ports import (
    Answered,
    Chunk,
    Milestone,
    Model,
    Progress,
    Prompt,
    Request,
    Tick,
    World,
)
from worker.pipeline.writing import batches


class Slow(FakeModel):
    """Takes its time for each piece, and knows how many answers it wrote at once."""

    def __init__(self, script: Script = fakes_model.obedient, *, parallel: int) -> None:
        super().__init__(script, parallel=parallel)
        self.writing = self.most = 0

    async def write(self, prompt: Prompt) -> AsyncIterator[Chunk]:
        self.writing += 1
        self.most = max(self.most, self.writing)
        try:
            async for piece in super().write(prompt):
                await asyncio.sleep(0.001)
                yield piece
        finally:
            self.writing -= 1


def run(snapshot: Snapshot, model: Model) -> list[Progress]:
    return generations.run(World(reader=FakeReader(snapshot), model=model))


class TestAtOnce:
    def test_asks_as_much_as_the_model_writes_and_no_more(self, company: Snapshot) -> None:
        """Four answers are written at once, from describing to the questions."""
        model = Slow(parallel=4)
        run(company, model)

        assert 4 == model.most

    def test_tells_one_story(self, company: Snapshot) -> None:
        """Milestones rise, tokens of the ticks between never fall, and no tick is behind."""
        progress = run(company, Slow(parallel=4))

        told = [item for item in progress if isinstance(item, Milestone | Tick)]
        assert [item.progress for item in told] == sorted(item.progress for item in told)
        tokens = [item.tokens for item in told if isinstance(item, Tick)]
        assert tokens == sorted(tokens)
        done = [
            (item.stats or {})["tablesDescribed"]
            for item in told
            if isinstance(item, Milestone) and item.message.startswith("Described")
        ]
        assert done == sorted(done)
        assert len(batches.plan(facts(company))) == len(done)

    def test_keeps_every_answer_before_it_is_counted(self, company: Snapshot) -> None:
        """Each milestone of a batch carries the one that finished it, whoever finished first."""
        progress = run(company, Slow(fakes_model.forgetful, parallel=4))

        kept: set[str] = set()
        for item in progress:
            if isinstance(item, Answered):
                kept.add(item.fingerprint)
            elif isinstance(item, Milestone) and item.message.startswith("Described"):
                assert 1 == len(item.answered)
                kept |= {each.fingerprint for each in item.answered}
        assert kept

    def test_stops_all_calls_when_it_is_left(self, company: Snapshot) -> None:
        """A cancelled job leaves no call behind."""
        model = Slow(parallel=4)
        world = World(reader=FakeReader(company), model=model)

        async def leave() -> int:
            async with aclosing(generate(Request(project="Shop"), world)) as progress:
                async for _ in progress:
                    if model.writing == 4:
                        break
            return model.writing

        assert 0 == asyncio.run(leave())


def facts(snapshot: Snapshot) -> Facts:
    return Facts(project="Shop", snapshot=snapshot, structure=analysis.analyse(snapshot))


class TestBudget:
    @pytest.mark.parametrize("window", [6_000, 10_000, 24_000])
    def test_is_never_exceeded_and_everything_is_asked(
        self, company: Snapshot, window: int
    ) -> None:
        """A small model gets small questions; all that it can be asked about is described."""
        model = FakeModel(fakes_model.obedient, window=window, parallel=4)
        written = generations.context(run(company, model))

        assert [] == [prompt for prompt in model.prompts if not model.fits(prompt)]
        sources = {
            column.description.source for found in written.tables for column in found.columns
        }
        assert "model" in sources
        low = [f.id for f in written.tables if "no usable answer" in str(f.description.evidence)]
        assert [] == low

    def test_leaves_to_facts_what_cannot_be_asked(self, shop: Snapshot) -> None:
        """A window in which nothing fits is said, not exceeded."""
        model = FakeModel(fakes_model.obedient, window=500)
        written = generations.context(run(shop, model))

        assert [] == model.prompts
        assert ("template", "low") == (
            written.tables[1].description.source, written.tables[1].description.confidence,
        )  # fmt: skip
        assert any("did not fit into what the model reads" in note for note in written.notes)

    def test_parts_a_table_that_is_too_wide(self) -> None:
        """Forty columns are asked about in parts, each once, the description with the first."""
        columns = tuple(Column(name=f"mood_{name}", type="TEXT") for name in "abcdefghijklmnop")
        wide = Snapshot(
            dialect="sqlite", database="x", tables=(Table(name="wide", columns=columns),)
        )

        plan = batches.plan(facts(wide), lambda batch: sum(ask.pieces for ask in batch) <= 5)

        asked = [name for batch in plan for ask in batch for name in ask.columns]
        assert [column.name for column in columns] == asked
        assert [True] + [False] * (len(plan) - 1) == [b[0].description for b in plan]
        assert all(sum(ask.pieces for ask in batch) <= 5 for batch in plan)


class TestAgain:
    def test_tells_what_did_not_hold(self, shop: Snapshot) -> None:
        """The second question is about that text alone, and says why."""

        def script(prompt: Prompt) -> str:
            text = "It joins ghost_table." if "You were asked before" not in prompt.user else "Ok."
            value = fakes_model.filled(prompt.schema, "What the fake says.")
            if "product" in value and "unit_price" in value["product"].get("columns", {}):
                value["product"]["columns"]["unit_price"] = text
            return json.dumps(value)

        model = FakeModel(script)
        written = generations.context(run(shop, model))

        (again,) = [p for p in generations.describing(model) if "You were asked before" in p.user]
        assert {"product": ["unit_price"]} == generations.facts_of(again)["askedFor"]
        reason = "ghost_table is no name in the schema"
        assert {"product": {"unit_price": reason}} == generations.facts_of(again)["rejected"]
        texts = {c.name: c.description.text for c in generations.table(written, "product").columns}
        assert "Ok." == texts["unit_price"]

    def test_keeps_the_sentences_that_held(self, shop: Snapshot) -> None:
        """Twice wrong costs the wrong sentence; without another one, facts speak."""

        def script(prompt: Prompt) -> str:
            value = fakes_model.filled(prompt.schema, "It is sold. It joins ghost_table.")
            if "product" in value:
                value["product"]["description"] = "It joins ghost_table."
            return json.dumps(value)

        found = generations.table(generations.context(run(shop, FakeModel(script))), "product")

        columns = {column.name: column.description for column in found.columns}
        assert ("It is sold.", "model") == (columns["name"].text, columns["name"].source)
        assert ("model", "name", "type", "what did not hold was dropped") == (
            columns["name"].evidence
        )
        assert ("template", "low") == (found.description.source, found.description.confidence)
        assert found.description.text.startswith("One row per product")

    def test_asks_in_halves_where_twice_nothing_came(self, shop: Snapshot) -> None:
        """A model that manages two tables at a time describes all of them in the end."""

        def script(prompt: Prompt) -> str:
            if "askedFor" in prompt.user and len(generations.facts_of(prompt)["askedFor"]) > 3:
                return "Too much for me."
            return fakes_model.obedient(prompt)

        model = FakeModel(script)
        written = generations.context(run(shop, model))

        sizes = [
            len(generations.facts_of(prompt)["askedFor"])
            for prompt in generations.describing(model)
        ]
        assert 6 == max(sizes)
        assert 3 in sizes
        assert {"model"} == {found.description.source for found in written.tables}

    @pytest.mark.parametrize("window", [8_000, 10_000])
    def test_leaves_out_the_reasons_where_they_do_not_fit(
        self, company: Snapshot, window: int
    ) -> None:
        """Tables, domains, insights, questions: what fits once is asked a second time, too."""
        model = FakeModel(fakes_model.inventive, window=window)
        written = generations.context(run(company, model))

        assert [] == [note for note in written.notes if "did not fit" in note]

    def test_asks_a_hopeless_model_four_times(self, shop: Snapshot) -> None:
        """The whole twice, each half once: then the batch is left to the facts."""
        model = FakeModel(fakes_model.chatty)
        run(shop, model)

        plan = batches.plan(facts(shop))
        assert 4 * len(plan) == len(generations.describing(model))

"""A generation tells each step where it is done, with either engine."""

import asyncio
import itertools
from collections.abc import AsyncIterator
from contextlib import aclosing
from pathlib import Path

import pytest

from catalog.model import Column, Snapshot, Table
from contract.failures import FailureCode, failure
from contract.steps import Step
from tests import fakes_model, fakes_shop, generations
from tests.fakes_model import FakeModel, FakeReader
from worker.pipeline.generation import generate
from worker.pipeline.ports import (
    Chunk,
    Milestone,
    Model,
    PortError,
    Progress,
    Prompt,
    Request,
    Scanned,
    Tick,
    UnusableAnswerError,
    World,
    Written,
)


def run(snapshot: Snapshot, model: Model | None = None) -> list[Progress]:
    """All progress of a generation."""
    return generations.run(World(reader=FakeReader(snapshot), model=model))


def told(progress: list[Progress]) -> list[Milestone]:
    """The milestones, the last one being that of the finished context."""
    found = [item for item in progress if isinstance(item, Milestone)]
    return [*found, *(item.milestone for item in progress if isinstance(item, Written))]


def lines(progress: list[Progress]) -> list[tuple[str, int, str]]:
    return [(str(item.step), item.progress, item.message) for item in told(progress)]


class Refusing:
    """A model whose server is down."""

    name = "down:1b"
    parallel = 1

    def fits(self, _prompt: Prompt) -> bool:
        return True

    async def write(self, prompt: Prompt) -> AsyncIterator[Chunk]:
        if prompt.max_tokens:
            raise PortError(failure(FailureCode.MODEL_UNREACHABLE, "Ollama does not answer."))
        yield Chunk(text="", tokens=0, done=True)


class Truncating:
    """A model that never gets to the end of its answer."""

    name = "short:1b"
    parallel = 1

    def fits(self, _prompt: Prompt) -> bool:
        return True

    async def write(self, prompt: Prompt) -> AsyncIterator[Chunk]:
        yield Chunk(text="{", tokens=prompt.max_tokens)
        raise UnusableAnswerError(failure(FailureCode.OUTPUT_TRUNCATED, "It was cut."))


class TestGenerate:
    def test_tells_every_step_without_a_model(self, shop: Snapshot) -> None:
        """The messages claim neither a model nor embeddings, because there are none."""
        progress = run(shop)

        assert lines(progress) == [
            ("scanning", 0, "Fetching project and schema..."),
            ("scanning", 20, "Analyzing 12 tables..."),
            ("indexing", 40, "Building the text index of the schema..."),
            ("analyzing", 50, "Analyzing database structure..."),
            ("analyzing", 70, "Understanding patterns and relationships..."),
            ("generating", 80, "Extracting key insights..."),
            ("optimizing", 90, "Creating suggestion prompts..."),
            ("complete", 100, "Context generated successfully!"),
        ]
        assert not [item for item in progress if isinstance(item, Tick)]

    def test_tells_every_batch_of_a_model(self, shop: Snapshot) -> None:
        """Between 50 and 70 stands one milestone per finished batch, and the last says all."""
        progress = run(shop, FakeModel(fakes_model.obedient))

        steps = lines(progress)
        batches = [line for line in steps if line[2].startswith("Described ")]
        assert ("analyzing", 50, "AI analyzing database structure...") in steps
        assert len(batches) >= 2
        assert "Described 12 of 12 tables." == batches[-1][2]
        assert [line for line in steps if line not in batches] == [
            ("scanning", 0, "Fetching project and schema..."),
            ("scanning", 20, "Analyzing 12 tables..."),
            ("indexing", 40, "Building the text index of the schema..."),
            ("analyzing", 50, "AI analyzing database structure..."),
            ("analyzing", 70, "Understanding patterns and relationships..."),
            ("generating", 80, "Extracting key insights..."),
            ("optimizing", 90, "Creating suggestion prompts..."),
            ("complete", 100, "Context generated successfully!"),
        ]

    def test_never_goes_backwards(self, shop: Snapshot) -> None:
        """Ticks and milestones together only rise."""
        progress = run(shop, FakeModel(fakes_model.forgetful))

        values = [item.progress for item in progress if isinstance(item, Milestone | Tick)]
        assert values == sorted(values)
        assert 90 == max(values)

    def test_hands_the_snapshot_over_before_it_tells_of_it(self, shop: Snapshot) -> None:
        """The runner stores the schema first, so nobody hears of one that is not there."""
        progress = run(shop)

        kinds = [type(item).__name__ for item in progress[:3]]
        assert ["Milestone", "Scanned", "Milestone"] == kinds
        assert Scanned(snapshot=shop) == progress[1]
        assert isinstance(progress[-1], Written)

    def test_counts_views_neither_as_tables_nor_their_columns(self, shop: Snapshot) -> None:
        """A shop of 12 tables and a view has 12 tables."""
        scanned = told(run(shop))[1]

        assert scanned.stats is not None
        assert fakes_shop.TABLES == scanned.stats["tables"]
        assert fakes_shop.COLUMNS == scanned.stats["columns"]
        assert 1 == scanned.stats["views"]

    def test_speaks_of_one_table_in_the_singular(self) -> None:
        """`Analyzing 1 tables...` is what careless programs say."""
        column = Column(name="name", type="TEXT")
        single = Snapshot(
            dialect="sqlite", database="one", tables=(Table(name="note", columns=(column,)),)
        )

        assert ("scanning", 20, "Analyzing 1 table...") in lines(run(single))

    def test_completes_with_what_the_page_shows(self, shop: Snapshot) -> None:
        """The last event's data is the written context in its wire form."""
        written = run(shop)[-1]

        assert isinstance(written, Written)
        data = written.milestone.data
        assert data is not None
        assert set(data) == {
            "aiGeneratedContext",
            "contextSummary",
            "keyInsights",
            "initialPrompts",
            "engine",
            "model",
            "stats",
        }
        assert written.context.description == data["aiGeneratedContext"]
        assert ("structural", None) == (data["engine"], data["model"])
        assert set(data["initialPrompts"][0]) == {
            "question",
            "sql",
            "tables",
            "difficulty",
            "check",
        }

    def test_fails_on_a_schema_without_tables(self) -> None:
        """An empty database is the caller's to mend, not an empty context."""
        with pytest.raises(PortError) as raised:
            run(Snapshot(dialect="sqlite", database="empty"))

        assert raised.value.failure.code is FailureCode.SCHEMA_EMPTY

    def test_passes_a_failing_model_on(self, shop: Snapshot) -> None:
        """A model that is gone ends the job; pretending otherwise would waste an hour."""
        with pytest.raises(PortError) as raised:
            run(shop, Refusing())

        assert raised.value.failure.code is FailureCode.MODEL_UNREACHABLE

    def test_goes_on_when_answers_are_cut(self, shop: Snapshot) -> None:
        """A cut answer costs that answer only."""
        written = run(shop, Truncating())[-1]

        assert isinstance(written, Written)
        assert len(shop.tables) == len(written.context.tables)

    def test_stops_the_model_when_it_is_left(self, shop: Snapshot) -> None:
        """Cancelling closes the generator, which must reach the model at once."""
        model = FakeModel(fakes_model.obedient)
        seconds = itertools.count()  # so that every piece is told
        world = World(reader=FakeReader(shop), model=model, clock=lambda: float(next(seconds)))

        async def leave() -> bool:
            async with aclosing(generate(Request(project="Shop"), world)) as progress:
                async for item in progress:
                    if isinstance(item, Tick):
                        break
            return model.left_early  # the end of the loop would close it in any case

        assert asyncio.run(leave())
        assert 1 == len(model.prompts)


class TestTicks:
    def test_claim_only_what_is_being_written(self, shop: Snapshot) -> None:
        """A tick's tokens, speed and tail are the model's own."""
        progress = run(shop, FakeModel(fakes_model.obedient))

        ticks = [item for item in progress if isinstance(item, Tick)]
        assert {12.5} == {tick.tokens_per_second for tick in ticks}
        assert all(0 < len(tick.tail) <= 160 for tick in ticks)
        assert all(tick.tokens >= 1 for tick in ticks)
        assert {tick.step for tick in ticks} == {Step.ANALYZING, Step.GENERATING, Step.OPTIMIZING}
        assert not [tick for tick in ticks if "escribed" in tick.message]


@pytest.mark.parametrize(
    "script",
    [
        fakes_model.obedient,
        fakes_model.wrapped,
        fakes_model.forgetful,
        fakes_model.inventive,
        fakes_model.chatty,
        fakes_model.cut,
        fakes_model.mistyped,
        fakes_model.silent,
    ],
)
class TestCoverage:
    def test_is_whole_whatever_the_model_does(
        self, shop: Snapshot, script: fakes_model.Script
    ) -> None:
        """Every table and column has a text, in the schema's order, and nothing else has."""
        written = run(shop, FakeModel(script))[-1]

        assert isinstance(written, Written)
        found = {
            table.id: [column.name for column in table.columns] for table in written.context.tables
        }
        assert {t.id: [c.name for c in t.columns] for t in shop.tables} == found
        for table in written.context.tables:
            for text in (table.description, *(column.description for column in table.columns)):
                assert text.text.strip()
                assert "ghost" not in text.text

    def test_leaves_six_checked_prompts(self, shop: Snapshot, script: fakes_model.Script) -> None:
        """Questions of the model that do not pass make room for derived ones."""
        written = run(shop, FakeModel(script))[-1]

        assert isinstance(written, Written)
        assert len([prompt for prompt in written.context.prompts if prompt.sql]) >= 6

    def test_invents_nothing_in_the_introduction(
        self, shop: Snapshot, script: fakes_model.Script
    ) -> None:
        """Neither names nor numbers that the schema does not have reach the reader."""
        written = run(shop, FakeModel(script))[-1]

        assert isinstance(written, Written)
        context = written.context
        texts = [context.summary, context.description, *(i.text for i in context.insights)]
        assert not [text for text in texts if "ghost" in text or "4711" in text]
        assert "no language model was used" not in context.description


def test_the_shop_is_where_the_tests_think_it_is(tmp_path: Path) -> None:
    """The shop's numbers, which other tests rest on."""
    tables = [table for table in fakes_shop.snapshot(tmp_path).tables if table.kind == "table"]

    assert fakes_shop.TABLES == len(tables)
    assert fakes_shop.COLUMNS == sum(len(table.columns) for table in tables)

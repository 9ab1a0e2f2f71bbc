"""What a model answered is not asked again, wherever a run was cut off."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from catalog.model import Column, Snapshot
from tests import fakes_model, generations
from tests.fakes_model import FakeModel, FakeReader, Script
from worker.pipeline.ports import Answered, Milestone, Progress, Prompt, World, Written
from worker.pipeline.writing.asking import fingerprint_of

PROMPT = Prompt(system="s", user="u", schema={"type": "object"}, max_tokens=9)


class FakeMemory:
    """Remembers what it was told."""

    def __init__(self, progress: list[Progress]) -> None:
        self.answers = {each.fingerprint: each.value for each in answered(progress)}

    async def recall(self, fingerprint: str) -> Mapping[str, Any] | None:
        return self.answers.get(fingerprint)


def run(
    shop: Snapshot, script: Script, before: list[Progress], *, parallel: int = 1
) -> tuple[list[Progress], list[Prompt]]:
    """Run with the memory of what came before; return the progress and what was asked."""
    model = FakeModel(script, parallel=parallel)
    world = World(reader=FakeReader(shop), model=model, memory=FakeMemory(before))
    return generations.run(world), model.prompts


def answered(progress: list[Progress]) -> list[Answered]:
    found: list[Answered] = []
    for item in progress:
        if isinstance(item, Answered):
            found.append(item)
        elif isinstance(item, Milestone):
            found += item.answered
    return found


def context(progress: list[Progress]) -> object:
    """The context without what it cost: that differs, and must."""
    last = progress[-1]
    assert isinstance(last, Written)
    return replace(last.context, scores=replace(last.context.scores, steps=()))


class TestMemory:
    @pytest.mark.parametrize("script", [fakes_model.obedient, fakes_model.forgetful])
    def test_a_run_cut_off_anywhere_goes_on_where_it_was(
        self, shop: Snapshot, script: Script
    ) -> None:
        """Each answer is asked for once in all, and the result is the same as without a cut."""
        whole, asked = run(shop, script, [])
        fingerprints = [fingerprint_of("fake:1b", prompt) for prompt in asked]
        cuts = [
            number
            for number, item in enumerate(whole, start=1)
            if isinstance(item, Answered) or (isinstance(item, Milestone) and item.answered)
        ]

        assert len(asked) == len(answered(whole)) > 5
        for cut in cuts:
            kept = {each.fingerprint for each in answered(whole[:cut])}
            rest, again = run(shop, script, whole[:cut])
            assert [mark for mark in fingerprints if mark not in kept] == [
                fingerprint_of("fake:1b", prompt) for prompt in again
            ]
            assert context(whole) == context(rest)

    def test_holds_with_several_calls_at_once(self, company: Snapshot) -> None:
        """Whatever was stored when it was cut off is not asked again, and changes nothing."""
        whole, asked = run(company, fakes_model.forgetful, [], parallel=4)
        cuts = range(len(whole) // 6, len(whole), len(whole) // 6)

        for cut in cuts:
            kept = {each.fingerprint for each in answered(whole[:cut])}
            rest, again = run(company, fakes_model.forgetful, whole[:cut], parallel=4)
            marks = {fingerprint_of("fake:1b", prompt) for prompt in again}
            assert not marks & kept
            assert marks | kept == {fingerprint_of("fake:1b", prompt) for prompt in asked}
            assert context(whole) == context(rest)

    def test_a_milestone_carries_the_answer_that_finished_its_batch(self, shop: Snapshot) -> None:
        """Whoever sees `Described 6 of 9 tables.` can rely on it after any crash."""
        whole, _ = run(shop, fakes_model.obedient, [])
        batches = [
            item
            for item in whole
            if isinstance(item, Milestone) and item.message.startswith("Described")
        ]

        assert batches
        assert [1] * len(batches) == [len(item.answered) for item in batches]

    def test_says_how_much_was_kept(self, shop: Snapshot) -> None:
        """A run that recalls everything tells so in one milestone."""
        whole, _ = run(shop, fakes_model.obedient, [])
        again, asked = run(shop, fakes_model.obedient, whole)
        told = [
            item
            for item in again
            if isinstance(item, Milestone) and item.message.startswith("Described")
        ]
        tables = sum(table.kind == "table" for table in shop.tables)

        assert [] == asked
        assert 1 == len(told)
        assert told[0].stats == {
            "tablesDescribed": tables,
            "tables": tables,
            "keptTables": (told[0].stats or {})["keptTables"],
        }
        assert 0 < (told[0].stats or {})["keptTables"] <= tables
        assert "of them earlier" in told[0].message

    def test_says_what_the_model_had_no_words_for(self, shop: Snapshot) -> None:
        """Tables that are described from facts alone are counted, as far as the run has come."""
        told, _ = run(shop, fakes_model.chatty, [])
        counts: list[int] = [
            (item.stats or {}).get("fallbackTables", 0)
            for item in told
            if isinstance(item, Milestone) and item.message.startswith("Described")
        ]
        fine, _ = run(shop, fakes_model.obedient, [])

        assert counts[-1] == sum(table.kind == "table" for table in shop.tables)
        assert counts == sorted(counts)
        assert not [
            i for i in fine if isinstance(i, Milestone) and "fallbackTables" in (i.stats or {})
        ]

    def test_does_not_keep_what_cannot_be_used(self, shop: Snapshot) -> None:
        """Prose instead of JSON is asked for anew."""
        whole, _ = run(shop, fakes_model.chatty, [])

        assert [] == answered(whole)


class TestChange:
    def test_of_one_table_costs_what_speaks_of_it(self, company: Snapshot) -> None:
        """Its batch, its domain and the whole are asked about anew, all other batches are kept."""
        column = Column(name="shade_code", type="TEXT")
        table = company.table("supplier")
        grown = replace(table, columns=(*table.columns, column))
        tables = tuple(grown if each is table else each for each in company.tables)
        whole, asked = run(company, fakes_model.obedient, [])
        rest, again = run(replace(company, tables=tables), fakes_model.obedient, whole)

        assert 0 < len(again) < len(asked) / 3
        assert all("supplier" in prompt.user for prompt in again if "askedFor" in prompt.user)
        assert 1 <= sum("shade_code" in prompt.user for prompt in again)
        assert prompt_hash(whole) != prompt_hash(rest)

    def test_of_nothing_costs_nothing(self, company: Snapshot) -> None:
        """The same was asked, as the hash tells, and none of it of the model."""
        whole, _ = run(company, fakes_model.obedient, [])
        rest, again = run(company, fakes_model.obedient, whole)

        assert [] == again
        assert prompt_hash(whole) == prompt_hash(rest) is not None


def prompt_hash(progress: list[Progress]) -> str | None:
    last = progress[-1]
    assert isinstance(last, Written)
    return last.context.prompt_hash


class TestFingerprint:
    @pytest.mark.parametrize(
        "change",
        [{"system": "t"}, {"user": "v"}, {"schema": {"type": "array"}}, {"max_tokens": 8}],
    )
    def test_differs_with_everything_that_is_asked(self, change: dict[str, Any]) -> None:
        """Another language, schema or question is another question, and another model, too."""
        same = fingerprint_of("m", replace(PROMPT))

        assert fingerprint_of("m", PROMPT) == same
        assert fingerprint_of("m", replace(PROMPT, **change)) != same
        assert fingerprint_of("n", PROMPT) != same

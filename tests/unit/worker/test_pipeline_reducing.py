"""Many tables become domains, and many domains few areas, in questions that fit."""

import json
from typing import Any

from catalog.context import Context
from catalog.model import Column, ForeignKey, Snapshot, Table
from tests import fakes_model, generations
from tests.fakes_model import FakeModel, FakeReader
from worker.pipeline.ports import Prompt, World
from worker.pipeline.writing import reducing


def write(snapshot: Snapshot, model: FakeModel) -> Context:
    return generations.write(World(reader=FakeReader(snapshot), model=model))


def introduction(model: FakeModel) -> dict[str, Any]:
    (prompt,) = [p for p in model.prompts if "description" in p.schema["properties"]]
    return generations.facts_of(prompt)


def many(schemas: int) -> Snapshot:
    """So many schemas of three joined tables each: each is a domain of its own."""
    columns = (Column(name="id", type="int"), Column(name="up", type="int"))
    tables = [
        Table(
            name=f"{word}_{number}",
            schema=f"area{number}",
            columns=columns,
            primary_key=("id",),
            foreign_keys=(
                ForeignKey(
                    columns=("up",), target=f"area{number}.plan_{number}", target_columns=("id",)
                ),
            ),
        )
        for number in range(schemas)
        for word in ("plan", "visit", "bill")
    ]
    return Snapshot(dialect="postgresql", database="x", tables=tuple(tables))


class TestDomains:
    def test_are_summed_up_by_the_model(self, company: Snapshot) -> None:
        """From one line of each table, as the model has just described them."""
        model = FakeModel(fakes_model.obedient)
        written = write(company, model)

        large = [domain for domain in written.domains if len(domain.tables) > 1]
        assert {("What the fake says.", "model")} == {
            (domain.description.text, domain.description.source) for domain in large
        }
        asked = [generations.facts_of(p)["areas"] for p in model.prompts if '"counted"' in p.user]
        assert {domain.name for domain in large} == {name for areas in asked for name in areas}
        assert all(
            "What the fake says." in area["tables"].values()
            for areas in asked
            for area in areas.values()
        )

    def test_keep_the_text_from_facts_when_nothing_holds(self, company: Snapshot) -> None:
        """A sum that names what does not exist is none."""

        def script(prompt: Prompt) -> str:
            lie = '"counted"' in prompt.user
            return json.dumps(fakes_model.filled(prompt.schema, "A ghost_x." if lie else "Yes."))

        written = write(company, FakeModel(script))

        assert {"template"} == {domain.description.source for domain in written.domains}


class TestAreas:
    def test_are_the_domains_where_they_are_few(self, company: Snapshot) -> None:
        """Nothing is summed up that can be read as it is."""
        model = FakeModel(fakes_model.obedient)
        written = write(company, model)

        assert [domain.name for domain in written.domains] == list(introduction(model)["areas"])

    def test_are_sums_of_many_domains(self) -> None:
        """A hundred domains are summed up by twelves until an introduction can hold them."""
        model = FakeModel(fakes_model.obedient, parallel=4)
        written = write(many(100), model)

        areas = introduction(model)["areas"]
        assert 100 <= len(written.domains)
        assert 1 < len(areas) <= reducing.MOST_AREAS
        assert {"What the fake says."} == set(areas.values())

    def test_fit_any_window(self) -> None:
        """However little a model reads at once, no question is longer."""
        model = FakeModel(fakes_model.obedient, parallel=4, window=9_000)
        written = write(many(60), model)

        assert [] == [prompt for prompt in model.prompts if not model.fits(prompt)]
        assert "What the fake says." == written.summary

    def test_are_sums_also_of_few_domains_that_do_not_fit(self) -> None:
        """It is the window that decides, not only the number."""

        def script(prompt: Prompt) -> str:
            text = "It holds words " + "and words " * 22 + "only."
            return json.dumps(fakes_model.filled(prompt.schema, text))

        model = FakeModel(script, window=9_000)
        written = write(many(20), model)

        assert 20 <= len(written.domains) <= reducing.MOST_AREAS
        assert len(introduction(model)["areas"]) < 5
        assert written.summary.startswith("It holds words")

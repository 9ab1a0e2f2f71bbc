"""What is computed is said in the wanted language, or stays as it is."""

import asyncio
import json
import re
from collections.abc import Callable

import pytest

from catalog import labels
from catalog.context import Context
from catalog.model import Snapshot
from catalog.renderings import markdown
from tests import fakes_model, generations
from tests.fakes_model import FakeModel, FakeReader
from worker.pipeline.generation import generate
from worker.pipeline.ports import Prompt, Request, World, Written

TRANSLATE = "Say each text below in German"


def translator(say: Callable[[str], str]) -> FakeModel:
    """A model that translates by `say`, and gives nothing else."""

    def script(prompt: Prompt) -> str:
        if TRANSLATE not in prompt.user:
            return fakes_model.chatty(prompt)
        inside = prompt.user.partition("<schema>\n")[2].rpartition("\n</schema>")[0]
        return json.dumps({key: say(text) for key, text in json.loads(inside).items()})

    return FakeModel(script)


def write(snapshot: Snapshot, model: FakeModel, *, language: str) -> Context:
    request = Request(project="Shop", language=language)
    return generations.write(World(reader=FakeReader(snapshot), model=model), request)


def told(context: Context) -> list[str]:
    """Everything outside of the tables, line by line, without its dash."""
    lines = [context.summary, *filter(None, context.description.split("\n"))]
    lines += [insight.text for insight in context.insights]
    lines += [domain.description.text for domain in context.domains]
    lines += [prompt.question for prompt in context.prompts]
    return [line.removeprefix("- ") for line in lines]


class TestTranslating:
    def test_reaches_everything_outside_of_the_tables(self, shop: Snapshot) -> None:
        """Summary, description, insights, domains and questions, each in its place."""
        english = write(shop, FakeModel(fakes_model.chatty), language="en")
        german = write(shop, translator(lambda text: f"Also: {text}"), language="de")

        assert [f"Also: {line}" for line in told(english)] == told(german)
        assert german.description.count("\n- ") == english.description.count("\n- ") > 1
        assert {"model"} == {insight.source for insight in german.insights}
        assert {"model"} == {domain.description.source for domain in german.domains}
        assert [p.sql for p in english.prompts] == [p.sql for p in german.prompts]
        assert not [note for note in german.notes if "stayed in English" in note]

    def test_reaches_headings(self, shop: Snapshot) -> None:
        """All in one question, stored with the context; what is no heading stays in English."""

        def say(text: str) -> str:
            return {"Summary": "Überblick", "Check": "Prüfe 4711", "Key": "x" * 61}.get(text, text)

        model = translator(say)
        english = write(shop, FakeModel(fakes_model.chatty), language="en")
        german = write(shop, model, language="de")

        assert {} == english.labels
        wanted = set(labels.of(german.stats))
        assert wanted - {"Check", "Key"} == set(german.labels)
        assert "Überblick" == german.labels["Summary"]
        asked = [set(prompt.schema["properties"]) for prompt in model.prompts]
        assert 1 == asked.count(wanted)
        assert "## Überblick\n" in markdown.render(shop, german)

    @pytest.mark.parametrize(
        ("say", "what"),
        [
            (lambda text: text.replace("customer_id", "Kunde"), "customer_id"),
            (lambda text: re.sub(r"\d+", "viele", text), r"\d"),
            (lambda text: f"{text} Siehe auch product_image.", "."),
            (lambda text: f"{text} Das sind 4711.", "."),
            (lambda _text: "", "."),
        ],
        ids=["loses a name", "loses a number", "adds a name", "adds a number", "says nothing"],
    )
    def test_is_taken_only_whole(
        self, shop: Snapshot, say: Callable[[str], str], what: str
    ) -> None:
        """A join without its column is none; what is not whole stays in English, and is counted."""
        english = write(shop, FakeModel(fakes_model.chatty), language="en")
        german = write(shop, translator(say), language="de")

        kept = [line for line in told(english) if re.search(what, line)]
        assert len(kept) > 1
        assert set(kept) <= set(told(german))
        assert [note for note in german.notes if "stayed in English" in note]

    def test_is_not_asked_for_in_english(self, shop: Snapshot) -> None:
        """Also where English is called by its country."""
        model = FakeModel(fakes_model.obedient)
        context = write(shop, model, language="en-GB")

        assert not [prompt for prompt in model.prompts if "Say each text" in prompt.user]
        assert not [note for note in context.notes if "in English" in note]

    def test_fits_what_the_model_reads(self, shop: Snapshot) -> None:
        """A small window gets few texts at once."""
        model = translator(lambda text: f"Also: {text}")
        small = FakeModel(model._script, window=5_000)  # noqa: SLF001 - the same words
        write(shop, small, language="de")

        asked = [prompt for prompt in small.prompts if TRANSLATE in prompt.user]
        assert len(asked) > 3
        assert [] == [prompt for prompt in asked if not small.fits(prompt)]


class TestWithoutModel:
    def test_says_that_it_is_in_english(self, shop: Snapshot) -> None:
        """Facts alone speak no other language, whatever is wanted."""

        async def collect() -> Context:
            world = World(reader=FakeReader(shop))
            async for item in generate(Request(project="Shop", language="de"), world):
                if isinstance(item, Written):
                    return item.context
            raise AssertionError

        context = asyncio.run(collect())

        assert "en" == context.language
        assert [note for note in context.notes if "everything is in English" in note]

"""Starting prompts show only SQL that a database plans, and ask nothing twice."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from catalog.context import Context, StartingPrompt
from catalog.model import Snapshot
from catalog.planning.verdicts import Verdict
from tests import fakes_model, generations
from tests.fakes_model import FakeModel, FakeReader
from worker.pipeline import duplicates
from worker.pipeline.ports import Prompt, World


@dataclass
class FakePlanner:
    """Refuses what it is told to refuse."""

    refuses: Callable[[str], bool]
    asked: list[str] = field(default_factory=list)

    async def plan(self, _snapshot: Snapshot, queries: Sequence[str]) -> list[Verdict]:
        self.asked += queries
        problems = ["too odd" if self.refuses(sql) else None for sql in queries]
        return [Verdict(how="planned by a fake", problem=problem) for problem in problems]


def write(snapshot: Snapshot, planner: FakePlanner, model: FakeModel | None = None) -> Context:
    return generations.write(World(reader=FakeReader(snapshot), model=model, planner=planner))


def model(*queries: str) -> FakeModel:
    """A model that asks one question with these queries in turn."""
    left = list(queries)

    def script(prompt: Prompt) -> str:
        if "sql" not in prompt.schema["properties"]:
            return fakes_model.obedient(prompt)
        return json.dumps({"question": "Who has ordered?", "sql": left.pop(0) if left else ""})

    return FakeModel(script)


class TestDerived:
    def test_say_how_they_were_checked(self, shop: Snapshot) -> None:
        """Every one was planned."""
        planner = FakePlanner(lambda _sql: False)
        context = write(shop, planner)

        assert {prompt.sql for prompt in context.prompts} <= set(planner.asked)
        assert all("exist; planned by a fake" in prompt.check for prompt in context.prompts)

    def test_make_room_for_the_next_best_when_refused(self, shop: Snapshot) -> None:
        """As many questions are left, and none of the refused ones."""
        usual = write(shop, FakePlanner(lambda _sql: False)).prompts
        refused = usual[0].sql
        context = write(shop, FakePlanner(lambda sql: sql == refused))

        assert len(usual) == len(context.prompts)
        assert refused not in [prompt.sql for prompt in context.prompts]
        assert all(prompt.sql for prompt in context.prompts)

    def test_show_no_sql_when_all_is_refused(self, shop: Snapshot) -> None:
        """A database that plans nothing leaves questions at most."""
        context = write(shop, FakePlanner(lambda _sql: True))

        assert {None} >= {prompt.sql for prompt in context.prompts}
        assert all(
            "No SQL is shown: too odd" == prompt.check.partition(";")[0]
            for prompt in context.prompts
        )


class TestWritten:
    def test_are_repaired_with_what_the_database_said(self, shop: Snapshot) -> None:
        """The second query passes and is shown."""
        first, second = "SELECT id FROM customer", "SELECT name FROM product"
        asked = model(first, second)
        context = write(shop, FakePlanner(lambda sql: sql == first), asked)

        (prompt,) = [found for found in context.prompts if found.source == "model"]
        assert second == prompt.sql
        assert any("does not fit the schema: too odd" in found.user for found in asked.prompts)

    def test_are_shown_without_sql_after_one_repair(self, shop: Snapshot) -> None:
        """The reason stands where the check does."""
        first, second = "SELECT id FROM customer", "SELECT name FROM product"
        context = write(shop, FakePlanner(lambda sql: sql in {first, second}), model(first, second))

        (prompt,) = [found for found in context.prompts if found.source == "model"]
        assert (None, "No SQL is shown: too odd") == (prompt.sql, prompt.check)


def prompt(question: str, sql: str | None, *tables: str) -> StartingPrompt:
    return StartingPrompt(
        question=question, sql=sql, tables=tables, difficulty="easy", check="checked"
    )


class TestDuplicates:
    def test_are_the_same_words_or_the_same_query(self) -> None:
        """Neither the order of words nor the names given in a query make a new question."""
        first = prompt("How many orders are there per month?", "SELECT 1", "orders")
        found = duplicates.without(
            [
                prompt("Who buys?", None),
                first,
                prompt("How many orders does each month have?", "SELECT 2", "orders"),
                prompt("Which names?", "SELECT o.id AS x FROM orders AS o", "orders"),
                prompt("And ids?", "select p.ID from orders as p", "orders"),
                prompt("How many orders are there per status?", "SELECT 3", "orders"),
                prompt("Who buys", "SELECT 4"),
            ],
            dialect="sqlite",
        )

        assert [
            "How many orders are there per month?",
            "Which names?",
            "How many orders are there per status?",
            "Who buys",
        ] == [each.question for each in found]

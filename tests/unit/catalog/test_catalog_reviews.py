"""What people decide about texts lies over every version, and knows when it is out of date."""

import json
from dataclasses import replace

from catalog import bases, codec, comparison, differences, reviews, staleness
from catalog.context import (
    ColumnContext,
    Context,
    DomainContext,
    Insight,
    Scores,
    StartingPrompt,
    TableContext,
    Text,
)
from catalog.model import Column, Snapshot, Table
from catalog.reviews import Review


def _text(text: str) -> Text:
    return Text(text=text, source="model", confidence="low")


PROMPT = StartingPrompt(
    question="How many orders?",
    sql="SELECT COUNT(*) FROM sales.orders",
    tables=("sales.orders",),
    difficulty="easy",
    check="checked",
    source="model",
)
CONTEXT = Context(
    database="shop",
    dialect="sqlite",
    engine="ollama",
    model="m",
    language="en",
    description="Old description.",
    summary="Old summary.",
    insights=(Insight(text="One table.", evidence=("tables: 1",)),),
    prompts=(PROMPT,),
    domains=(DomainContext(name="Sales", description=_text("Sells."), tables=("sales.orders",)),),
    tables=(
        TableContext(
            id="sales.orders",
            description=_text("Old table."),
            domain="Sales",
            columns=(ColumnContext(name="id", description=_text("Old column."), role="other"),),
        ),
    ),
    scores=Scores(coverage=1.0),
)


def shop(*columns: str, table: str = "orders") -> Snapshot:
    found = tuple(Column(name=name, type=f"char({len(name)})") for name in columns)
    return Snapshot(
        dialect="sqlite",
        database="shop",
        tables=(Table(name=table, schema="sales", columns=found),),
    )


def edited(text: str) -> Review:
    return Review(state="edited", text=text)


class TestApply:
    def test_replaces_each_target_and_says_by_whom(self) -> None:
        """A person's text is trusted, and told apart from a model's."""
        shown = reviews.apply(
            CONTEXT,
            {
                "description": edited("D"),
                "summary": edited("S"),
                "domain:Sales": edited("A"),
                "table:sales.orders": edited("T"),
                "column:sales.orders.id": edited("C"),
                "prompt:How many orders?": edited("How many?"),
                "insight:One table.": edited("Few tables."),
            },
        )
        table = shown.tables[0]
        texts = (shown.domains[0].description, table.description, table.columns[0].description)

        assert ("D", "S") == (shown.description, shown.summary)
        assert ["A", "T", "C"] == [text.text for text in texts]
        assert {("person", "high")} == {(text.source, text.confidence) for text in texts}
        assert ("How many?", "person") == (shown.prompts[0].question, shown.prompts[0].source)
        assert ("Few tables.", "person") == (shown.insights[0].text, shown.insights[0].source)

    def test_keeps_what_was_accepted_whatever_is_written_later(self) -> None:
        """The text of then stays, with its source, and is trusted now."""
        accepted = Review(state="accepted", text="Good table.")
        text = reviews.apply(CONTEXT, {"table:sales.orders": accepted}).tables[0].description

        assert ("Good table.", "model", "high") == (text.text, text.source, text.confidence)
        assert (reviews.ACCEPTED,) == text.evidence

    def test_shows_nothing_of_what_was_discarded(self) -> None:
        """A description is empty, a prompt and an insight are gone."""
        gone = Review(state="discarded")
        shown = reviews.apply(CONTEXT, {target: gone for target, _ in reviews.texts(CONTEXT)})

        assert ((), ()) == (shown.prompts, shown.insights)
        assert {""} == {text for _, text in reviews.texts(shown)}

    def test_brings_back_what_was_accepted_and_is_not_written_any_more(self) -> None:
        """A prompt comes with its SQL, unless a table that it reads has changed."""
        target = reviews.of_item(PROMPT)
        kept = {target: Review(state="accepted", item=json.dumps(codec.item_to_dict(PROMPT)))}
        without = replace(CONTEXT, prompts=())

        assert (PROMPT,) == reviews.apply(without, kept).prompts
        assert (None,) == tuple(
            prompt.sql for prompt in reviews.apply(without, kept, stale={target}).prompts
        )

    def test_leaves_the_rest_and_what_is_gone(self) -> None:
        """A text of a dropped table waits, in case the table comes back; drafts change nothing."""
        shown = reviews.apply(
            CONTEXT,
            {
                "table:dropped": edited("T"),
                "summary": edited("S"),
                "domain:Sales": Review(state="draft"),
            },
        )

        assert CONTEXT == replace(shown, summary=CONTEXT.summary)


class TestStale:
    def test_is_what_was_decided_on_other_facts(self) -> None:
        """A changed column touches its own text, its table's, its domain's and the whole."""
        before, after = shop("id", "name"), shop("id", "names")
        decided = {
            target: Review(
                state="accepted",
                text="x",
                basis=bases.of(target, before, CONTEXT),
                item=reviews.items(CONTEXT).get(target),
            )
            for target, _ in reviews.texts(CONTEXT)
        }

        assert not bases.stale(decided, before, CONTEXT)
        assert decided.keys() - {"column:sales.orders.id"} == bases.stale(decided, after, CONTEXT)

    def test_is_no_renaming(self) -> None:
        """A table under a new name is the same, and so are the decisions about it."""
        before, after = shop("id", "names"), shop("id", "names", table="bookings")
        moves = bases.moves(before, differences.between(before, after))

        assert "table:sales.bookings" == moves["table:sales.orders"]
        assert "column:sales.bookings.id" == moves["column:sales.orders.id"]
        assert bases.of("table:sales.orders", before, CONTEXT) == bases.of(
            "table:sales.bookings", after, CONTEXT
        )

    def test_follows_a_renamed_column(self) -> None:
        """Only that column is called otherwise."""
        before, after = shop("id", "name"), shop("id", "noun")
        moves = bases.moves(before, differences.between(before, after))

        assert {"column:sales.orders.name": "column:sales.orders.noun"} == moves


class TestStaleness:
    def test_is_all_that_a_change_touches(self) -> None:
        """The column that changed, its table, its domain, prompts that read it, and the whole."""
        before = shop("id", "name")
        changed = replace(
            before.tables[0],
            columns=(Column(name="id", type="int"), before.tables[0].columns[1]),
        )
        after = replace(before, tables=(changed,))
        found = staleness.of(differences.between(before, after), CONTEXT)

        assert found == {target for target, _ in reviews.texts(CONTEXT)} - {"insight:One table."}
        assert not staleness.of(differences.between(before, before), CONTEXT)


class TestComparison:
    def test_tells_what_reads_otherwise(self) -> None:
        """A renamed table's unchanged text is no change; scores are compared by name."""
        before, after = shop("id", "name"), shop("id", "name", table="bookings")
        table = replace(CONTEXT.tables[0], id="sales.bookings")
        scores = Scores(coverage=0.5, self_retrieval=1.0)
        later = replace(CONTEXT, tables=(table,), summary="New.", prompts=(), scores=scores)
        found = comparison.between(
            CONTEXT, later, schema=differences.between(before, after), described=before
        )

        assert [
            ("summary", "Old summary.", "New."),
            ("prompt:How many orders?", "How many orders?", None),
        ] == [(each.target, each.before, each.after) for each in found.texts]
        assert [("coverage", 1.0, 0.5), ("selfRetrieval", None, 1.0)] == [
            (each.score, each.before, each.after) for each in found.scores
        ]

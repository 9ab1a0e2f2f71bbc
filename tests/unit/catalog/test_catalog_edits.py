"""People's words over a written context."""

from catalog import edits
from catalog.context import ColumnContext, Context, TableContext, Text


def _text(text: str) -> Text:
    return Text(text=text, source="model", confidence="low")


CONTEXT = Context(
    database="shop",
    dialect="sqlite",
    engine="ollama",
    model="m",
    language="en",
    description="Old description.",
    summary="Old summary.",
    insights=(),
    prompts=(),
    domains=(),
    tables=(
        TableContext(
            id="sales.orders",
            description=_text("Old table."),
            domain=None,
            columns=(ColumnContext(name="id", description=_text("Old column."), role="other"),),
        ),
    ),
)


class TestApply:
    def test_replaces_each_target_and_says_by_whom(self) -> None:
        """A person's text is trusted, and told apart from a model's."""
        edited = edits.apply(
            CONTEXT,
            {
                "description": "D",
                "summary": "S",
                "table:sales.orders": "T",
                "column:sales.orders.id": "C",
            },
        )
        table = edited.tables[0]

        assert ("D", "S") == (edited.description, edited.summary)
        assert Text(text="T", source="person", confidence="high") == table.description
        assert Text(text="C", source="person", confidence="high") == table.columns[0].description

    def test_leaves_the_rest_and_what_is_gone(self) -> None:
        """An edit of a dropped table waits, in case the table comes back."""
        edited = edits.apply(CONTEXT, {"table:dropped": "T", "summary": "S"})

        assert CONTEXT.tables == edited.tables
        assert CONTEXT.description == edited.description


class TestTargets:
    def test_are_all_that_apply_knows(self) -> None:
        """What may be edited is what an edit changes."""
        expected = {"description", "summary", "table:sales.orders", "column:sales.orders.id"}

        assert expected == edits.targets(CONTEXT)

"""People's own words laid over a written context; what they wrote wins over any engine."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from catalog.context import ColumnContext, Context, TableContext, Text

DESCRIPTION: Final = "description"
SUMMARY: Final = "summary"


def apply(context: Context, edits: Mapping[str, str]) -> Context:
    """Return the context with people's texts; one whose target is gone is left out."""
    if not edits:
        return context
    return replace(
        context,
        description=edits.get(DESCRIPTION, context.description),
        summary=edits.get(SUMMARY, context.summary),
        tables=tuple(_edited(table, edits) for table in context.tables),
    )


def targets(context: Context) -> frozenset[str]:
    """Return what a person may edit, e.g. `summary`, `table:orders`, `column:orders.id`."""
    return frozenset(_targets(context))


def of_table(table_id: str) -> str:
    """Return the target of a table's description."""
    return f"table:{table_id}"


def of_column(table_id: str, name: str) -> str:
    """Return the target of a column's description."""
    return f"column:{table_id}.{name}"


def _targets(context: Context) -> Iterator[str]:
    yield DESCRIPTION
    yield SUMMARY
    for table in context.tables:
        yield of_table(table.id)
        for column in table.columns:
            yield of_column(table.id, column.name)


def _edited(table: TableContext, edits: Mapping[str, str]) -> TableContext:
    columns = tuple(_edited_column(table.id, column, edits) for column in table.columns)
    text = edits.get(of_table(table.id))
    described = table.description if text is None else _by_person(text)
    return replace(table, description=described, columns=columns)


def _edited_column(table_id: str, column: ColumnContext, edits: Mapping[str, str]) -> ColumnContext:
    text = edits.get(of_column(table_id, column.name))
    return column if text is None else replace(column, description=_by_person(text))


def _by_person(text: str) -> Text:
    return Text(text=text, source="person", confidence="high")

"""The tables of a schema as one looks through them: names and one line each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Row:
    """A table or view; `text` is its description, or its comment where nothing was written.

    `source` is where a description is from, None where there is none; `state` what people decided
    about it: draft while nothing.
    """

    id: str
    view: bool
    text: str
    columns: tuple[str, ...]
    source: str | None = None
    state: str = "draft"


@dataclass(frozen=True, kw_only=True)
class Listing:
    """All tables and views in order, and what was written about the whole."""

    rows: tuple[Row, ...]
    summary: str


@dataclass(frozen=True, kw_only=True)
class Page:
    """A part of a listing; `next` is what to continue after, None at the end."""

    rows: Sequence[Row]
    next: str | None


def of(snapshot: Mapping[str, Any], context: Mapping[str, Any] | None) -> Listing:
    """Return what is listed of the documents of a snapshot and of a context about it.

    Documents as catalog.codec writes them, for making values of all that they hold takes a second
    where there are a thousand tables.
    """
    tables = context["tables"] if context else ()
    texts = {table["id"]: table["description"] for table in tables}
    return Listing(
        rows=tuple(_row(table, texts) for table in snapshot["tables"]),
        summary=context["summary"] if context else "",
    )


def page(rows: Sequence[Row], *, after: str | None, most: int) -> Page:
    """Return at most so many rows that follow the table `after`; from the beginning without it."""
    ids = [row.id for row in rows]
    start = ids.index(after) + 1 if after in ids else 0
    part = rows[start : start + most]
    more = start + most < len(rows)
    return Page(rows=part, next=part[-1].id if more else None)


def _row(table: Mapping[str, Any], texts: Mapping[str, Mapping[str, str]]) -> Row:
    schema, name = table.get("schema"), table["name"]
    table_id = f"{schema}.{name}" if schema else name
    written = texts.get(table_id, {})
    return Row(
        id=table_id,
        view=table.get("kind") == "view",
        text=written.get("text") or table.get("comment") or "",
        columns=tuple(column["name"] for column in table["columns"]),
        source=written.get("source"),
    )

"""The tables of a schema as one looks through them: names and one line each."""

from collections.abc import Sequence
from dataclasses import dataclass

from catalog.context import Context
from catalog.model import Snapshot


@dataclass(frozen=True, kw_only=True)
class Row:
    """A table or view; `text` is its description, or its comment where nothing was written."""

    id: str
    view: bool
    text: str
    columns: tuple[str, ...]


Listing = tuple[Row, ...]


@dataclass(frozen=True, kw_only=True)
class Page:
    """A part of a listing; `next` is what to continue after, None at the end."""

    rows: Sequence[Row]
    next: str | None


def of(snapshot: Snapshot, context: Context | None) -> Listing:
    """Return all tables and views in the snapshot's order, with what the context says of them."""
    texts = {table.id: table.description.text for table in context.tables} if context else {}
    return tuple(
        Row(
            id=table.id,
            view=table.kind == "view",
            text=texts.get(table.id) or table.comment or "",
            columns=tuple(column.name for column in table.columns),
        )
        for table in snapshot.tables
    )


def page(listing: Listing, *, after: str | None, most: int) -> Page:
    """Return at most so many rows that follow the table `after`; from the beginning without it."""
    ids = [row.id for row in listing]
    start = ids.index(after) + 1 if after in ids else 0
    rows = listing[start : start + most]
    more = start + most < len(listing)
    return Page(rows=rows, next=rows[-1].id if more else None)

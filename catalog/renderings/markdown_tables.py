"""One table in Markdown: what it is, its columns, where it leads."""

from collections.abc import Iterator
from typing import Final

from catalog.context import Text
from catalog.model import Column, Table
from catalog.renderings import joins, written
from catalog.renderings.markdown_text import code, codes, inline, paragraphs

_LOW: Final = "low confidence"
_SHOWN_VALUES: Final = 12  # of an enumeration
_SHOWN_MEMBERS: Final = 6  # of a family


def section(table: Table, texts: written.Texts, found: joins.Joins) -> Iterator[str]:
    """Yield the section of a table, under a heading of its own."""
    kind = "materialized view" if table.materialized else "view"
    yield from (f"### {inline(table.id)}{f' ({kind})' if table.kind == 'view' else ''}", "")
    description = texts.table(table.id)
    if description:
        yield from (*described(description, texts), "")
    if table.columns:
        titles = (inline(texts.label(name)) for name in ("Column", "Type", "Key", "Meaning"))
        yield from (f"| {' | '.join(titles)} |", "| --- | --- | --- | --- |")
        for column in table.columns:
            marks = ", ".join(written.keys(table, column.name))
            meaning = _meaning(column, table, texts)
            yield f"| {code(column.name)} | {code(column.type)} | {marks} | {meaning} |"
        yield ""
    yield from _origin(table)
    relations = list(_relations(table, texts, found))
    if relations:
        yield from (f"{inline(texts.label('Relations'))}:", "", *relations, "")


def described(text: Text, texts: written.Texts) -> list[str]:
    """Return the paragraphs of a description, marked when it deserves a check."""
    found = paragraphs(text.text)
    if found and text.confidence == "low":
        found[-1] += f" {doubt(texts)}"
    return found


def line(text: Text, texts: written.Texts) -> str:
    """Return a description on one line, marked when it deserves a check."""
    doubtful = text.confidence == "low" and text.text.strip()
    return inline(text.text) + (f" {doubt(texts)}" if doubtful else "")


def doubt(texts: written.Texts) -> str:
    """Return the mark of a text that deserves a check."""
    return f"*({inline(texts.label(_LOW))})*"


def _origin(table: Table) -> Iterator[str]:
    """Yield what a view reads, and what a table stands for that has partitions or shards."""
    if table.sources:
        yield from (f"Reads {codes(table.sources)}.", "")
    if table.members:
        hidden = len(table.members) - _SHOWN_MEMBERS
        more = f" and {hidden} more" if hidden > 0 else ""
        called = f", called {code(table.family)}" if table.family else ""
        shown = codes(table.members[:_SHOWN_MEMBERS])
        yield from (f"Stands for {len(table.members)} tables{called}: {shown}{more}.", "")


def _relations(table: Table, texts: written.Texts, found: joins.Joins) -> Iterator[str]:
    for join in found.outgoing(table.id):
        target = f"{code(join.target.id)} ({codes(join.target_columns)})"
        implied = "" if join.declared else ", implied by names, not declared"
        yield f"- {codes(join.columns)} → {target}{implied}"
    by = {join.table.id: None for join in found.incoming(table.id)}
    if by:
        yield f"- {inline(texts.label('Referenced by'))} {codes(by)}"


def _meaning(column: Column, table: Table, texts: written.Texts) -> str:
    text = texts.column(table.id, column.name)
    parts = [line(text, texts)] if text else []
    if column.enum and not (text and all(value in text.text for value in column.enum)):
        more = ", …" if len(column.enum) > _SHOWN_VALUES else ""
        parts.append(f"One of {codes(column.enum[:_SHOWN_VALUES])}{more}.")
    return " ".join(parts)

"""The context as a document for a new colleague: what it is about first, then the details."""

from collections.abc import Iterator, Sequence
from typing import Final

from catalog import words
from catalog.context import Context, StartingPrompt, Text
from catalog.model import Column, Snapshot, Table
from catalog.renderings import joins, markdown_text, mermaid, written
from catalog.renderings.markdown_text import code, codes, inline, paragraph, paragraphs

_LOW: Final = " *(low confidence)*"
_SHOWN_VALUES: Final = 12  # of an enumeration


def render(snapshot: Snapshot, context: Context) -> str:
    """Return the document, in GitHub's Markdown."""
    found = joins.Joins(joins.of(snapshot))
    groups = written.groups(snapshot, context)
    rows = [
        f"# {inline(snapshot.database)}",
        "",
        *_introduction(context),
        *_at_a_glance(snapshot, context),
        *_insights(context),
        *_prompts(context),
        *_domains(groups),
        *_tables(groups, written.Texts(context), found),
        *_making(snapshot, context),
    ]
    return "\n".join(rows).rstrip() + "\n"


def _introduction(context: Context) -> Iterator[str]:
    for title, text in (("Summary", context.summary), ("Description", context.description)):
        if text.strip():
            yield from (f"## {title}", "", *paragraphs(text), "")


def _at_a_glance(snapshot: Snapshot, context: Context) -> Iterator[str]:
    version = f" {snapshot.server_version}" if snapshot.server_version else ""
    yield from ("## At a glance", "", "| What | Value |", "| --- | --- |")
    yield f"| Database | {inline(snapshot.dialect + version)} |"
    for name, number in context.stats.items():
        yield f"| {inline(words.title(name))} | {number} |"
    yield ""


def _insights(context: Context) -> Iterator[str]:
    if not context.insights:
        return
    yield from ("## Key insights", "")
    for insight in context.insights:
        yield f"- {paragraph(insight.text)}"
        yield from (f"  - Evidence: {inline(fact)}" for fact in insight.evidence)
    yield ""


def _prompts(context: Context) -> Iterator[str]:
    if not context.prompts:
        return
    yield from ("## Questions to start with", "")
    for number, prompt in enumerate(context.prompts, start=1):
        yield from (f"### {number}. {inline(prompt.question)}", "", *_prompt(prompt), "")


def _prompt(prompt: StartingPrompt) -> Iterator[str]:
    tables = f" Tables: {codes(prompt.tables)}." if prompt.tables else ""
    yield f"Difficulty: {inline(prompt.difficulty)}.{tables}"
    if prompt.sql:
        yield from ("", *markdown_text.fenced(prompt.sql, "sql"))
    if prompt.check:
        yield from ("", f"Check: {inline(prompt.check)}")


def _domains(groups: Sequence[written.Group]) -> Iterator[str]:
    if not any(group.domain for group in groups):
        return
    yield from ("## Domains", "", "| Domain | Tables | About |", "| --- | --- | --- |")
    for group in groups:
        about = _text(group.domain.description) if group.domain else ""
        yield f"| {inline(_name(group))} | {len(group.tables)} | {about} |"
    yield ""


def _tables(
    groups: Sequence[written.Group], texts: written.Texts, found: joins.Joins
) -> Iterator[str]:
    for group in groups:
        yield from (f"## Tables: {inline(_name(group))}", "")
        if group.domain:
            yield from (*_described(group.domain.description), "")
        for diagram in mermaid.diagrams(group.tables, found) if len(group.tables) > 1 else ():
            yield from (*markdown_text.fenced(diagram, "mermaid"), "")
        for table in group.tables:
            yield from _table(table, texts, found)


def _table(table: Table, texts: written.Texts, found: joins.Joins) -> Iterator[str]:
    kind = " (view)" if table.kind == "view" else ""
    yield from (f"### {inline(table.id)}{kind}", "")
    description = texts.table(table.id)
    if description:
        yield from (*_described(description), "")
    if table.columns:
        yield from ("| Column | Type | Key | Meaning |", "| --- | --- | --- | --- |")
        for column in table.columns:
            marks = ", ".join(written.keys(table, column.name))
            meaning = _meaning(column, texts.column(table.id, column.name))
            yield f"| {code(column.name)} | {code(column.type)} | {marks} | {meaning} |"
        yield ""
    relations = list(_relations(table, found))
    if relations:
        yield from ("Relations:", "", *relations, "")


def _relations(table: Table, found: joins.Joins) -> Iterator[str]:
    for join in found.outgoing(table.id):
        target = f"{code(join.target.id)} ({codes(join.target_columns)})"
        implied = "" if join.declared else ", implied by names, not declared"
        yield f"- {codes(join.columns)} → {target}{implied}"
    by = {join.table.id: None for join in found.incoming(table.id)}
    if by:
        yield f"- Referenced by {codes(by)}"


def _making(snapshot: Snapshot, context: Context) -> Iterator[str]:
    model = f" with the model {code(context.model)}" if context.model else ""
    yield from ("## How this was made", "")
    yield f"- Written by the engine {code(context.engine)}{model}, in {inline(context.language)}."
    yield "- Only the schema was described; texts marked *(low confidence)* deserve a check."
    yield from (f"- {paragraph(note)}" for note in context.notes)
    for unread in snapshot.unread:
        line = f" (line {unread.line})" if unread.line else ""
        yield f"- Not read{line}: {inline(unread.what)}: {inline(unread.reason)}"


def _name(group: written.Group) -> str:
    return group.domain.name if group.domain else "Other tables"


def _described(text: Text) -> list[str]:
    found = paragraphs(text.text)
    if found and text.confidence == "low":
        found[-1] += _LOW
    return found


def _meaning(column: Column, text: Text | None) -> str:
    parts = [_text(text)] if text else []
    if column.enum:
        more = ", …" if len(column.enum) > _SHOWN_VALUES else ""
        parts.append(f"One of {codes(column.enum[:_SHOWN_VALUES])}{more}.")
    return " ".join(parts)


def _text(text: Text) -> str:
    return inline(text.text) + (_LOW if text.confidence == "low" and text.text.strip() else "")

"""The context as a document for a new colleague: what it is about first, then the details."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from catalog import dialects, words
from catalog.context import Context, StartingPrompt
from catalog.model import Snapshot
from catalog.renderings import (
    joins,
    markdown_scores,
    markdown_tables,
    markdown_text,
    mermaid,
    written,
)
from catalog.renderings.markdown_text import code, codes, inline, paragraph


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
        *_domains(groups, found),
        *_tables(groups, written.Texts(context), found),
        *markdown_scores.section(context.scores),
        *_making(snapshot, context),
    ]
    return "\n".join(rows).rstrip() + "\n"


def _introduction(context: Context) -> Iterator[str]:
    # Descriptions of earlier versions may begin with the summary, which stands just above.
    first, _, rest = context.description.partition("\n\n")
    description = rest if first == context.summary else context.description
    for title, text in (("Summary", context.summary), ("Description", description)):
        if text.strip():
            yield from (f"## {title}", "", *markdown_text.listings(text), "")


def _at_a_glance(snapshot: Snapshot, context: Context) -> Iterator[str]:
    version = f" {snapshot.server_version}" if snapshot.server_version else ""
    yield from ("## At a glance", "", "| What | Value |", "| --- | --- |")
    yield f"| Database | {inline(dialects.product(snapshot.dialect) + version)} |"
    for name, number in context.stats.items():
        if not number:
            continue  # a long list of what there is not tells nothing
        yield f"| {inline(words.title(name))} | {number} |"
    yield ""


def _insights(context: Context) -> Iterator[str]:
    if not context.insights:
        return
    yield from ("## Key insights", "")
    for insight in context.insights:
        yield f"- {paragraph(insight.text)}"
        if insight.evidence:
            yield f"  - Evidence: {'; '.join(map(inline, insight.evidence))}"
    yield ""


def _prompts(context: Context) -> Iterator[str]:
    if not context.prompts:
        return
    yield from ("## Questions to start with", "")
    checks = {(bool(prompt.sql), prompt.check) for prompt in context.prompts}
    alike = len(context.prompts) > 1 and len(checks) == 1 and all(*checks)
    if alike:
        yield from (f"How the SQL of each was checked: {inline(context.prompts[0].check)}.", "")
    for number, prompt in enumerate(context.prompts, start=1):
        told = replace(prompt, check="") if alike else prompt
        yield from (f"### {number}. {inline(prompt.question)}", "", *_prompt(told), "")


def _prompt(prompt: StartingPrompt) -> Iterator[str]:
    tables = f" Tables: {codes(prompt.tables)}." if prompt.tables else ""
    yield f"Difficulty: {inline(prompt.difficulty)}.{tables}"
    if prompt.sql:
        yield from ("", *markdown_text.fenced(prompt.sql, "sql"))
    if prompt.check:
        yield from ("", f"Check: {inline(prompt.check)}")


def _domains(groups: Sequence[written.Group], found: joins.Joins) -> Iterator[str]:
    if not any(group.domain for group in groups):
        return
    yield from (
        "## Domains",
        "",
        "| Domain | Tables | Joins | About |",
        "| --- | --- | --- | --- |",
    )
    names = {table.id: _name(group) for group in groups for table in group.tables}
    for group in groups:
        about = markdown_tables.line(group.domain.description) if group.domain else ""
        near = _near(group, names, found)
        yield f"| {inline(_name(group))} | {len(group.tables)} | {near} | {about} |"
    yield ""


def _near(group: written.Group, names: Mapping[str, str], found: joins.Joins) -> str:
    """Return the other domains that the tables of this one join, the closest first."""
    reached = Counter(
        name
        for table in group.tables
        for other in (
            *(join.target for join in found.outgoing(table.id)),
            *(join.table for join in found.incoming(table.id)),
        )
        if (name := names[other.id]) != _name(group)
    )
    return ", ".join(f"{inline(name)} ({count})" for name, count in reached.most_common())


def _tables(
    groups: Sequence[written.Group], texts: written.Texts, found: joins.Joins
) -> Iterator[str]:
    for group in groups:
        yield from (f"## Tables: {inline(_name(group))}", "")
        if group.domain:
            yield from (*markdown_tables.described(group.domain.description), "")
        for diagram in mermaid.diagrams(group.tables, found) if len(group.tables) > 1 else ():
            yield from (*markdown_text.fenced(diagram, "mermaid"), "")
        for table in group.tables:
            yield from markdown_tables.section(table, texts, found)


def _making(snapshot: Snapshot, context: Context) -> Iterator[str]:
    model = f" with the model {code(context.model)}" if context.model else ""
    yield from ("## How this was made", "")
    language = code(context.language)
    yield f"- Written by the engine {code(context.engine)}{model}, in the language {language}."
    yield "- Texts marked *(low confidence)* deserve a check."
    yield from (f"- {paragraph(note)}" for note in context.notes)
    for unread in snapshot.unread:
        line = f" (line {unread.line})" if unread.line else ""
        yield f"- Not read{line}: {inline(unread.what)}: {inline(unread.reason)}"
    yield from _disclosed(context)


def _disclosed(context: Context) -> Iterator[str]:
    """Yield what was read of each table and what of that was sent, in counts of facts."""
    found = context.disclosure
    if found is None or found.level == "none":
        return  # the notes say all there is
    yield from ("", "### What was read and sent", "")
    yield f"Level of the profile: {found.level}. Each cell counts facts of a kind."
    for heading, tables in (("Read", found.read), ("Sent to the model", found.sent)):
        kinds = list(dict.fromkeys(kind for table in tables for kind in table.counts))
        if not kinds:
            yield from ("", f"{heading}: nothing.")
            continue
        titles = [inline(words.title(kind)) for kind in kinds]
        yield from ("", f"| {heading} | {' | '.join(titles)} |", f"| --- |{' ---: |' * len(kinds)}")
        for table in tables:
            cells = (f"{table.counts.get(kind, 0):,}" for kind in kinds)
            yield f"| {code(table.id)} | {' | '.join(cells)} |"


def _name(group: written.Group) -> str:
    return group.domain.name if group.domain else "Other tables"

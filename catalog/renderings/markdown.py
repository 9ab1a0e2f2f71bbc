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
from catalog.renderings.written import Texts


def render(snapshot: Snapshot, context: Context) -> str:
    """Return the document, in GitHub's Markdown."""
    found = joins.Joins(joins.of(snapshot))
    groups = written.groups(snapshot, context)
    texts = written.Texts(context)
    rows = [
        f"# {inline(snapshot.database)}",
        "",
        *_introduction(context, texts),
        *_at_a_glance(snapshot, context, texts),
        *_insights(context, texts),
        *_prompts(context, texts),
        *_domains(groups, texts, found),
        *_tables(groups, texts, found),
        *markdown_scores.section(context.scores, _label(texts, "Scores")),
        *_making(snapshot, context, texts),
    ]
    return "\n".join(rows).rstrip() + "\n"


def _introduction(context: Context, texts: Texts) -> Iterator[str]:
    # Descriptions of earlier versions may begin with the summary, which stands just above.
    first, _, rest = context.description.partition("\n\n")
    description = rest if first == context.summary else context.description
    for title, text in (("Summary", context.summary), ("Description", description)):
        if text.strip():
            yield from (_heading(texts, title), "", *markdown_text.listings(text), "")


def _at_a_glance(snapshot: Snapshot, context: Context, texts: Texts) -> Iterator[str]:
    version = f" {snapshot.server_version}" if snapshot.server_version else ""
    system = inline(dialects.product(snapshot.dialect) + version)
    yield from (_heading(texts, "At a glance"), "", *_head(texts, "What", "Value"))
    yield f"| {_label(texts, 'Database')} | {system} |"
    for name, number in context.stats.items():
        if not number:
            continue  # a long list of what there is not tells nothing
        yield f"| {_label(texts, words.title(name))} | {number} |"
    yield ""


def _insights(context: Context, texts: Texts) -> Iterator[str]:
    if not context.insights:
        return
    yield from (_heading(texts, "Key insights"), "")
    for insight in context.insights:
        yield f"- {paragraph(insight.text)}"
        if insight.evidence:
            yield f"  - {_label(texts, 'Evidence')}: {'; '.join(map(inline, insight.evidence))}"
    yield ""


def _prompts(context: Context, texts: Texts) -> Iterator[str]:
    if not context.prompts:
        return
    yield from (_heading(texts, "Questions to start with"), "")
    checks = {(bool(prompt.sql), prompt.check) for prompt in context.prompts}
    alike = len(context.prompts) > 1 and len(checks) == 1 and all(*checks)
    if alike:
        yield from (f"How the SQL of each was checked: {inline(context.prompts[0].check)}.", "")
    for number, prompt in enumerate(context.prompts, start=1):
        told = replace(prompt, check="") if alike else prompt
        yield from (f"### {number}. {inline(prompt.question)}", "", *_prompt(told, texts), "")


def _prompt(prompt: StartingPrompt, texts: Texts) -> Iterator[str]:
    tables = f" {_label(texts, 'Tables')}: {codes(prompt.tables)}." if prompt.tables else ""
    yield f"{_label(texts, 'Difficulty')}: {_label(texts, prompt.difficulty)}.{tables}"
    if prompt.sql:
        yield from ("", *markdown_text.fenced(prompt.sql, "sql"))
    if prompt.check:
        yield from ("", f"{_label(texts, 'Check')}: {inline(prompt.check)}")


def _domains(groups: Sequence[written.Group], texts: Texts, found: joins.Joins) -> Iterator[str]:
    if not any(group.domain for group in groups):
        return
    yield from (_heading(texts, "Domains"), "")
    yield from _head(texts, "Domain", "Tables", "Joins", "About")
    names = {table.id: _name(group, texts) for group in groups for table in group.tables}
    for group in groups:
        about = markdown_tables.line(group.domain.description, texts) if group.domain else ""
        near = _near(group, names, found)
        yield f"| {inline(_name(group, texts))} | {len(group.tables)} | {near} | {about} |"
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
        if (name := names[other.id]) != names[group.tables[0].id]
    )
    return ", ".join(f"{inline(name)} ({count})" for name, count in reached.most_common())


def _tables(groups: Sequence[written.Group], texts: Texts, found: joins.Joins) -> Iterator[str]:
    for group in groups:
        yield from (f"{_heading(texts, 'Tables')}: {inline(_name(group, texts))}", "")
        if group.domain:
            yield from (*markdown_tables.described(group.domain.description, texts), "")
        for diagram in mermaid.diagrams(group.tables, found) if len(group.tables) > 1 else ():
            yield from (*markdown_text.fenced(diagram, "mermaid"), "")
        for table in group.tables:
            yield from markdown_tables.section(table, texts, found)


def _making(snapshot: Snapshot, context: Context, texts: Texts) -> Iterator[str]:
    model = f" with the model {code(context.model)}" if context.model else ""
    yield from (_heading(texts, "How this was made"), "")
    language = code(context.language)
    yield f"- Written by the engine {code(context.engine)}{model}, in the language {language}."
    yield f"- Texts marked {markdown_tables.doubt(texts)} deserve a check."
    yield from (f"- {paragraph(note)}" for note in context.notes)
    for unread in snapshot.unread:
        line = f" (line {unread.line})" if unread.line else ""
        yield f"- Not read{line}: {inline(unread.what)}: {inline(unread.reason)}"
    yield from _disclosed(context, texts)


def _disclosed(context: Context, texts: Texts) -> Iterator[str]:
    """Yield what was read of each table and what of that was sent, in counts of facts."""
    found = context.disclosure
    if found is None or found.level == "none":
        return  # the notes say all there is
    yield from ("", f"#{_heading(texts, 'What was read and sent')}", "")
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


def _name(group: written.Group, texts: Texts) -> str:
    return group.domain.name if group.domain else texts.label("Other tables")


def _heading(texts: Texts, name: str) -> str:
    return f"## {_label(texts, name)}"


def _head(texts: Texts, *names: str) -> tuple[str, str]:
    titles = (_label(texts, name) for name in names)
    return f"| {' | '.join(titles)} |", f"| {' | '.join(['---'] * len(names))} |"


def _label(texts: Texts, name: str) -> str:
    return inline(texts.label(name))

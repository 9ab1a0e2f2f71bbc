"""Lets a model introduce the database and word the insights; what it cannot ground is dropped."""

from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from functools import partial

from worker.pipeline.ports import Prompt
from worker.pipeline.structural import centre, dangers, overview
from worker.pipeline.writing import answers, briefs, insights, reducing, sheets
from worker.pipeline.writing.asking import Author
from worker.pipeline.writing.desk import Desk, Told
from worker.pipeline.writing.grounding import Judged
from worker.pipeline.writing.reducing import Areas
from worker.pipeline.writing.sheets import Sheet

_TABLES = (30, 15, 8, 4)  # central ones that are shown: as many as fit
_LINE = 240  # characters of what is said about one
_LONGEST = 6000
_TOKENS = {"summary": 200, "description": 900}
_INTRODUCE = (
    "Introduce this database to a new colleague. `summary`: two or three sentences about what it "
    "is for. `description`: three to five paragraphs, separated by blank lines: what it is about, "
    "its areas, how its central tables work together."
)


@dataclass(kw_only=True)
class Outline:
    """What an introduction is made of: what is computed, and the areas as they are summed up."""

    joins: tuple[str, ...]
    conventions: tuple[str, ...]
    dangers: tuple[str, ...]
    areas: Areas = field(default_factory=dict)


def outline(desk: Desk) -> Outline:
    """Return the outline of the database, without its areas."""
    known = desk.known
    return Outline(
        joins=centre.paths(known),
        conventions=known.structure.conventions,
        dangers=dangers.find(known),
    )


async def sum_up(desk: Desk, outline: Outline) -> AsyncGenerator[Told, None]:
    """Yield ticks and answers while domains and insights join the manuscript, areas the outline."""
    found: list[Mapping[str, str]] = []
    about = reducing.sheets_of(desk), insights.sheets_of(desk)
    async with aclosing(sheets.fill_all(desk, [*about[0], *about[1]])) as told:
        async for item in told:
            if isinstance(item, list):
                found = item
            else:
                yield item
    reducing.put(desk, _together(found[: len(about[0])]))
    insights.put(desk, _together(found[len(about[0]) :]))
    async with aclosing(reducing.condense(desk, partial(_fits, desk, outline))) as reduced:
        async for each in reduced:
            if isinstance(each, Mapping):
                outline.areas = each
            else:
                yield each


async def introduce(desk: Desk, outline: Outline) -> AsyncGenerator[Told, None]:
    """Yield ticks and answers while the introduction joins the manuscript."""
    async with aclosing(sheets.fill_all(desk, [_sheet(desk, outline)])) as last:
        async for one in last:
            if isinstance(one, list):
                _introduce(desk, one[0])
            else:
                yield one


def _together(found: Sequence[Mapping[str, str]]) -> dict[str, str]:
    return {key: text for texts in found for key, text in texts.items()}


def _sheet(desk: Desk, outline: Outline) -> Sheet:
    given = briefs.encoded(_facts(desk, outline, _TABLES[0]))
    ground = desk.ground(given)

    def judge(key: str, value: object) -> Judged | None:
        if not isinstance(value, str) or not value.strip():
            return None
        parts = value[:_LONGEST].split("\n\n") if key == "description" else [value[:_LONGEST]]
        judged = [ground.judge(text) for part in parts if (text := answers.prose(part))]
        return Judged(
            kept="\n\n".join(each.kept for each in judged if each.kept),
            faults=tuple(fault for each in judged for fault in each.faults),
            dropped=sum(each.dropped for each in judged),
        )

    return Sheet(
        keys=tuple(_TOKENS),
        brief=lambda keys: _ask(desk, outline, keys),
        judge=judge,
        message="Writing the introduction...",
    )


def _fits(desk: Desk, outline: Outline, areas: Areas) -> bool:
    return desk.author.fits(_ask(desk, replace(outline, areas=areas), tuple(_TOKENS)))


def _ask(desk: Desk, outline: Outline, keys: Sequence[str]) -> Prompt:
    """Return the question with as many of the central tables as fit."""
    answer = briefs.exactly({key: {"type": "string"} for key in keys})
    tokens = sum(_TOKENS[key] for key in keys)

    def with_tables(most: int) -> Prompt:
        facts = _facts(desk, outline, most)
        return briefs.prompt(desk.request, _INTRODUCE, facts, answer, max_tokens=tokens)

    return desk.fitting(with_tables, _TABLES)


def _facts(desk: Desk, outline: Outline, most: int) -> dict[str, object]:
    known, tables = desk.known, desk.manuscript.tables
    chosen = [table.id for table in desk.subjects[:most]]
    return {
        "database": briefs.database(known),
        "counts": {key: value for key, value in known.stats.items() if value},
        "areas": dict(outline.areas),
        "centralTables": {name: tables[name].description.text[:_LINE] for name in chosen},
        "joins": outline.joins[:most],
        "conventions": outline.conventions[:most],
        "watchOutFor": outline.dangers[:most],
    }


def _introduce(desk: Desk, found: Mapping[str, str]) -> None:
    known, manuscript = desk.known, desk.manuscript
    written = found.get("description", "")
    closing = _closing(desk.author, wrote=bool(written))
    if written:
        told = (overview.joins(known), overview.conventions(known), overview.warnings(known))
        computed = "\n\n".join(part for part in (*told, closing) if part)
    else:
        computed = overview.describe(known, closing=closing)
    lines = computed.splitlines()
    if "summary" in found:
        manuscript.summary = found["summary"]
    else:
        lines.append(manuscript.summary)
    manuscript.computed = tuple(filter(None, lines))
    manuscript.description = "\n\n".join(part for part in (written, computed) if part)


def _closing(author: Author, *, wrote: bool) -> str:
    text = f"How this was written: the language model {author.name} was given what the notes say. "
    if not wrote:
        return text + "Its introduction could not be used; this one is written from facts alone."
    return text + (
        "It wrote the paragraphs above the joins; sentences with names or numbers that the schema "
        "does not have were dropped. Joins, conventions and warnings are computed."
    )

"""Lets a model sum up: tables to domains, and many domains to few areas, whatever their number."""

from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import replace
from typing import Any

from catalog.context import DomainContext, Text
from worker.pipeline import wording
from worker.pipeline.ports import Prompt
from worker.pipeline.writing import answers, briefs, sheets
from worker.pipeline.writing.desk import Desk, Told
from worker.pipeline.writing.grounding import Judged, sentences
from worker.pipeline.writing.sheets import Sheet

_AT_ONCE = 6  # domains of one question
_TABLES = (40, 20, 10, 5)  # of a domain that are shown: as many as fit
MOST_AREAS = 24  # that can be told apart in one introduction
_GROUP = 12  # areas that are summed up as one
_SHORT = 240  # characters of what is said about a part
_TOKENS = 160  # of one summary
_DOMAINS = (
    "Each area under areas is a group of tables of one database. For each say in one to three "
    "sentences what it is about and how its main tables work together."
)
_AREAS = (
    "The areas below are parts of one database. Say in two or three sentences what they are about "
    "together. `summary`: these sentences."
)

Areas = Mapping[str, str]  # what is said about each, by name


def sheets_of(desk: Desk) -> list[Sheet]:
    """Return the questions about the domains in the manuscript."""
    return [_domains_sheet(desk, group) for group in _groups(desk)]


def put(desk: Desk, texts: Mapping[str, str]) -> None:
    """Replace the texts of the domains that the model summed up well; keys are their names."""
    desk.manuscript.domains = tuple(
        replace(domain, description=_text(texts[domain.name])) if domain.name in texts else domain
        for domain in desk.manuscript.domains
    )


async def condense(desk: Desk, fits: Callable[[Areas], bool]) -> AsyncGenerator[Told | Areas, None]:
    """Yield ticks and answers, then areas that fit; several domains may have become one area."""
    areas: Areas = {
        domain.name: _short(domain.description.text) for domain in desk.manuscript.domains
    }
    while len(areas) > 1 and (len(areas) > MOST_AREAS or not fits(areas)):
        names = list(areas)
        groups = [
            {name: areas[name] for name in names[start : start + _GROUP]}
            for start in range(0, len(names), _GROUP)
        ]
        found: list[Mapping[str, str]] = []
        asked = [_areas_sheet(desk, group) for group in groups]
        async with aclosing(sheets.fill_all(desk, asked)) as told:
            async for item in told:
                if isinstance(item, list):
                    found = item
                else:
                    yield item
        areas = {
            f"{number}. {wording.listing(list(group), limit=3)}": _short(text.get("summary", ""))
            for number, (group, text) in enumerate(zip(groups, found, strict=True), start=1)
        }
    yield areas


def _groups(desk: Desk) -> list[list[DomainContext]]:
    """Return the domains as they are asked about; one of a single table has been described."""
    groups: list[list[DomainContext]] = []
    for domain in desk.manuscript.domains:
        if len(domain.tables) < 2:  # noqa: PLR2004 - see above
            continue
        together = [*(groups[-1] if groups else []), domain]
        if groups and len(together) <= _AT_ONCE and desk.author.fits(_ask(desk, together)):
            groups[-1] = together
        else:
            groups.append([domain])
    return groups


def _domains_sheet(desk: Desk, group: Sequence[DomainContext]) -> Sheet:
    by_name = {domain.name: domain for domain in group}

    def judge(name: str, value: object) -> Judged | None:
        text = answers.prose(value)
        given = briefs.encoded(_facts(desk, by_name[name], _TABLES[0]))
        return desk.ground(given, more=[len(by_name[name].tables)]).judge(text) if text else None

    return Sheet(
        keys=tuple(by_name),
        brief=lambda keys: _ask(desk, [by_name[key] for key in keys]),
        judge=judge,
        message=f"Summing up {wording.listing(list(by_name), limit=3)}...",
    )


def _ask(desk: Desk, group: Sequence[DomainContext]) -> Prompt:
    answer = briefs.exactly({domain.name: {"type": "string"} for domain in group})
    tokens = 100 + _TOKENS * len(group)

    def with_tables(most: int) -> Prompt:
        facts = {
            "database": briefs.database(desk.known),
            "areas": {domain.name: _facts(desk, domain, most) for domain in group},
        }
        return briefs.prompt(desk.request, _DOMAINS, facts, answer, max_tokens=tokens)

    return desk.fitting(with_tables, _TABLES)


def _facts(desk: Desk, domain: DomainContext, most: int) -> dict[str, Any]:
    tables = desk.manuscript.tables
    return {
        "counted": _short(domain.description.text),
        "tables": {
            name: _short(sentences(tables[name].description.text)[0])
            for name in domain.tables[:most]
        },
    }


def _areas_sheet(desk: Desk, group: Areas) -> Sheet:
    facts = {"database": briefs.database(desk.known), "areas": dict(group)}
    answer = briefs.exactly({"summary": {"type": "string"}})
    prompt = briefs.prompt(desk.request, _AREAS, facts, answer, max_tokens=100 + _TOKENS)

    def judge(_key: str, value: object) -> Judged | None:
        text = answers.prose(value)
        return desk.ground(briefs.encoded(facts)).judge(text) if text else None

    return Sheet(
        keys=("summary",),
        brief=lambda _keys: prompt,
        judge=judge,
        message=f"Summing up {wording.listing(list(group), limit=3)}...",
    )


def _short(text: str) -> str:
    return text if len(text) <= _SHORT else f"{text[: _SHORT - 3]}..."


def _text(text: str) -> Text:
    return Text(text=text, source="model", confidence="medium", evidence=("model", "its tables"))

"""Lets a model ask starting questions; SQL that fails its check twice is not shown."""

import re
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from dataclasses import replace
from functools import partial
from typing import Any, Literal

from catalog.context import StartingPrompt
from catalog.structure.domains import Domain
from worker.pipeline import checking, duplicates
from worker.pipeline.checking import Checked
from worker.pipeline.facts import Facts
from worker.pipeline.ports import Prompt, Tick
from worker.pipeline.structural import domains
from worker.pipeline.structural.prompts import CHECKED, WANTED
from worker.pipeline.writing import answers, briefs, numerals
from worker.pipeline.writing.desk import Desk, Result, Told

_ASKED = 5  # questions by the model; the others keep the mix of kinds and difficulties
_TABLES = 8
_TOKENS = 700
_LONGEST_QUESTION, _LONGEST_SQL = 200, 4000
_EACH: tuple[Literal["easy", "medium", "hard"], ...] = ("easy", "medium", "hard")
_FROM = re.compile(r"\b(?:from|join)\s+([\w.\"`\[\]]+)", re.IGNORECASE)
_QUESTION = (
    "Think of one question that a person who runs this business would ask of these tables, {level} "
    "to answer, and write the SQL for {system} that answers it with one SELECT statement. Do not "
    "add up amounts of different currencies."
)
_NOT_AGAIN = " Not these questions again: {taken}"
_REPAIR = "Your answer does not fit the schema: {problems}. Answer again, with right SQL."


async def write(desk: Desk) -> AsyncGenerator[Told, None]:
    """Yield ticks and answers while the model's questions join those in the manuscript.

    All areas are asked about at once; where the same came twice, the later ones are asked anew.
    """
    parts = [domain for domain in desk.known.structure.domains if len(domain.tables) > 1][:_ASKED]
    areas = dict(enumerate(parts or desk.known.structure.domains[:1]))
    kept: dict[int, StartingPrompt] = {}
    for _ in range(2):
        taken = tuple(prompt.question for prompt in kept.values())
        left = list(areas)
        works = [partial(_one, desk, areas[at], _EACH[at % len(_EACH)], taken) for at in left]
        found: dict[int, StartingPrompt | None] = {}
        async with aclosing(desk.run(works)) as told:
            async for item in told:
                if isinstance(item, Result):
                    found[left[item.number]] = item.value
                else:
                    yield item
        again = _sort(found, kept)
        areas = {at: domain for at, domain in areas.items() if at in again}
    manuscript = desk.manuscript
    written = tuple(kept[at] for at in sorted(kept))
    manuscript.prompts = _merged(written, manuscript.prompts, desk.known.snapshot.dialect)
    by_model = sum(prompt.source == "model" for prompt in manuscript.prompts)
    manuscript.notes.append(
        f"{by_model} of the starting prompts are by {desk.author.name}; the others are derived "
        "from keys and roles."
    )


def _sort(found: Mapping[int, StartingPrompt | None], kept: dict[int, StartingPrompt]) -> set[int]:
    """Keep what is new, in the order of the areas; return where the same was asked before."""
    again = set()
    for at, prompt in sorted(found.items()):
        if prompt is None:
            continue
        if duplicates.asked(prompt.question, [each.question for each in kept.values()]):
            again.add(at)
        else:
            kept[at] = prompt
    return again


async def _one(
    desk: Desk, domain: Domain, level: str, taken: tuple[str, ...]
) -> AsyncGenerator[Told | StartingPrompt | None, None]:
    """Yield ticks and answers, then the starting prompt; after one repair, also without its SQL.

    A question that speaks of what does not exist is none.
    """
    prompt = _brief(desk, domain, level, taken)
    # Of the first question alone: the second one quotes what the model made up.
    ground = desk.ground(prompt.user)
    failed: StartingPrompt | None = None
    for _ in range(2):
        answer: Mapping[str, Any] | None = None
        message = f"Writing a question about {domain.name}..."
        async with aclosing(desk.ask(prompt, message)) as pieces:
            async for piece in pieces:
                if isinstance(piece, Tick):
                    yield piece
                    continue
                if piece.new is not None:
                    yield piece.new
                answer = piece.value
        problems = _problems(answer, taken)
        if not problems and answer is not None:
            question, sql = str(answer["question"]).strip(), _statement(answer["sql"])
            (checked,) = await desk.checker.check([sql])
            found = _prompt(desk.known, question, sql, checked)
            # A number that the query shows as well is what is asked for, e.g. the top 10.
            shown = numerals.given(found.sql or "")
            problems = (*ground.counting(shown).judge(question).faults, *checked.problems)
            if not problems:
                yield found
                return
            if problems == checked.problems:
                failed = found
        prompt = _again(desk, prompt, answer, problems)
    yield failed


def _brief(desk: Desk, domain: Domain, level: str, taken: tuple[str, ...]) -> Prompt:
    known, inside = desk.known, set(domain.tables)
    chosen = [table.id for table in desk.subjects if table.id in inside]
    near = domains.neighbours(known, domain)
    question = _QUESTION.format(level=level, system=briefs.database(known)["system"])
    question += _NOT_AGAIN.format(taken=briefs.encoded(taken)) if taken else ""
    answer = briefs.exactly({"question": {"type": "string"}, "sql": {"type": "string"}})

    def with_tables(most: int) -> Prompt:
        names = (*(chosen or list(domain.tables))[:most], *near[: most // 2])
        shown = {name: briefs.tell(known, known.tables[name]) for name in dict.fromkeys(names)}
        facts = {"database": briefs.database(known), "tables": shown}
        return briefs.prompt(desk.request, question, facts, answer, max_tokens=_TOKENS)

    return desk.fitting(with_tables, range(_TABLES, 0, -1))


def _again(
    desk: Desk, prompt: Prompt, answer: Mapping[str, Any] | None, problems: tuple[str, ...]
) -> Prompt:
    before = briefs.encoded(
        {key: str(value)[:_LONGEST_SQL] for key, value in (answer or {}).items()}
    )
    repair = _REPAIR.format(problems="; ".join(problems))
    longer = replace(prompt, user=f"{prompt.user}\n\nYour answer was: {before}\n{repair}")
    return longer if desk.author.fits(longer) else replace(prompt, user=f"{prompt.user}\n{repair}")


def _problems(answer: Mapping[str, Any] | None, taken: tuple[str, ...]) -> tuple[str, ...]:
    """Return what is wrong with the answer before its SQL is looked at."""
    if answer is None:
        return ("the answer was not one whole JSON object",)
    question = answers.prose(answer.get("question"), longest=_LONGEST_QUESTION)
    sql = answer.get("sql")
    if question is None or not isinstance(sql, str) or not sql.strip():
        return ("question or sql is missing",)
    if duplicates.asked(question, taken):
        return ("the question was asked already",)
    if len(sql) > _LONGEST_SQL:
        return (f"sql is longer than {_LONGEST_SQL} characters",)
    return ()


def _statement(sql: object) -> str:
    return str(sql).strip().removesuffix(";").strip()


def _prompt(known: Facts, question: str, sql: str, checked: Checked) -> StartingPrompt:
    by_name = {table.name.lower(): table.id for table in known.snapshot.tables}
    used = [re.sub(r"[\"`\[\]]", "", name).lower() for name in _FROM.findall(sql)]
    tables = dict.fromkeys(
        by_name[name.rpartition(".")[2]] for name in used if name.rpartition(".")[2] in by_name
    )
    hard = len(tables) > 2 or re.search(r"\bover\s*\(", sql, re.IGNORECASE)  # noqa: PLR2004  # a join of three
    medium = len(tables) > 1 or re.search(r"\bgroup\s+by\b", sql, re.IGNORECASE)
    found = StartingPrompt(
        question=" ".join(question.split()),
        sql=sql,
        tables=tuple(tables),
        difficulty="hard" if hard else "medium" if medium else "easy",
        check=CHECKED,
        source="model",
    )
    return checking.shown(found, checked)


def _merged(
    written: tuple[StartingPrompt, ...], derived: tuple[StartingPrompt, ...], dialect: str
) -> tuple[StartingPrompt, ...]:
    """Return the model's prompts, filled up with derived ones, easy ones first."""
    # Every other one first, so that what is left over still rises in difficulty.
    mixed = (*derived[::2], *derived[1::2])
    merged = duplicates.without((*written, *mixed), dialect=dialect)
    kept = [prompt for prompt in merged if prompt in written]
    others = [prompt for prompt in merged if prompt not in written]
    merged = (*kept, *others[: max(0, WANTED - len(kept))])
    return tuple(sorted(merged, key=lambda prompt: _EACH.index(prompt.difficulty)))

"""Lets a model ask starting questions; only those whose SQL passes its check are kept."""

import re
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from dataclasses import replace
from typing import Any, Literal

from catalog import sqlcheck
from catalog.context import StartingPrompt
from catalog.structure.domains import Domain
from contract.steps import Step
from worker.pipeline.facts import Facts
from worker.pipeline.manuscript import Manuscript
from worker.pipeline.ports import Answered, Prompt, Request, Tick
from worker.pipeline.structural import centre, domains
from worker.pipeline.structural.prompts import CHECKED, WANTED
from worker.pipeline.writing import answers, asking, briefs
from worker.pipeline.writing.asking import Author

_PROGRESS = 80
_ASKED = 5  # questions by the model; the others keep the mix of kinds and difficulties
_TABLES = 8
_NEIGHBOURS = 4
_TOKENS = 700
_LONGEST_QUESTION, _LONGEST_SQL = 200, 4000
_EACH: tuple[Literal["easy", "medium", "hard"], ...] = ("easy", "medium", "hard")
_FROM = re.compile(r"\b(?:from|join)\s+([\w.\"`\[\]]+)", re.IGNORECASE)
_QUESTION = (
    "Think of one question that a person who runs this business would ask of these tables, {level} "
    "to answer, and write the SQL for {system} that answers it with one SELECT statement. Do not "
    "add up amounts of different currencies. Not these questions again: {taken}"
)
_REPAIR = "Your SQL does not fit the schema: {problems}. Answer the question again with right SQL."


async def write(
    request: Request, author: Author, known: Facts, manuscript: Manuscript
) -> AsyncGenerator[Tick | Answered, None]:
    """Yield ticks and answers while the model's questions join those in the manuscript."""
    found: list[StartingPrompt] = []
    areas = [domain for domain in known.structure.domains if len(domain.tables) > 1][:_ASKED]
    for number, domain in enumerate(areas or known.structure.domains[:1]):
        level = _EACH[number % len(_EACH)]
        async with aclosing(_one(request, author, known, domain, level, found)) as pieces:
            async for piece in pieces:
                if isinstance(piece, StartingPrompt):
                    found.append(piece)
                else:
                    yield piece
    manuscript.prompts = _merged(tuple(found), manuscript.prompts)
    manuscript.notes.append(
        f"{len(found)} of the starting prompts are by {author.name}; the others are derived from "
        "keys and roles."
    )


async def _one(  # the one call below names what a question rests on
    request: Request,
    author: Author,
    known: Facts,
    domain: Domain,
    level: str,
    found: list[StartingPrompt],
) -> AsyncGenerator[Tick | Answered | StartingPrompt, None]:
    """Yield ticks and answers, then the prompt if one passed, at the latest after one repair."""
    taken = [prompt.question for prompt in found]
    prompt = _brief(request, known, domain, level, taken)
    tick = Tick(
        step=Step.OPTIMIZING,
        progress=_PROGRESS,
        message=f"Writing a question about {domain.name}...",
        tokens=0,
        tokens_per_second=None,
        tail="",
    )
    answer: Mapping[str, Any] | None = None
    for _ in range(2):
        async with aclosing(asking.ask(author, prompt, tick)) as pieces:
            async for piece in pieces:
                if isinstance(piece, Tick):
                    yield piece
                    continue
                if piece.new is not None:
                    yield piece.new
                answer = piece.value
        problems = _problems(known, answer, taken)
        if not problems and answer is not None:
            yield _prompt(known, str(answer["question"]).strip(), _statement(answer["sql"]))
            return
        prompt = _again(prompt, answer, problems)


def _brief(request: Request, known: Facts, domain: Domain, level: str, taken: list[str]) -> Prompt:
    inside = set(domain.tables)
    chosen = [table.id for table in centre.subjects(known) if table.id in inside]
    chosen = (chosen or list(domain.tables))[:_TABLES]
    near = domains.neighbours(known, domain)[:_NEIGHBOURS]
    facts = {
        "database": briefs.database(known),
        "tables": {
            name: briefs.table(known, known.tables[name])
            for name in dict.fromkeys((*chosen, *near))
        },
    }
    system = briefs.database(known)["system"]
    question = _QUESTION.format(level=level, system=system, taken=briefs.encoded(taken))
    answer = briefs.exactly({"question": {"type": "string"}, "sql": {"type": "string"}})
    return briefs.prompt(request, question, facts, answer, max_tokens=_TOKENS)


def _again(prompt: Prompt, answer: Mapping[str, Any] | None, problems: tuple[str, ...]) -> Prompt:
    before = briefs.encoded(
        {key: str(value)[:_LONGEST_SQL] for key, value in (answer or {}).items()}
    )
    repair = _REPAIR.format(problems="; ".join(problems))
    return replace(prompt, user=f"{prompt.user}\n\nYour answer was: {before}\n{repair}")


def _problems(known: Facts, answer: Mapping[str, Any] | None, taken: list[str]) -> tuple[str, ...]:
    if answer is None:
        return ("the answer was not one whole JSON object",)
    question = answers.prose(answer.get("question"), longest=_LONGEST_QUESTION)
    sql = answer.get("sql")
    if question is None or not isinstance(sql, str) or not sql.strip():
        return ("question or sql is missing",)
    if question.casefold() in {other.casefold() for other in taken}:
        return ("the question was asked already",)
    statement = _statement(sql)
    if len(statement) > _LONGEST_SQL or not statement.lower().startswith(("select", "with")):
        return ("sql must be one SELECT statement",)
    return sqlcheck.check(statement, known.snapshot)


def _statement(sql: object) -> str:
    return str(sql).strip().removesuffix(";").strip()


def _prompt(known: Facts, question: str, sql: str) -> StartingPrompt:
    by_name = {table.name.lower(): table.id for table in known.snapshot.tables}
    used = [re.sub(r"[\"`\[\]]", "", name).lower() for name in _FROM.findall(sql)]
    tables = dict.fromkeys(
        by_name[name.rpartition(".")[2]] for name in used if name.rpartition(".")[2] in by_name
    )
    hard = len(tables) > 2 or re.search(r"\bover\s*\(", sql, re.IGNORECASE)  # noqa: PLR2004  # a join of three
    medium = len(tables) > 1 or re.search(r"\bgroup\s+by\b", sql, re.IGNORECASE)
    return StartingPrompt(
        question=" ".join(question.split()),
        sql=sql,
        tables=tuple(tables),
        difficulty="hard" if hard else "medium" if medium else "easy",
        check=CHECKED,
        source="model",
    )


def _merged(
    written: tuple[StartingPrompt, ...], derived: tuple[StartingPrompt, ...]
) -> tuple[StartingPrompt, ...]:
    """Return the model's prompts, filled up with derived ones, easy ones first."""
    asked = {prompt.question.casefold() for prompt in written}
    others = [prompt for prompt in derived if prompt.question.casefold() not in asked]
    # Every other one first, so that what is left over still rises in difficulty.
    mixed = (*others[::2], *others[1::2])
    merged = (*written, *mixed[: max(0, WANTED - len(written))])
    return tuple(sorted(merged, key=lambda prompt: _EACH.index(prompt.difficulty)))

"""Lets a model ask starting questions; SQL that fails its check twice is not shown."""

import re
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from dataclasses import replace
from typing import Any, Literal

from catalog.context import StartingPrompt
from catalog.structure.domains import Domain
from contract.steps import Step
from worker.pipeline import checking, duplicates
from worker.pipeline.checking import Checked, Checker
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
    request: Request, author: Author, known: Facts, manuscript: Manuscript, checker: Checker
) -> AsyncGenerator[Tick | Answered, None]:
    """Yield ticks and answers while the model's questions join those in the manuscript."""
    found: list[StartingPrompt] = []
    areas = [domain for domain in known.structure.domains if len(domain.tables) > 1][:_ASKED]
    for number, domain in enumerate(areas or known.structure.domains[:1]):
        level = _EACH[number % len(_EACH)]
        taken = [prompt.question for prompt in found]
        prompt = _brief(request, known, domain, level, taken)
        asking_one = _one(prompt, author, known, checker, _tick(domain), taken)
        async with aclosing(asking_one) as pieces:
            async for piece in pieces:
                if isinstance(piece, StartingPrompt):
                    found.append(piece)
                else:
                    yield piece
    manuscript.prompts = _merged(tuple(found), manuscript.prompts, known.snapshot.dialect)
    by_model = sum(prompt.source == "model" for prompt in manuscript.prompts)
    manuscript.notes.append(
        f"{by_model} of the starting prompts are by {author.name}; the others are derived from "
        "keys and roles."
    )


async def _one(
    prompt: Prompt,
    author: Author,
    known: Facts,
    checker: Checker,
    tick: Tick,
    taken: list[str],
) -> AsyncGenerator[Tick | Answered | StartingPrompt, None]:
    """Yield ticks and answers, then the starting prompt; after one repair, also without its SQL."""
    failed: StartingPrompt | None = None
    for _ in range(2):
        answer: Mapping[str, Any] | None = None
        async with aclosing(asking.ask(author, prompt, tick)) as pieces:
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
            (checked,) = await checker.check([sql])
            found = _prompt(known, question, sql, checked)
            if found.sql is not None:
                yield found
                return
            failed, problems = found, checked.problems
        prompt = _again(prompt, answer, problems)
    if failed is not None:
        yield failed


def _tick(domain: Domain) -> Tick:
    return Tick(
        step=Step.OPTIMIZING,
        progress=_PROGRESS,
        message=f"Writing a question about {domain.name}...",
        tokens=0,
        tokens_per_second=None,
        tail="",
    )


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


def _problems(answer: Mapping[str, Any] | None, taken: list[str]) -> tuple[str, ...]:
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

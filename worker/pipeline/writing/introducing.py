"""Lets a model introduce the database and word the insights; what it cannot ground is dropped."""

from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from dataclasses import replace
from typing import Any

from catalog.context import Insight
from contract.steps import Step
from worker.pipeline.facts import Facts
from worker.pipeline.manuscript import Manuscript
from worker.pipeline.ports import Answered, Prompt, Request, Tick
from worker.pipeline.structural import centre, dangers, overview
from worker.pipeline.writing import answers, asking, briefs, grounding
from worker.pipeline.writing.asking import Author

_PROGRESS = 70
_TABLES = 30
_DOMAINS = 15
_LONGEST_PARAGRAPHS = 6000
_SUMMARY_TOKENS, _DESCRIPTION_TOKENS, _INSIGHT_TOKENS = 200, 900, 90
_INTRODUCE = (
    "Introduce this database to a new colleague. `summary`: two or three sentences about what it "
    "is for. `description`: three to five paragraphs, separated by blank lines: what it is about, "
    "its areas, how its central tables work together."
)
_REWORD = (
    "Each fact below stands under its number. Word each as one insight for a new colleague: what "
    "it means for someone who works with the data. Keep every number and name as it is, add none."
)


async def write(
    request: Request, author: Author, known: Facts, manuscript: Manuscript
) -> AsyncGenerator[Tick | Answered, None]:
    """Yield ticks and answers while summary, description and insights join the manuscript."""
    tick = Tick(
        step=Step.GENERATING,
        progress=_PROGRESS,
        message="Writing the introduction...",
        tokens=0,
        tokens_per_second=None,
        tail="",
    )
    introduction = _introduction(request, known, manuscript)
    async with aclosing(asking.ask(author, introduction, tick)) as pieces:
        async for piece in pieces:
            if isinstance(piece, Tick):
                yield piece
                continue
            if piece.new is not None:
                yield piece.new
            _introduce(author, known, manuscript, piece.value, introduction)
    if not manuscript.insights:
        return
    rewording = _rewording(request, manuscript.insights)
    tick = replace(tick, message="Wording the insights...")
    async with aclosing(asking.ask(author, rewording, tick)) as pieces:
        async for piece in pieces:
            if isinstance(piece, Tick):
                yield piece
                continue
            if piece.new is not None:
                yield piece.new
            given = piece.value or {}
            manuscript.insights = tuple(
                _worded(known, insight, given.get(str(number)))
                for number, insight in enumerate(manuscript.insights, start=1)
            )


def _introduction(request: Request, known: Facts, manuscript: Manuscript) -> Prompt:
    chosen = [table.id for table in centre.subjects(known)[:_TABLES]]
    facts = {
        "database": briefs.database(known),
        "counts": {key: value for key, value in known.stats.items() if value},
        "areas": {domain.name: domain.description.text for domain in manuscript.domains[:_DOMAINS]},
        "centralTables": {name: manuscript.tables[name].description.text for name in chosen},
        "joins": centre.paths(known),
        "conventions": known.structure.conventions,
        "watchOutFor": dangers.find(known),
    }
    answer = briefs.exactly({"summary": {"type": "string"}, "description": {"type": "string"}})
    tokens = _SUMMARY_TOKENS + _DESCRIPTION_TOKENS
    return briefs.prompt(request, _INTRODUCE, facts, answer, max_tokens=tokens)


def _introduce(
    author: Author,
    known: Facts,
    manuscript: Manuscript,
    answer: Mapping[str, Any] | None,
    asked: Prompt,
) -> None:
    ground = grounding.of(known, asked.user)
    summary = answers.prose((answer or {}).get("summary"), longest=_LONGEST_PARAGRAPHS)
    summary = ground.keep(summary) if summary else ""
    written = (answer or {}).get("description")
    paragraphs = written[:_LONGEST_PARAGRAPHS].split("\n\n") if isinstance(written, str) else []
    kept = [text for text in (ground.keep(paragraph) for paragraph in paragraphs) if text]
    manuscript.summary = summary or manuscript.summary
    if not kept:
        manuscript.description = overview.describe(known, closing=_closing(author, wrote=False))
        return
    computed = (overview.joins(known), overview.conventions(known), overview.warnings(known))
    parts = (*kept, *computed, _closing(author, wrote=True))
    manuscript.description = "\n\n".join(part for part in parts if part)


def _closing(author: Author, *, wrote: bool) -> str:
    text = f"How this was written: the language model {author.name} was given the schema, no rows. "
    if not wrote:
        return text + "Its introduction could not be used; this one is written from facts alone."
    return text + (
        "It wrote the paragraphs above the joins; sentences with names or numbers that the schema "
        "does not have were dropped. Joins, conventions and warnings are computed."
    )


def _rewording(request: Request, insights: tuple[Insight, ...]) -> Prompt:
    facts = {
        str(number): {"fact": insight.text, "evidence": list(insight.evidence)}
        for number, insight in enumerate(insights, start=1)
    }
    answer = briefs.exactly({number: {"type": "string"} for number in facts})
    tokens = _SUMMARY_TOKENS + _INSIGHT_TOKENS * len(facts)
    return briefs.prompt(request, _REWORD, facts, answer, max_tokens=tokens)


def _worded(known: Facts, insight: Insight, value: object) -> Insight:
    """Return the insight in the model's words if they keep its numbers and name nothing else."""
    text = answers.prose(value)
    counted = grounding.numbers(insight.text)
    # Without a number there would be nothing to hold the model's words against.
    if text is None or not counted or grounding.numbers(text) != counted:
        return insight
    fact = " ".join((insight.text, *insight.evidence))
    tables = {table.id.lower() for table in known.snapshot.tables}
    named = grounding.words(text) & tables
    if not named <= grounding.words(fact) or not grounding.names(text) <= grounding.words(fact):
        return insight
    return replace(insight, text=text, source="model")

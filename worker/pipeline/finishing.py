"""Puts what was written together: notes, scores, the context and its last milestone."""

import asyncio
from dataclasses import dataclass, replace
from functools import cached_property

from catalog.context import Context, Quality, Scores
from catalog.profile import Disclosure
from contract.steps import Step
from worker.pipeline import disclosing, scoring, wording
from worker.pipeline.facts import Facts
from worker.pipeline.indexing import Library
from worker.pipeline.manuscript import Manuscript
from worker.pipeline.metering import Meter
from worker.pipeline.ports import Milestone, Request
from worker.pipeline.writing.asking import Author

_ENGLISH = "Notes are in English, and texts and headings that the model did not give."
_ALL_ENGLISH = "Without a language model everything is in English."
_UNREAD = 20  # statements named one by one


@dataclass(frozen=True, kw_only=True)
class Finisher:
    """Knows how the generation went."""

    request: Request
    author: Author | None
    known: Facts
    library: Library
    plain: Manuscript  # what facts alone gave
    meter: Meter

    async def finish(self, manuscript: Manuscript) -> Context:
        """Return the context with its notes and scores."""
        finds = await self._finds(manuscript)
        manuscript.notes += self._notes(manuscript, finds)
        scores = await self._scores(manuscript, finds)
        return replace(self._context(manuscript), scores=scores)

    async def _finds(self, written: Manuscript) -> list[set[str]]:
        questions = [prompt.question for prompt in written.prompts]
        return await self.library.finds(questions, within=scoring.FOUND_WITHIN)

    async def _scores(self, manuscript: Manuscript, finds: list[set[str]]) -> Scores:
        language = self._language
        ground = await asyncio.to_thread(
            scoring.ground_of, self.known, self.plain, language=language
        )
        quality = await asyncio.to_thread(scoring.measure, self.known, manuscript, ground, finds)
        facts_alone: Quality | None = None
        if self.author is not None:
            questions = [prompt.question for prompt in self.plain.prompts]
            plainly = await self.library.finds_plainly(questions, within=scoring.FOUND_WITHIN)
            facts_alone = await asyncio.to_thread(
                scoring.measure, self.known, self.plain, replace(ground, language="en"), plainly
            )
        return Scores(**vars(quality), facts_alone=facts_alone, steps=self.meter.costs())

    def _notes(self, manuscript: Manuscript, finds: list[set[str]]) -> list[str]:
        """Return what a reader should know about how the context came about."""
        model = self.author.name if self.author is not None else None
        notes = list(disclosing.notes(self.known, self._disclosure, model=model))
        if not self.request.english:
            notes.append(_ENGLISH if self.author is not None else _ALL_ENGLISH)
        unread = self.known.snapshot.unread
        notes += [f"Not read: {each.what} ({each.reason})" for each in unread[:_UNREAD]]
        hidden = len(unread) - _UNREAD
        if hidden > 0:
            notes.append(f"Not read: {wording.counted(hidden, 'more statement')}.")
        notes.append(self.library.note)
        if manuscript.prompts:
            notes.append(
                f"The index finds every table of {scoring.found(manuscript.prompts, finds)} of the "
                f"{wording.counted(len(manuscript.prompts), 'starting prompt')} "
                f"among its first {scoring.FOUND_WITHIN} hits."
            )
        return notes

    def _context(self, manuscript: Manuscript) -> Context:
        author = self.author
        return Context(
            database=self.known.snapshot.database,
            dialect=self.known.snapshot.dialect,
            engine="structural" if author is None else "ollama",
            model=author.name if author is not None else None,
            prompt_hash=author.prompt_hash if author is not None else None,
            language=self._language,
            description=manuscript.description,
            summary=manuscript.summary,
            insights=manuscript.insights,
            prompts=manuscript.prompts,
            domains=manuscript.domains,
            tables=tuple(manuscript.tables.values()),
            stats=self.known.stats,
            notes=tuple(manuscript.notes),
            profile=self.known.profile,
            disclosure=self._disclosure,
            labels=manuscript.labels,
        )

    @cached_property
    def _disclosure(self) -> Disclosure:
        return disclosing.of(self.known)

    @property
    def _language(self) -> str:
        # Facts are told in English only.
        return "en" if self.author is None else self.request.language


def complete(context: Context) -> Milestone:
    """Return the last milestone: what the page shows at once."""
    data = {
        "aiGeneratedContext": context.description,
        "contextSummary": context.summary,
        "keyInsights": [
            {"text": insight.text, "evidence": list(insight.evidence)}
            for insight in context.insights
        ],
        "initialPrompts": [
            {
                "question": prompt.question,
                "sql": prompt.sql,
                "tables": list(prompt.tables),
                "difficulty": prompt.difficulty,
                "check": prompt.check,
            }
            for prompt in context.prompts
        ],
        "engine": context.engine,
        "model": context.model,
        "stats": context.stats,
    }
    return Milestone(
        step=Step.COMPLETE,
        progress=100,
        message="Context generated successfully!",
        stats=context.stats,
        data=data,
    )

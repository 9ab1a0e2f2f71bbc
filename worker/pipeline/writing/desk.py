"""What all the questions of one generation share."""

import asyncio
import itertools
from collections.abc import AsyncGenerator, Callable, Iterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from typing import Generic, TypeVar

from catalog.model import Table
from contract.steps import Step
from worker.pipeline import wording
from worker.pipeline.checking import Checker
from worker.pipeline.facts import Facts
from worker.pipeline.manuscript import Manuscript
from worker.pipeline.ports import Answered, Prompt, Request, Tick
from worker.pipeline.structural import centre
from worker.pipeline.writing import asking, crew, lexicon, numerals
from worker.pipeline.writing.asking import Answer, Author
from worker.pipeline.writing.chorus import Chorus
from worker.pipeline.writing.grounding import Ground
from worker.pipeline.writing.lexicon import Lexicon

T = TypeVar("T")
Told = Tick | Answered
Work = Callable[[], AsyncGenerator[Told | T, None]]


@dataclass(frozen=True, kw_only=True)
class Result(Generic[T]):
    """What came of one of several works."""

    number: int  # its place among them
    value: T


@dataclass(kw_only=True)
class Desk:
    """One model, one schema, and what has been written about it so far."""

    request: Request
    author: Author
    known: Facts
    manuscript: Manuscript
    checker: Checker
    chorus: Chorus = field(default_factory=Chorus)
    step: Step = Step.ANALYZING
    progress: int = 50
    asked: int = 0  # texts about tables and columns
    answered: int = 0  # of these, by the model
    dropped: int = 0  # sentences of all that it wrote
    unasked: int = 0  # questions that it could not have read
    english: int = 0  # computed texts that could not be translated
    _numbers: Iterator[int] = field(default_factory=itertools.count)  # of works, to tell apart

    def __post_init__(self) -> None:
        self._places = asyncio.Semaphore(self.author.parallel)

    def begin(self, step: Step, progress: int) -> None:
        """Let everything that is told from now on belong to this step."""
        self.step, self.progress = step, progress

    @cached_property
    def subjects(self) -> tuple[Table, ...]:
        """The tables that matter most, the most telling first."""
        return centre.subjects(self.known)

    @cached_property
    def lexicon(self) -> Lexicon:
        """The names that exist."""
        return lexicon.of(self.known)

    def ground(self, given: str, *, more: Sequence[int] = ()) -> Ground:
        """Return what a text from these facts may speak of; `more` are numbers beside theirs."""
        return Ground(
            lexicon=self.lexicon,
            given=given,
            numbers=numerals.given(given) | {str(number) for number in more},
            language=self.request.language,
        )

    def fitting(self, build: Callable[[int], Prompt], sizes: Sequence[int]) -> Prompt:
        """Return the prompt of the first size that the model can read, else of the last."""
        *larger, smallest = sizes
        for size in larger:
            prompt = build(size)
            if self.author.fits(prompt):
                return prompt
        return build(smallest)

    async def ask(self, prompt: Prompt, message: str) -> AsyncGenerator[Tick | Answer, None]:
        """Yield ticks with the message, then the answer: none to what the model cannot read."""
        if not self.author.fits(prompt):
            self.unasked += 1
            yield Answer(value=None)
            return
        tick = Tick(
            step=self.step,
            progress=self.progress,
            message=message,
            tokens=0,
            tokens_per_second=None,
            tail="",
        )
        async with aclosing(asking.ask(self.author, prompt, tick)) as pieces:
            async for piece in pieces:
                yield piece

    async def run(self, works: Sequence[Work[T]]) -> AsyncGenerator["Told | Result[T]", None]:
        """Do the works, as many at once as the model writes; yield what they tell, as one stream.

        Each work ends with its result. Other runs at the same time share the model's places.
        """
        voices = [next(self._numbers) for _ in works]
        numbered = [partial(self._placed, number, work) for number, work in enumerate(works)]
        async with aclosing(crew.together(numbered, at_once=self.author.parallel)) as told:
            async for number, piece in told:
                if isinstance(piece, Tick):
                    merged = self.chorus.hear(voices[number], piece)
                    # It may be older than the last milestone.
                    yield replace(merged, step=self.step, progress=self.progress)
                elif isinstance(piece, Answered):
                    yield piece
                else:
                    self.chorus.end(voices[number])
                    yield Result(number=number, value=piece)

    def note(self) -> str:
        """Return how much of what the model wrote was taken, as sentences."""
        texts = wording.counted(self.asked, "text")
        text = (
            f"{self.author.name} was asked for {texts} about tables and columns and gave "
            f"{wording.number(self.answered)} that passed the checks; "
            "the others are written from facts."
        )
        if self.dropped:
            dropped = wording.counted(self.dropped, "sentence")
            text += f" {dropped} of the model named or counted what does not exist: dropped."
        if self.unasked:
            unasked = wording.counted(self.unasked, "question")
            text += f" {unasked} did not fit into what the model reads at once: not asked."
        if self.english:
            left = wording.counted(self.english, "computed text")
            text += f" {left} stayed in English: no translation kept all names and numbers."
        return text

    async def _placed(
        self, number: int, work: Work[T]
    ) -> AsyncGenerator[tuple[int, Told | T], None]:
        async with self._places, aclosing(work()) as pieces:
            async for piece in pieces:
                yield number, piece

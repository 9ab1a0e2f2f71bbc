"""Asks a model, unless it answered before, and passes on that it writes until it has answered."""

import hashlib
import json
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from worker.pipeline.metering import Meter
from worker.pipeline.ports import (
    Answered,
    Chunk,
    Memory,
    Model,
    Prompt,
    Tick,
    UnusableAnswerError,
    Waiting,
)
from worker.pipeline.writing import answers

_TAIL = 160
#: Nobody sees more than ten a second, and passing each token on costs more than reading it.
_TICK_SECONDS = 0.05


@dataclass(frozen=True, kw_only=True)
class Author:
    """A model, and what it answered before."""

    model: Model
    memory: Memory | None = None
    meter: Meter = field(default_factory=Meter)
    asked: set[str] = field(default_factory=set)  # fingerprints of all questions so far

    @property
    def name(self) -> str:
        """The model's name."""
        return self.model.name

    @property
    def parallel(self) -> int:
        """How many answers the model writes at once."""
        return self.model.parallel

    def fits(self, prompt: Prompt) -> bool:
        """Tell whether the model can read the prompt and has room for the longest answer."""
        return self.model.fits(prompt)

    async def recall(self, fingerprint: str) -> Mapping[str, Any] | None:
        """Return what was answered to the question before, and note that it is asked."""
        self.asked.add(fingerprint)
        return await self.memory.recall(fingerprint) if self.memory is not None else None

    @property
    def prompt_hash(self) -> str:
        """The SHA-256 of all that was asked, in whatever order."""
        return hashlib.sha256("".join(sorted(self.asked)).encode()).hexdigest()


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What the model answered; no value when it was not one whole JSON object.

    `new` is to be passed on: it makes the answer be remembered. Without it the answer was recalled,
    or is not worth it.
    """

    value: Mapping[str, Any] | None
    new: Answered | None = None
    recalled: bool = False


async def ask(author: Author, prompt: Prompt, tick: Tick) -> AsyncGenerator[Tick | Answer, None]:
    """Yield ticks while it writes, twenty per second, and per reason to wait; then the answer.

    An unusable answer is one without value; any other failure of the model is raised.
    """
    fingerprint = fingerprint_of(author.name, prompt)
    known = await author.recall(fingerprint)
    if known is not None:
        yield Answer(value=known, recalled=True)
        return
    pieces: list[str] = []
    due = author.meter.clock()
    last: Chunk | None = None
    stream = author.model.write(prompt)
    try:
        async for chunk in stream:
            if isinstance(chunk, Waiting):
                pieces = []
                yield replace(tick, message=chunk.message)
                continue
            pieces.append(chunk.text)
            last = chunk
            if (chunk.text or not chunk.done) and author.meter.clock() >= due:
                due = author.meter.clock() + _TICK_SECONDS
                yield replace(
                    tick,
                    tokens=chunk.tokens,
                    tokens_per_second=chunk.tokens_per_second,
                    tail="".join(pieces[-_TAIL:])[-_TAIL:],
                )
    except UnusableAnswerError:
        pass  # what came of it may hold a whole object nevertheless
    finally:
        # Leaving early must reach the model's server now, not when the collector runs.
        close = getattr(stream, "aclose", None)
        if close is not None:
            await close()
        author.meter.spend(last)
    value = answers.read("".join(pieces))
    new = Answered(fingerprint=fingerprint, value=value) if value is not None else None
    yield Answer(value=value, new=new)


def fingerprint_of(model: str, prompt: Prompt) -> str:
    """Return what only the same question to the same model has.

    Schema, language and everything else that a job can choose are in the prompt. How much the model
    may read at once is not: a prompt that does not fit is no question.
    """
    asked = [model, prompt.system, prompt.user, prompt.schema, prompt.max_tokens]
    return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()

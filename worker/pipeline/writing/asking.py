"""Asks a model, unless it answered before, and passes on that it writes until it has answered."""

import hashlib
import json
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from contract.failures import FailureCode
from worker.pipeline.ports import Answered, Memory, Model, PortError, Prompt, Tick
from worker.pipeline.writing import answers

_TAIL = 160
_UNUSABLE = frozenset({FailureCode.OUTPUT_TRUNCATED, FailureCode.OUTPUT_INVALID})


@dataclass(frozen=True, kw_only=True)
class Author:
    """A model, and what it answered before."""

    model: Model
    memory: Memory | None = None

    @property
    def name(self) -> str:
        """The model's name."""
        return self.model.name


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
    """Yield a tick per piece written, then the answer.

    An answer that is cut or invalid is one without value; any other failure of the model is raised.
    """
    fingerprint = fingerprint_of(author.name, prompt)
    known = await author.memory.recall(fingerprint) if author.memory is not None else None
    if known is not None:
        yield Answer(value=known, recalled=True)
        return
    pieces: list[str] = []
    tail = ""
    stream = author.model.write(prompt)
    try:
        async for chunk in stream:
            pieces.append(chunk.text)
            tail = (tail + chunk.text)[-_TAIL:]
            if chunk.text:
                yield replace(
                    tick,
                    tokens=chunk.tokens,
                    tokens_per_second=chunk.tokens_per_second,
                    tail=tail,
                )
    except PortError as error:
        if error.failure.code not in _UNUSABLE:
            raise
    finally:
        # Leaving early must reach the model's server now, not when the collector runs.
        close = getattr(stream, "aclose", None)
        if close is not None:
            await close()
    value = answers.parse("".join(pieces))
    new = Answered(fingerprint=fingerprint, value=value) if value is not None else None
    yield Answer(value=value, new=new)


def fingerprint_of(model: str, prompt: Prompt) -> str:
    """Return what only the same question to the same model has.

    Schema, language and everything else that a job can choose are in the prompt. How much the model
    may read at once is not: a prompt that does not fit is no question.
    """
    asked = [model, prompt.system, prompt.user, prompt.schema, prompt.max_tokens]
    return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()

"""Asks a model and passes on that it writes, until its answer is there."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass, replace
from typing import Any

from worker.pipeline.ports import Model, Prompt, Tick, UnusableAnswerError, Waiting
from worker.pipeline.writing import answers

_TAIL = 160


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What the model answered; None when it was not one whole JSON object."""

    value: dict[str, Any] | None


async def ask(model: Model, prompt: Prompt, tick: Tick) -> AsyncGenerator[Tick | Answer, None]:
    """Yield a tick per piece written and per reason to wait, then the answer.

    An unusable answer is one without value; any other failure of the model is raised.
    """
    pieces: list[str] = []
    tail = ""
    stream = model.write(prompt)
    try:
        async for chunk in stream:
            if isinstance(chunk, Waiting):
                pieces, tail = [], ""
                yield replace(tick, message=chunk.message)
                continue
            pieces.append(chunk.text)
            tail = (tail + chunk.text)[-_TAIL:]
            if chunk.text or not chunk.done:
                yield replace(
                    tick,
                    tokens=chunk.tokens,
                    tokens_per_second=chunk.tokens_per_second,
                    tail=tail,
                )
    except UnusableAnswerError:
        pass  # what came of it may hold a whole object nevertheless
    finally:
        # Leaving early must reach the model's server now, not when the collector runs.
        close = getattr(stream, "aclose", None)
        if close is not None:
            await close()
    yield Answer(value=answers.parse("".join(pieces)))

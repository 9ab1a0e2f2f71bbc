"""A language model of an Ollama server, behind the pipeline's port."""

import asyncio
import contextlib
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from dataclasses import dataclass
from typing import cast

import ollama

from worker.ollama import errors
from worker.pipeline.ports import Chunk, PortError, Prompt

NANOSECONDS = 1_000_000_000
SEED = 1  # any number: the same schema should get the same words again


@dataclass(frozen=True, kw_only=True)
class Limits:
    """How much the model may read at once, and how long to wait for it."""

    num_ctx: int  # tokens of prompt and answer; another value makes the server load it again
    first_seconds: float = 300.0  # loading the model and reading the prompt happen before
    next_seconds: float = 60.0  # from one chunk to the next


class OllamaModel:
    """Writes through the official client, always streaming."""

    def __init__(
        self,
        client: ollama.AsyncClient,
        *,
        name: str,
        server: str,
        slots: asyncio.Semaphore,
        limits: Limits,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._client = client
        self._name = name
        self._server = server
        self._slots = slots
        self._limits = limits
        self._clock = clock

    @property
    def name(self) -> str:
        """The model's name as the server lists it."""
        return self._name

    async def write(self, prompt: Prompt) -> AsyncIterator[Chunk]:
        """Yield the answer as it is written, the last chunk `done`; PortError without a whole one.

        Closing the iterator, or cancelling the task that waits in it, closes the connection.
        """
        async with self._slots, contextlib.aclosing(await self._ask(prompt)) as stream:
            async for chunk in self._chunks(stream, prompt):
                yield chunk

    async def _ask(self, prompt: Prompt) -> AsyncGenerator[ollama.ChatResponse]:
        stream = await self._client.chat(
            model=self._name,
            messages=[
                {"role": "system", "content": prompt.system},
                {"role": "user", "content": prompt.user},
            ],
            stream=True,
            format=dict(prompt.schema),
            options={
                "num_ctx": self._limits.num_ctx,
                "temperature": 0.0,
                "seed": SEED,
                "num_predict": prompt.max_tokens,
            },
        )
        # The client promises an iterator, and gives a generator: only that can be closed.
        return cast("AsyncGenerator[ollama.ChatResponse]", stream)

    async def _chunks(
        self, stream: AsyncGenerator[ollama.ChatResponse], prompt: Prompt
    ) -> AsyncIterator[Chunk]:
        tokens, began = 0, 0.0
        while (part := await self._next(stream, first=tokens == 0)) is not None:
            tokens += 1  # the server sends one line per token
            text = part.message.content or ""
            if part.done:
                if part.done_reason == "length":
                    raise PortError(errors.cut_short(self._name, limit=prompt.max_tokens))
                yield _last(part, text, tokens)
                return
            now = self._clock()
            if tokens == 1:
                began = now
            spent = now - began
            speed = (tokens - 1) / spent if spent > 0 else None
            yield Chunk(text=text, tokens=tokens, tokens_per_second=speed)
        raise PortError(errors.unfinished(self._name))

    async def _next(
        self, stream: AsyncGenerator[ollama.ChatResponse], *, first: bool
    ) -> ollama.ChatResponse | None:
        seconds = self._limits.first_seconds if first else self._limits.next_seconds
        try:
            async with asyncio.timeout(seconds):
                return await anext(stream, None)
        except TimeoutError as error:
            what = "did not begin to answer" if first else "wrote nothing"
            slow = errors.too_slow(what, model=self._name, seconds=seconds)
            raise PortError(slow) from error
        except errors.CAUGHT as error:
            found = errors.failure_of(error, server=self._server, model=self._name)
            raise PortError(found) from error


def _last(part: ollama.ChatResponse, text: str, tokens: int) -> Chunk:
    """Return the final chunk, with the server's own counts where it gives them."""
    counted, spent = part.eval_count, part.eval_duration
    speed = counted * NANOSECONDS / spent if counted and spent else None
    # The final line itself is no token.
    return Chunk(text=text, tokens=counted or tokens - 1, tokens_per_second=speed, done=True)

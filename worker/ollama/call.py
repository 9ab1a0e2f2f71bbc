"""One call of a model on one server, from the request to its last line."""

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from datetime import UTC, datetime
from typing import cast

import ollama

from contract.failures import FailureCode
from worker.ollama import errors, usage
from worker.ollama.asks import Ask
from worker.ollama.limits import Limits
from worker.ollama.server import Server
from worker.ollama.thoughts import Thoughts
from worker.pipeline.ports import Chunk, Waiting

NANOSECONDS = 1_000_000_000

Stream = AsyncGenerator[ollama.ChatResponse]


class Call:
    """Asks once; `usage` tells afterwards what it cost."""

    def __init__(
        self,
        client: ollama.AsyncClient,
        *,
        server: Server,
        model: str,
        limits: Limits,
        until: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._client = client
        self._server = server
        self._model = model
        self._limits = limits
        self._until = until  # by the clock, for the question with all its calls
        self._clock = clock
        self._began = clock()
        self._started_at = datetime.now(UTC)
        self._first: float | None = None
        self.last: ollama.ChatResponse | None = None

    async def answer(self, ask: Ask) -> AsyncGenerator[Chunk | Waiting, None]:
        """Yield the answer as it is written, the last chunk `done`; CallError."""
        thoughts, tokens = Thoughts(), 0
        async with aclosing(await self._stream(ask)) as stream:
            async with aclosing(self._begin(stream)) as begin:
                async for waiting in begin:
                    yield waiting
            part = self.last
            while part is not None:
                text = thoughts.filter(part.message.content or "")
                self.last = part
                if part.done:
                    if part.done_reason == "length":
                        raise errors.cut_short(self._model, limit=ask.max_tokens)
                    yield self._whole(part, text + thoughts.rest(), tokens)
                    return
                tokens += 1  # the server sends one line per token
                yield Chunk(text=text, tokens=tokens, tokens_per_second=self._speed(tokens))
                part = await self._within(anext(stream, None), first=False)
        raise errors.unfinished(self._model)

    def usage(self, outcome: str) -> usage.Usage:
        """Return what the call cost so far."""
        told = (
            self.last
            if self.last is not None and self.last.done
            else ollama.ChatResponse(message=ollama.Message(role="assistant"))
        )
        return usage.Usage(
            model=self._model,
            host=self._server.display,
            started_at=self._started_at,
            seconds=self._clock() - self._began,
            first_seconds=self._first,
            outcome=outcome,
            prompt_tokens=told.prompt_eval_count,
            output_tokens=told.eval_count,
            load_seconds=_seconds(told.load_duration),
            prompt_seconds=_seconds(told.prompt_eval_duration),
            output_seconds=_seconds(told.eval_duration),
        )

    async def _stream(self, ask: Ask) -> Stream:
        body = ask.payload(self._model, num_ctx=self._limits.num_ctx)
        # Not `chat`, which cannot send all of it (docs/adr/0007).
        stream = await self._client._request(  # noqa: SLF001 - see above
            ollama.ChatResponse, "POST", "/api/chat", json=body, stream=True
        )
        # The client promises an iterator, and gives a generator: only that can be closed.
        return cast("Stream", stream)

    async def _begin(self, stream: Stream) -> AsyncGenerator[Waiting, None]:
        """Wait for the first line, and say why it takes its time."""
        first = asyncio.ensure_future(anext(stream, None))
        try:
            await asyncio.wait({first}, timeout=self._limits.notice_seconds)
            if not first.done():
                yield Waiting(message=await self._reason())
            self.last = await self._within(first, first=True)
            self._first = self._clock() - self._began
        finally:
            # The stream cannot be closed while somebody waits for its next line.
            first.cancel()
            await asyncio.wait({first})
            if not first.cancelled():
                first.exception()  # looked at, or asyncio reports it as forgotten

    async def _reason(self) -> str:
        try:
            loaded = await self._server.loaded(self._client, self._model)
        except errors.CallError:
            loaded = None
        if loaded == 0:
            return f"Waiting for {self._model} to load..."
        return f"Waiting for {self._model} to begin its answer..."

    async def _within(
        self, line: Awaitable[ollama.ChatResponse | None], *, first: bool
    ) -> ollama.ChatResponse | None:
        patience = self._limits.first_seconds if first else self._limits.next_seconds
        left = self._until - self._clock()
        try:
            async with asyncio.timeout(min(patience, max(0.0, left))):
                return await line
        except TimeoutError as error:
            if left < patience:
                raise errors.out_of_time(self._model, seconds=self._limits.step_seconds) from error
            what = "did not begin to answer" if first else "wrote nothing"
            raise errors.too_slow(what, model=self._model, seconds=patience) from error
        except errors.CAUGHT as error:
            raise errors.of(error, server=self._server.display, model=self._model) from error

    def _speed(self, tokens: int) -> float | None:
        spent = self._clock() - self._began - (self._first or 0.0)
        return (tokens - 1) / spent if spent > 0 and tokens > 1 else None

    @staticmethod
    def _whole(part: ollama.ChatResponse, text: str, tokens: int) -> Chunk:
        """Return the final chunk, with the server's own counts where it gives them."""
        counted, spent = part.eval_count, part.eval_duration
        speed = counted * NANOSECONDS / spent if counted and spent else None
        return Chunk(
            text=text,
            tokens=counted or tokens,
            tokens_per_second=speed,
            done=True,
            prompt_tokens=part.prompt_eval_count,
        )


def outcome_of(error: BaseException) -> str:
    """Return how a call that ended with this error is written down."""
    if isinstance(error, errors.CallError):
        return str(error.cause.code)
    left = isinstance(error, asyncio.CancelledError | GeneratorExit)
    return usage.LEFT if left else str(FailureCode.INTERNAL)


def _seconds(nanoseconds: int | None) -> float | None:
    return None if nanoseconds is None else nanoseconds / NANOSECONDS

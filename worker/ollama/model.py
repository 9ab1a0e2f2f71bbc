"""A language model of the house's Ollama servers, behind the pipeline's port."""

import asyncio
import random
import sys
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping
from contextlib import aclosing
from dataclasses import replace

import ollama

from contract.failures import FailureCode, failure
from worker.ollama import errors, retries, usage
from worker.ollama.asks import Ask
from worker.ollama.call import Call, outcome_of
from worker.ollama.errors import CallError
from worker.ollama.limits import Limits
from worker.ollama.server import About, Server
from worker.ollama.servers import Place, Servers
from worker.ollama.tokens import Measure
from worker.pipeline.ports import Chunk, PortError, Prompt, Waiting
from worker.pipeline.writing import answers

NO_SLOT = "Waiting for a free slot of the model server..."


class OllamaModel:
    """Writes on whichever server is free, and asks again where that may help."""

    def __init__(
        self,
        servers: Servers,
        clients: Mapping[Server, ollama.AsyncClient],
        *,
        name: str,
        limits: Limits,
        record: usage.Record,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._servers = servers
        self._clients = clients
        self._name = name
        self._limits = limits
        self._record = record
        self._clock = clock
        self._measure = servers.measure(name)
        self._about: dict[Server, About] = {}
        self._windows: dict[Server, int] = {}  # what they really hold

    @property
    def name(self) -> str:
        """The model's name as the servers list it."""
        return self._name

    @property
    def parallel(self) -> int:
        """How many answers all servers write at once."""
        return self._servers.parallel

    def fits(self, prompt: Prompt) -> bool:
        """Tell whether the servers can hold the prompt and its longest answer, rather not than so.

        By the settings alone: what is learned of the model as it writes would change the questions
        from one attempt to the next.
        """
        return Measure().estimate(prompt.system + prompt.user) + prompt.max_tokens <= (
            self._limits.num_ctx
        )

    async def write(self, prompt: Prompt) -> AsyncIterator[Chunk | Waiting]:
        """Yield the answer as it is written, the last chunk `done`; PortError without a whole one.

        Closing the iterator, or cancelling the task that waits in it, closes the connection.
        """
        ask = Ask(prompt=prompt, max_tokens=prompt.max_tokens, think=False)
        tries = retries.Retries(self._limits, chance=random.random)
        failed: set[Server] = set()
        until: float | None = None
        while True:
            await self._servers.give_way()
            place = self._servers.take(self._name, after=failed)
            if place is None:
                yield Waiting(message=NO_SLOT)
                place = await self._wait_for_place(failed)
            until = until or self._clock() + self._limits.step_seconds
            async with place.slot:
                try:
                    async with aclosing(self._once(place.server, ask, until)) as pieces:
                        async for piece in pieces:
                            yield piece
                except CallError as error:
                    trouble = self._judged(error, place.server)
                else:
                    return
            failed.add(place.server)
            again = tries.after(trouble, ask, room=self._room(place.server, ask))
            ask = again.ask
            yield Waiting(message=again.message)
            await asyncio.sleep(again.pause_seconds)

    async def _wait_for_place(self, failed: set[Server]) -> Place:
        until = self._clock() + self._limits.step_seconds
        while self._clock() < until:
            await self._servers.stand_by()
            place = self._servers.take(self._name, after=failed)
            if place is not None:
                return place
        message = f"No slot of the model server was free for {self._limits.step_seconds:g} seconds."
        raise PortError(failure(FailureCode.MODEL_OVERLOADED, message))

    async def _once(
        self, server: Server, ask: Ask, until: float
    ) -> AsyncGenerator[Chunk | Waiting, None]:
        """Yield the answer to one call; the last chunk comes when it stood all checks."""
        ask = await self._fitted(server, ask)
        client = self._clients[server]
        call = Call(client, server=server, model=self._name, limits=self._limits, until=until)
        text, last, outcome = "", None, usage.DONE
        try:
            async with aclosing(call.answer(ask)) as pieces:
                async for piece in pieces:
                    if isinstance(piece, Chunk):
                        text += piece.text
                    if isinstance(piece, Chunk) and piece.done:
                        last = piece
                    else:
                        yield piece
            self._check_form(ask, text)
            await self._check_read(server, ask, call.last)
        except BaseException as error:
            outcome = outcome_of(error)
            raise
        finally:
            self._record(call.usage(outcome))
        self._servers.met(server)
        if last is not None:
            yield last

    async def _fitted(self, server: Server, ask: Ask) -> Ask:
        """Return the question as this server can take it; CallError when it is too long."""
        if server not in self._about:
            self._about[server] = await self._ask_about(server)
        room = self._room(server, ask)
        least = ask.prompt.max_tokens
        if room < least:
            sent = self._measure.estimate(ask.text)
            raise errors.too_long(self._name, prompt=sent, answer=least, window=sent + room)
        think = ask.think if self._about[server].thinks else None
        return replace(ask, think=think, max_tokens=min(ask.max_tokens, room))

    async def _ask_about(self, server: Server) -> About:
        try:
            return await server.about(self._clients[server], self._name)
        except CallError as error:
            if error.retry is not errors.Retry.NEVER:
                raise
            return About()  # a server that only lets us chat

    def _check_form(self, ask: Ask, text: str) -> None:
        # Models that may not think are known to forget the form, too.
        if ask.think is False and answers.parse(text) is None:
            raise errors.no_json(self._name)

    async def _check_read(self, server: Server, ask: Ask, last: ollama.ChatResponse | None) -> None:
        """Learn from what the server read of the prompt; CallError when that was not all."""
        counted = last.prompt_eval_count if last is not None else None
        doubtful = counted is not None and self._measure.doubts(ask.text, counted)
        if doubtful or server not in self._windows:
            loaded = await self._loaded(server)
            self._windows[server] = loaded or self._limits.num_ctx
            sent = self._measure.estimate(ask.text)
            # An older server counts only what it had not read before. Where all fits, nothing
            # was cut, however little was counted.
            small = loaded is None or loaded < sent
            full = loaded is not None and counted is not None and counted >= loaded - 1
            if full or (small and (doubtful or (counted is None and loaded is not None))):
                raise errors.prompt_cut(self._name, server=server.display, sent=sent, read=counted)
        if counted is not None and not doubtful:
            self._measure.learn(ask.text, counted)

    async def _loaded(self, server: Server) -> int | None:
        try:
            return await server.loaded(self._clients[server], self._name) or None
        except CallError:
            return None

    def _room(self, server: Server, ask: Ask) -> int:
        """Return how many tokens an answer may have beside this prompt."""
        holds = (self._about[server].holds if server in self._about else None) or sys.maxsize
        window = min(self._limits.num_ctx, self._windows.get(server, sys.maxsize), holds)
        return window - self._measure.estimate(ask.text)

    def _judged(self, error: CallError, server: Server) -> CallError:
        if error.away:
            self._servers.missed(server)
        if error.cause.code is FailureCode.MODEL_MISSING and not self._servers.lacks(
            server, self._name
        ):
            return CallError(error.cause)
        return error

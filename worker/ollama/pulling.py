"""Pulling a model onto the servers of the house."""

import asyncio
import random
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import cast

import ollama

from contract.failures import Failure, FailureCode, failure
from contract.steps import Step
from worker.ollama import errors, retries
from worker.ollama.errors import CallError, Retry
from worker.ollama.layers import Layers, size
from worker.ollama.limits import Limits
from worker.ollama.server import Server
from worker.pipeline.ports import Milestone, PortError

LAST = 90  # when all layers are there; they are checked and put together after that
_AFTER = {
    "verifying": (92, "Verifying what was pulled..."),
    "writing manifest": (95, "Putting the model together..."),
}
SUCCESS = "success"


@dataclass(frozen=True, kw_only=True)
class Transfer:
    """How far a pull is: a sign of life, lost without harm."""

    progress: int
    message: str
    completed: int  # bytes
    total: int | None
    bytes_per_second: float | None


@dataclass(frozen=True, kw_only=True)
class Installed:
    """The model is there; this ends the job."""

    milestone: Milestone


Progress = Milestone | Transfer | Installed


class Pull:
    """One model on its way onto one server after the other.

    Leaving closes the connection, which ends the pull; the server keeps what it has.
    """

    def __init__(
        self,
        model: str,
        *,
        servers: int,
        limits: Limits,
        request_id: str = "",
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.layers = Layers(servers=servers)
        self._model = model
        self._limits = limits
        self._request_id = request_id
        self._clock = clock
        self._progress = 0
        self._began, self._had = clock(), 0

    async def onto(self, server: Server) -> AsyncGenerator[Milestone | Transfer, None]:
        """Yield the progress on one server, through breaks that another try mends; PortError."""
        tried = 0
        while True:
            had = self.layers.completed
            try:
                async with aclosing(self._once(server)) as lines:
                    async for line in lines:
                        yield line
            except CallError as error:
                trouble = error
            else:
                self.layers.next_server()
                return
            # A large model may well break off more often than a question may; what counts is
            # whether it gets on.
            tried = 1 if self.layers.completed > had else tried + 1
            again = trouble.retry in (Retry.LATER, Retry.ONCE) and tried <= self._limits.retries
            if not again:
                raise PortError(trouble.cause)
            yield self._transfer(f"{trouble.cause.message} Trying again...")
            await asyncio.sleep(retries.jitter(self._limits, tried, random.random()))  # noqa: S311 - spread

    async def _once(self, server: Server) -> AsyncGenerator[Milestone | Transfer, None]:
        self._began, self._had = self._clock(), self.layers.completed
        told: set[str] = set()
        async with (
            server.client(request_id=self._request_id) as client,
            aclosing(self._lines(client, server)) as lines,
        ):
            async for line in lines:
                status = line.status or ""
                if status == SUCCESS:
                    return
                if line.digest:
                    yield self._layer(line)
                for start, (progress, message) in _AFTER.items():
                    if status.startswith(start) and start not in told:
                        told.add(start)
                        yield self._milestone(progress, message)
        message = f"Ollama at {server.display} ended the pull before the model was whole."
        raise CallError(failure(FailureCode.MODEL_UNREACHABLE, message), Retry.LATER)

    async def _lines(
        self, client: ollama.AsyncClient, server: Server
    ) -> AsyncGenerator[ollama.ProgressResponse, None]:
        patience = self._limits.first_seconds  # checking a large layer takes minutes of silence
        try:
            answer = await client.pull(self._model, stream=True)
            # The client promises an iterator, and gives a generator: only that can be closed.
            stream = cast("AsyncGenerator[ollama.ProgressResponse]", answer)
            async with aclosing(stream):
                while True:
                    async with asyncio.timeout(patience):
                        line = await anext(stream, None)
                    if line is None:
                        return
                    yield line
        except TimeoutError as error:
            message = f"Ollama at {server.display} told nothing for {patience:g} seconds."
            cause = failure(FailureCode.MODEL_OVERLOADED, message)
            raise CallError(cause, Retry.LATER) from error
        except errors.CAUGHT as error:
            raise _trouble(error, model=self._model, server=server.display) from error

    def _layer(self, line: ollama.ProgressResponse) -> Milestone | Transfer:
        whole = self.layers.see(line.digest or "", completed=line.completed, total=line.total)
        done, total = self.layers.completed, self.layers.total
        if whole:
            count = self.layers.whole
            layers = f"{count} layer{'s' if count > 1 else ''}"
            stats = {"layers": count, "bytes": done}
            return replace(
                self._milestone(self._share(), f"Pulled {layers}, {size(done)}."), stats=stats
            )
        of = f" of {size(total)}" if total else ""
        return self._transfer(f"Pulling {self._model}: {size(done)}{of}")

    def _share(self) -> int:
        return int(LAST * self.layers.share)

    def _advance(self, percent: int) -> int:
        # A layer that only now is named, or a break, begins before where we were.
        self._progress = max(self._progress, self.layers.of_all(percent))
        return self._progress

    def _transfer(self, message: str) -> Transfer:
        spent = self._clock() - self._began
        new = self.layers.completed - self._had
        return Transfer(
            progress=self._advance(self._share()),
            message=message,
            completed=self.layers.completed,
            total=self.layers.total,
            bytes_per_second=new / spent if spent > 0 and new > 0 else None,
        )

    def _milestone(self, progress: int, message: str) -> Milestone:
        return milestone(self._advance(progress), message)


def milestone(progress: int, message: str) -> Milestone:
    """Return a milestone of a pull."""
    return Milestone(step=Step.PULLING, progress=progress, message=message)


def _trouble(error: Exception, *, model: str, server: str) -> CallError:
    """Return what a failed pull amounts to."""
    said = str(getattr(error, "error", "")).lower()
    if "file does not exist" in said or "not found" in said or "invalid model name" in said:
        return CallError(_unknown(model))
    if "no space" in said:
        message = f"The disk of Ollama at {server} is full."
        remedy = "Remove models that nobody needs from that server, then pull again."
        return CallError(failure(FailureCode.MODEL_OVERLOADED, message, remedy=remedy))
    return errors.of(error, server=server, model="")


def _unknown(model: str) -> Failure:
    return failure(
        FailureCode.MODEL_MISSING,
        f"Ollama's library has no model {model!r}.",
        remedy="Check its name and its tag.",
        model=model,
    )

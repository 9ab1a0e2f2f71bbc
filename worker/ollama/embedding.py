"""An embedding model of an Ollama server: which one, and vectors of texts by it."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Final

import httpx
import numpy as np
import ollama

from catalog.search.meaning import Vector, unit
from contract import model_hosts
from contract.failures import Failure, FailureCode, failure
from worker.ollama import errors
from worker.ollama.server import Server
from worker.pipeline.ports import PortError

#: Families of models that are made for embedding; the better ones first.
FAMILIES: Final = (
    "qwen3-embedding",
    "embeddinggemma",
    "bge-m3",
    "mxbai-embed-large",
    "snowflake-arctic-embed2",
    "nomic-embed-text-v2-moe",
    "nomic-embed-text",
    "snowflake-arctic-embed",
    "bge-large",
    "granite-embedding",
    "paraphrase-multilingual",
    "all-minilm",
)
#: Texts of one request: enough to keep a server busy, few enough to show progress on a slow one.
AT_ONCE: Final = 64
#: The model stays loaded from one generation, or one question, to the next.
KEEP_ALIVE: Final = "30m"
#: Nobody waits for a server that may not exist.
GLANCE_SECONDS: Final = 1.0
#: A text that a model refuses even at this length is refused for another reason.
_SHORTEST: Final = 64


@dataclass(frozen=True, kw_only=True)
class Waits:
    """Seconds: to connect, until the model is loaded, and for a request after that."""

    connect: float = 5.0
    first: float = 300.0
    next: float = 120.0


class Embedding:
    """Makes vectors through the official client, a request at a time.

    `server` is where, as host and port without credentials.
    """

    def __init__(self, client: ollama.AsyncClient, *, name: str, server: str, waits: Waits) -> None:
        self._client = client
        self._name = name
        self.server = server
        self._waits = waits
        self._loaded = False

    @property
    def name(self) -> str:
        """The model's name."""
        return self._name

    async def embed(self, texts: Sequence[str]) -> list[Vector]:
        """Return the vectors, of length 1, in the order of the texts; PortError.

        Cancelling closes the connection.
        """
        found: list[Vector] = []
        for begin in range(0, len(texts), AT_ONCE):
            found += await self._some(texts[begin : begin + AT_ONCE])
        return found

    async def _some(self, texts: Sequence[str]) -> list[Vector]:
        try:
            return await self._ask(texts)
        except _RefusedError as error:
            # The server says no, not which text was too long for the model: it is found by
            # halving, and then shortened here, where it is known, instead of silently there.
            half = len(texts) // 2
            if half:
                return [*await self._some(texts[:half]), *await self._some(texts[half:])]
            if len(texts[0]) <= _SHORTEST:
                raise PortError(error.failure) from error
            return await self._some([texts[0][: len(texts[0]) // 2]])

    async def _ask(self, texts: Sequence[str]) -> list[Vector]:
        seconds = self._waits.next if self._loaded else self._waits.first
        try:
            async with asyncio.timeout(seconds):
                answer = await self._client.embed(
                    self._name, input=texts, truncate=False, keep_alive=KEEP_ALIVE
                )
        except TimeoutError as error:
            slow = errors.too_slow("made no vectors", model=self._name, seconds=seconds)
            raise PortError(slow.cause) from error
        except errors.CAUGHT as error:
            found = errors.of(error, server=self.server, model=self._name).cause
            if (
                isinstance(error, ollama.ResponseError)
                and error.status_code == httpx.codes.BAD_REQUEST
            ):
                raise _RefusedError(found) from error
            raise PortError(found) from error
        self._loaded = True
        return self._checked(answer.embeddings, len(texts))

    def _checked(self, found: Sequence[Sequence[float]], wanted: int) -> list[Vector]:
        vectors = [unit(each) for each in found]
        sizes = {len(vector) for vector in vectors}
        if len(vectors) != wanted or len(sizes) > 1 or 0 in sizes or not all(map(_finite, vectors)):
            message = f"The model {self._name!r} did not make a vector of every text."
            raise PortError(failure(FailureCode.OUTPUT_INVALID, message))
        return vectors


@contextlib.asynccontextmanager
async def opened(hosts: str, *, wanted: str, waits: Waits) -> AsyncIterator[Embedding | None]:
    """Yield the embedding model to use, or None when there is none.

    `hosts` are addresses separated by commas; the first that has the model serves it. A model that
    is `wanted` by name is tried even where no server lists it: the failure then says so.
    """
    servers = [
        Server(host=host, connect_seconds=waits.connect) for host in model_hosts.parse(hosts)
    ]
    async with contextlib.AsyncExitStack() as stack:
        for server in servers:
            client = await stack.enter_async_context(server.client())
            name = _chosen(wanted, await _installed(client))
            if name is None and wanted and server is servers[-1]:
                name = wanted
            if name is not None:
                yield Embedding(client, name=name, server=server.display, waits=waits)
                return
        yield None


async def _installed(client: ollama.AsyncClient) -> frozenset[str]:
    try:
        async with asyncio.timeout(GLANCE_SECONDS):
            listed = await client.list()
    except (TimeoutError, *errors.CAUGHT):
        return frozenset()  # whoever wants a model by name hears of it when it is asked
    return frozenset(model.model for model in listed.models if model.model)


def _chosen(wanted: str, models: frozenset[str]) -> str | None:
    if wanted:
        return next((name for name in (wanted, f"{wanted}:latest") if name in models), None)
    for family in FAMILIES:
        for name in sorted(models):
            if name.rpartition("/")[2].partition(":")[0] == family:
                return name
    return None


def _finite(vector: Vector) -> bool:
    return bool(np.isfinite(vector).all())


class _RefusedError(Exception):
    """The server does not take a text as it is."""

    def __init__(self, cause: Failure) -> None:
        super().__init__(cause.message)
        self.failure = cause

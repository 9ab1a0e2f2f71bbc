"""An Ollama server: where it is, which models it has, and a model of it to write with."""

import asyncio
import contextlib
import urllib.parse
from collections.abc import AsyncIterator
from dataclasses import dataclass

import httpx
import ollama

from contract.failures import FailureCode, failure
from worker.ollama import errors
from worker.ollama.model import Limits, OllamaModel
from worker.pipeline.ports import PortError


@dataclass(frozen=True, kw_only=True)
class Server:
    """How to reach the server, and how much to ask of it."""

    host: str  # URL, host or host:port
    limits: Limits
    parallel: int = 1
    connect_seconds: float = 5.0

    @property
    def display(self) -> str:
        """The server's `host:port`, without user or password."""
        url = self.host if "://" in self.host else f"//{self.host}"
        parts = urllib.parse.urlsplit(url)
        return f"{parts.hostname or '127.0.0.1'}:{parts.port or _port(parts.scheme)}"

    async def models(self, *, within_seconds: float) -> frozenset[str]:
        """Return the names of the installed models; PortError when no answer comes in time."""
        async with self._client(min(within_seconds, self.connect_seconds)) as client:
            try:
                async with asyncio.timeout(within_seconds):
                    listed = await client.list()
            except TimeoutError as error:
                raise PortError(errors.unreachable(self.display)) from error
            except errors.CAUGHT as error:
                raise PortError(errors.failure_of(error, server=self.display, model="")) from error
        return frozenset(model.model for model in listed.models if model.model)

    @contextlib.asynccontextmanager
    async def open(self, model: str) -> AsyncIterator[OllamaModel]:
        """Yield the model; leaving closes every connection, which stops the server's work."""
        async with self._client(self.connect_seconds) as client:
            yield OllamaModel(
                client,
                name=model,
                server=self.display,
                slots=asyncio.Semaphore(self.parallel),
                limits=self.limits,
            )

    @contextlib.asynccontextmanager
    async def _client(self, connect_seconds: float) -> AsyncIterator[ollama.AsyncClient]:
        # Reading has its own limits, first answer and between chunks, which httpx cannot tell
        # apart. A proxy of the environment is no way to a server in the house.
        timeout = httpx.Timeout(None, connect=connect_seconds, write=30.0)
        try:
            client = ollama.AsyncClient(self.host, timeout=timeout, trust_env=False)
        except (ValueError, httpx.InvalidURL) as error:
            cause = "OLLAMA_HOST is not an address such as http://127.0.0.1:11434."
            raise PortError(failure(FailureCode.MODEL_UNREACHABLE, cause)) from error
        async with client:
            yield client


def installed(wanted: str, models: frozenset[str]) -> str | None:
    """Return the installed model that `wanted` names (`:latest` is implied), or None."""
    for name in (wanted, f"{wanted}:latest"):
        if name in models:
            return name
    return None


def _port(scheme: str) -> int:
    return {"http": 80, "https": 443}.get(scheme, 11434)

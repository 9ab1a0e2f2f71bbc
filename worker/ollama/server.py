"""An Ollama server: how to reach it, which models it has, and what it knows about one."""

import asyncio
import contextlib
import functools
import ssl
from collections.abc import AsyncIterator, Awaitable, Generator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import httpx
import ollama

from contract.model_hosts import ModelHost
from worker.ollama import errors

T = TypeVar("T")
_WRITE_SECONDS = 30.0


@dataclass(frozen=True, kw_only=True)
class About:
    """What /api/show tells of a model; nothing of it is certain to be told."""

    thinks: bool = False
    holds: int | None = None  # the most tokens it was trained for


@dataclass(frozen=True, kw_only=True)
class Server:
    """One address; every method raises CallError when no answer comes in time."""

    host: ModelHost
    connect_seconds: float = 5.0

    @property
    def display(self) -> str:
        """The server's `host:port`, without user or password."""
        return self.host.display

    @contextlib.asynccontextmanager
    async def client(self, *, request_id: str = "") -> AsyncIterator[ollama.AsyncClient]:
        """Yield a client; leaving closes every connection, which stops the server's work.

        `request_id` goes along as X-Request-Id, so that its log can be held against ours.
        """
        client = ollama.AsyncClient(
            self.host.url,
            # Reading has its own limits, first answer and between chunks, which httpx cannot tell
            # apart.
            timeout=httpx.Timeout(None, connect=self.connect_seconds, write=_WRITE_SECONDS),
            headers={"X-Request-Id": request_id} if request_id else None,
            auth=_Own(self.host),
            verify=_trusted(),
            # A proxy of the environment is no way to a server in the house.
            trust_env=False,
        )
        async with client:
            yield client

    async def models(self, *, within_seconds: float) -> frozenset[str]:
        """Return the names of the installed models."""
        async with self.client() as client:
            listed = await self._ask(client.list(), within_seconds=within_seconds)
        return frozenset(model.model for model in listed.models if model.model)

    async def about(self, client: ollama.AsyncClient, model: str) -> About:
        """Return what the server knows about the model."""
        shown = await self._ask(client.show(model), within_seconds=_patience(self), model=model)
        return About(
            thinks="thinking" in (shown.capabilities or ()), holds=_holds(shown.modelinfo or {})
        )

    async def loaded(self, client: ollama.AsyncClient, model: str) -> int | None:
        """Return for how many tokens the model is loaded: 0 if it is not, None if untold."""
        running = await self._ask(client.ps(), within_seconds=_patience(self))
        found = [each for each in running.models if model in (each.model, each.name)]
        return found[0].context_length if found else 0

    async def _ask(self, answer: Awaitable[T], *, within_seconds: float, model: str = "") -> T:
        try:
            async with asyncio.timeout(within_seconds):
                return await answer
        except TimeoutError as error:
            away = errors.unreachable(self.display)
            raise errors.CallError(away, errors.Retry.LATER, away=True) from error
        except errors.CAUGHT as error:
            raise errors.of(error, server=self.display, model=model) from error


def installed(wanted: str, models: frozenset[str]) -> str | None:
    """Return the installed model that `wanted` names (`:latest` is implied), or None."""
    for name in (wanted, f"{wanted}:latest"):
        if name in models:
            return name
    return None


class _Own(httpx.Auth):
    """Sends user and password of the address, and nothing else.

    The client itself would send the key of another service to every server, if the environment
    happens to have one (OLLAMA_API_KEY).
    """

    def __init__(self, host: ModelHost) -> None:
        self._basic = httpx.BasicAuth(*host.auth) if host.auth is not None else None

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        request.headers.pop("Authorization", None)
        if self._basic is None:
            yield request
        else:
            yield from self._basic.auth_flow(request)


@functools.cache
def _trusted() -> ssl.SSLContext:
    # Reading the certificates takes longer than many a call.
    return httpx.create_ssl_context()


def _patience(server: Server) -> float:
    return 2 * server.connect_seconds  # to connect, and to answer a small question


def _holds(info: Mapping[str, Any]) -> int | None:
    found = [value for key, value in info.items() if key.endswith(".context_length")]
    return found[0] if found and isinstance(found[0], int) else None

"""Which engine runs a job: a model when one is at hand, else facts alone."""

import logging
from dataclasses import dataclass
from typing import Protocol

from worker.ollama import errors
from worker.ollama.server import installed
from worker.pipeline.ports import PortError

log = logging.getLogger(__name__)

AUTO, OLLAMA, STRUCTURAL = "auto", "ollama", "structural"
GLANCE_SECONDS = 1.0  # `auto` does not wait for a server that may not exist


@dataclass(frozen=True, kw_only=True)
class Choice:
    """What runs the job; the model is None for the structural engine."""

    engine: str
    model: str | None


class Server(Protocol):
    """A model server that can say what it has."""

    @property
    def display(self) -> str:
        """Where it is, without credentials."""

    @property
    def connect_seconds(self) -> float:
        """How long a connection may take."""

    async def models(self, *, within_seconds: float) -> frozenset[str]:
        """Return the installed models; PortError."""


async def choose(asked: str, *, model: str, server: Server) -> Choice:
    """Return the engine for what was asked: `auto`, `ollama` or `structural`.

    PortError when Ollama was asked for by name and it, or the model, is not there.
    """
    if asked == STRUCTURAL:
        return Choice(engine=STRUCTURAL, model=None)
    try:
        found = await _find(model, server, quick=asked != OLLAMA)
    except PortError as error:
        if asked == OLLAMA:
            raise
        log.info(
            "no model at hand, the structural engine writes",
            extra={"action": "engine_chosen", "cause": str(error.failure.code)},
        )
        return Choice(engine=STRUCTURAL, model=None)
    return Choice(engine=OLLAMA, model=found)


async def _find(model: str, server: Server, *, quick: bool) -> str:
    seconds = GLANCE_SECONDS if quick else server.connect_seconds
    name = installed(model, await server.models(within_seconds=seconds))
    if name is None:
        raise PortError(errors.missing(model, server=server.display))
    return name

"""All model servers of the house: where the next call goes."""

import asyncio
import random
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from worker.ollama import errors
from worker.ollama.server import Server
from worker.ollama.slots import Slot, Slots
from worker.ollama.tokens import Measure
from worker.pipeline.ports import PortError


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a call goes, and the slot that it holds there."""

    server: Server
    slot: Slot


class Servers:
    """Shares calls among servers: the least busy one first, without those that are away."""

    def __init__(
        self,
        servers: Sequence[Server],
        slots: Slots,
        *,
        out_seconds: float = 30.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.all = tuple(servers)
        self._slots = slots
        self._out_seconds = out_seconds
        self._clock = clock
        self._out: dict[Server, float] = {}  # away until then
        self._lacking: set[tuple[Server, str]] = set()
        self._measures: dict[str, Measure] = {}

    @property
    def parallel(self) -> int:
        """How many calls may run at once on all of them."""
        return self._slots.per_server * len(self.all)

    @property
    def display(self) -> str:
        """Where they are, without credentials."""
        return ", ".join(server.display for server in self.all)

    def measure(self, model: str) -> Measure:
        """Return what is known about the model's tokens, kept from one job to the next."""
        return self._measures.setdefault(model, Measure())

    async def models(self, *, within_seconds: float) -> frozenset[str]:
        """Return what is installed on any server; PortError when none answers."""
        asked = [server.models(within_seconds=within_seconds) for server in self.all]
        answers = await asyncio.gather(*asked, return_exceptions=True)
        found: dict[Server, frozenset[str]] = {}
        refusal: errors.CallError | None = None
        for server, answer in zip(self.all, answers, strict=True):
            if isinstance(answer, errors.CallError):
                refusal = refusal or answer
                self.missed(server)
            elif isinstance(answer, BaseException):
                raise answer
            else:
                self.met(server)
                found[server] = answer
        if refusal is not None and not found:
            raise PortError(refusal.cause)
        every = frozenset(name for names in found.values() for name in names)
        for server, names in found.items():
            self._lacking = {pair for pair in self._lacking if pair[0] != server}
            self._lacking |= {(server, name) for name in every - names}
        return every

    def reached(self) -> list[Server]:
        """Return the servers that are not known to be away."""
        now = self._clock()
        return [server for server in self.all if self._out.get(server, 0.0) <= now]

    def take(self, model: str, *, after: Collection[Server] = ()) -> Place | None:
        """Return a place for a call, None when all are taken; servers `after` come last."""
        for server in self._ranked(model, after):
            slot = self._slots.take(server.display)
            if slot is not None:
                return Place(server=server, slot=slot)
        return None

    async def give_way(self) -> None:
        """Let those go first who wait for a place by now."""
        await self._slots.give_way()

    async def stand_by(self) -> None:
        """Wait a moment until the next look for a place."""
        await self._slots.stand_by()

    def missed(self, server: Server) -> None:
        """Leave a server out for a while: it is away."""
        self._out[server] = self._clock() + self._out_seconds

    def met(self, server: Server) -> None:
        """Take a server in again: it answered."""
        self._out.pop(server, None)

    def lacks(self, server: Server, model: str) -> bool:
        """Note that the server does not have the model; return whether another may have it."""
        self._lacking.add((server, model))
        return any((other, model) not in self._lacking for other in self.all)

    def _ranked(self, model: str, after: Collection[Server]) -> list[Server]:
        having = [server for server in self.all if (server, model) not in self._lacking]
        able = having or list(self.all)
        well = [server for server in self.reached() if server in able]
        # With all of them away, the one that went first may be back first.
        trying = well or [min(able, key=lambda server: self._out[server])]

        def rank(server: Server) -> tuple[bool, int, float]:
            chance = random.random()  # noqa: S311 - spreads the load of equals
            return server in after, self._slots.busy(server.display), chance

        return sorted(trying, key=rank)

"""The models of the house's servers: which there are, and one to write with."""

import contextlib
from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import replace
from pathlib import Path

from contract import model_hosts
from contract.steps import Step
from worker.ollama import pulling
from worker.ollama.limits import Limits
from worker.ollama.model import OllamaModel
from worker.ollama.server import Server
from worker.ollama.servers import Servers
from worker.ollama.slots import Slots
from worker.ollama.usage import Record, nowhere


class Models:
    """All servers of OLLAMA_HOST, with the limits of their calls."""

    def __init__(self, hosts: str, *, limits: Limits, parallel: int, slots: Path) -> None:
        """Connect nothing yet; `slots` is the folder that bounds `parallel` calls per server."""
        found = model_hosts.parse(hosts)
        servers = [Server(host=host, connect_seconds=limits.connect_seconds) for host in found]
        self.servers = Servers(
            servers, Slots(slots, per_server=parallel), out_seconds=limits.out_seconds
        )
        self.limits = limits

    @property
    def display(self) -> str:
        """Where they are, without credentials."""
        return self.servers.display

    @property
    def connect_seconds(self) -> float:
        """How long a connection may take."""
        return self.limits.connect_seconds

    async def models(self, *, within_seconds: float) -> frozenset[str]:
        """Return what is installed on any server; PortError when none answers."""
        return await self.servers.models(within_seconds=within_seconds)

    async def pull(
        self, name: str, *, request_id: str = ""
    ) -> AsyncGenerator[pulling.Progress, None]:
        """Yield the progress of a pull onto every server that answers; PortError."""
        yield pulling.milestone(0, f"Pulling {name}...")
        await self.models(within_seconds=self.limits.connect_seconds)
        reached = self.servers.reached()
        job = pulling.Pull(name, servers=len(reached), limits=self.limits, request_id=request_id)
        for server in reached:
            async with contextlib.aclosing(job.onto(server)) as lines:
                async for line in lines:
                    yield line
        hosts = [server.display for server in reached]
        done = replace(
            pulling.milestone(100, f"{name} is installed."),
            step=Step.COMPLETE,
            data={"model": name, "hosts": hosts, "bytes": job.layers.completed},
        )
        yield pulling.Installed(milestone=done)

    @contextlib.asynccontextmanager
    async def open(
        self, name: str, *, record: Record = nowhere, request_id: str = ""
    ) -> AsyncIterator[OllamaModel]:
        """Yield a model; leaving closes every connection, which stops the servers' work."""
        async with contextlib.AsyncExitStack() as stack:
            clients = {
                server: await stack.enter_async_context(server.client(request_id=request_id))
                for server in self.servers.all
            }
            yield OllamaModel(self.servers, clients, name=name, limits=self.limits, record=record)

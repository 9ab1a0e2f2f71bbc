"""The world of one job: what it reads from and what writes it."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass

from store import claims, contexts, projects
from store.database import Database
from store.jobs import Job
from worker import engines
from worker.memory import Memory
from worker.ollama.server import Server
from worker.pipeline.ports import Request, World
from worker.sources import Sources

DEFAULT_LANGUAGE = "en"


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """All that a generation needs."""

    request: Request
    world: World
    engine: str
    model: str | None
    tables: int | None  # of the project's last scan, None before the first


@dataclass(frozen=True, kw_only=True)
class Worlds:
    """Prepares the world of a job."""

    database: Database
    sources: Sources
    server: Server
    default_model: str

    @contextlib.asynccontextmanager
    async def open(self, job: Job) -> AsyncIterator[Prepared]:
        """Yield the job's world; leaving it closes its connections.

        ClaimLostError when the project is gone, PortError and VaultError when it cannot run.
        """
        found = await asyncio.to_thread(self._look_up, job)
        reader = self.sources.reader(
            kind=found.project.kind, name=found.project.name, sealed=found.sealed
        )
        choice = await engines.choose(
            job.options.get("engine") or engines.AUTO,
            model=job.options.get("model") or self.default_model,
            server=self.server,
        )
        request = Request(
            project=found.project.name, language=job.options.get("language") or DEFAULT_LANGUAGE
        )
        async with contextlib.AsyncExitStack() as stack:
            model = None
            if choice.model is not None:
                model = await stack.enter_async_context(self.server.open(choice.model))
            yield Prepared(
                request=request,
                world=World(
                    reader=reader,
                    model=model,
                    memory=Memory(
                        database=self.database,
                        project_id=found.project.id,
                        since=job.fresh_since,
                    ),
                ),
                engine=choice.engine,
                model=choice.model,
                tables=found.tables,
            )

    def _look_up(self, job: Job) -> "_Found":
        with self.database.read() as connection:
            project = projects.get(connection, job.project_id or "")
            sealed = projects.sealed_source(connection, job.project_id or "")
            if project is None or sealed is None:
                raise claims.ClaimLostError(job.id)
            last = contexts.latest_snapshot(connection, project.id)
        return _Found(project=project, sealed=sealed, tables=last.tables if last else None)


@dataclass(frozen=True, kw_only=True)
class _Found:
    project: projects.Project
    sealed: str
    tables: int | None

"""The world of one job: what it reads from and what writes it."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import dataclass, field

from store import claims, contexts, projects
from store.database import Database
from store.jobs import Job
from worker import engines
from worker.memory import Memory
from worker.ollama import embedding, pulling, usage
from worker.ollama.models import Models
from worker.pipeline.ports import Request, World
from worker.shelf import Shelf
from worker.sources import Sources
from worker.vectors import KeptVectors

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
    models: Models
    default_model: str
    embedding_hosts: str  # addresses of Ollama servers, separated by commas
    embedding_model: str = ""  # empty: one that is installed and known to be an embedding model
    embedding_waits: embedding.Waits = field(default_factory=embedding.Waits)

    @contextlib.asynccontextmanager
    async def open(
        self, job: Job, *, record: usage.Record = usage.nowhere
    ) -> AsyncIterator[Prepared]:
        """Yield the job's world; leaving it closes its connections.

        ClaimLostError when the project is gone, PortError and VaultError when it cannot run.
        """
        found = await asyncio.to_thread(self._look_up, job)
        reader = self.sources.reader(
            kind=found.project.kind, name=found.project.name, sealed=found.sealed
        )
        planner = self.sources.planner(kind=found.project.kind, sealed=found.sealed)
        profiler = self.sources.profiler(
            kind=found.project.kind, sealed=found.sealed, level=found.project.profile
        )
        choice = await engines.choose(
            job.options.get("engine") or engines.AUTO,
            model=job.options.get("model") or self.default_model,
            server=self.models,
        )
        request = Request(
            project=found.project.name, language=job.options.get("language") or DEFAULT_LANGUAGE
        )
        async with contextlib.AsyncExitStack() as stack:
            model = None
            if choice.model is not None:
                opening = self.models.open(choice.model, record=record, request_id=job.id)
                model = await stack.enter_async_context(opening)
            embedder = await stack.enter_async_context(self._embedder(job, found.project.id))
            yield Prepared(
                request=request,
                world=World(
                    reader=reader,
                    model=model,
                    embedder=embedder,
                    memory=Memory(
                        database=self.database,
                        project_id=found.project.id,
                        since=job.fresh_since,
                    ),
                    planner=planner,
                    profiler=profiler,
                    shelf=self._shelf(job, found.project, choice, request.language),
                ),
                engine=choice.engine,
                model=choice.model,
                tables=found.tables,
            )

    def _shelf(
        self, job: Job, project: projects.Project, choice: engines.Choice, language: str
    ) -> Shelf | None:
        """Return where the context is that may do, None for a job that is to write anew."""
        if job.fresh_since is not None:
            return None
        return Shelf(database=self.database, project=project, choice=choice, language=language)

    def pull(self, job: Job) -> AsyncGenerator[pulling.Progress, None]:
        """Yield the progress of the pull that the job is; PortError."""
        return self.models.pull(job.model or "", request_id=job.id)

    @contextlib.asynccontextmanager
    async def _embedder(self, job: Job, project_id: str) -> AsyncIterator[KeptVectors | None]:
        async with embedding.opened(
            self.embedding_hosts, wanted=self.embedding_model, waits=self.embedding_waits
        ) as model:
            if model is None:
                yield None
                return
            yield KeptVectors(
                model=model, database=self.database, project_id=project_id, job_id=job.id
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

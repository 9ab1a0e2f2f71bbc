"""The context that a project has, and whether a generation would only write it again."""

import asyncio
import json
from dataclasses import dataclass

from catalog import codec, fingerprints
from catalog.model import Snapshot
from catalog.profile import Level
from contract.states import JobStatus
from store import contexts, jobs
from store.database import Database
from store.projects import Project
from worker.engines import Choice
from worker.pipeline.ports import Present


@dataclass(frozen=True, kw_only=True)
class Shelf:
    """Finds the project's present context, if it is what is wanted now."""

    database: Database
    project: Project
    choice: Choice
    language: str

    async def present(self, snapshot: Snapshot) -> Present | None:
        """Return the context that describes this very schema in the wanted way, or None."""
        return await asyncio.to_thread(self._find, fingerprints.of_snapshot(snapshot))

    def _find(self, fingerprint: str) -> Present | None:
        wanted = (fingerprint, self.choice.engine, self.choice.model)
        with self.database.read() as connection:
            stored = contexts.get(connection, self.project.id)
            if stored is None or wanted != (stored.fingerprint, stored.engine, stored.model):
                return None
            written = jobs.get(connection, stored.job_id)
        # A name, source or level that was changed since then was not in what it was written from.
        if written is None or written.status is not JobStatus.SUCCEEDED:
            return None
        if self.project.updated_at > written.created_at:
            return None
        context = codec.context_from_dict(json.loads(stored.document))
        level: Level = self.project.profile
        language = context.language if self.choice.model is None else self.language
        if (context.language, context.profile.level) != (language, level):
            return None
        return Present(version=stored.version, context=context)

"""Whether a generation would only write again what is there."""

from collections.abc import Mapping
from typing import Any, Final

import sqlalchemy as sa

from app.api.schemas_jobs import GenerationAsked
from contract.states import JobStatus
from store import contexts, jobs
from store.jobs import Job
from store.projects import Project

#: Their schema changes with the project only; a live database has to be read to know.
_FIXED: Final = frozenset({"ddl", "demo"})
_AUTO, _STRUCTURAL = "auto", "structural"


def done_by(connection: sa.Connection, project: Project, asked: GenerationAsked) -> Job | None:
    """Return the job that wrote the present context as it is asked for now, None when none did.

    What was written without a model does not stand for `auto`: there may be a model by now.
    """
    if asked.force or project.kind not in _FIXED:
        return None
    stored = contexts.get(connection, project.id)
    if stored is None or (asked.engine == _AUTO and stored.engine == _STRUCTURAL):
        return None
    found = jobs.get(connection, stored.job_id)
    if found is None or found.status is not JobStatus.SUCCEEDED:
        return None
    unchanged = project.updated_at <= found.created_at
    return found if unchanged and _wish(found.options) == _wish(asked.dump()) else None


def _wish(options: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in options.items() if name != "force"}

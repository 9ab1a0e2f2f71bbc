"""From what is remembered to what is shown, where that takes more than one query."""

import json

import sqlalchemy as sa

from app.api import schemas_contexts, schemas_jobs
from app.api.schemas_contexts import ContextBody
from app.api.schemas_jobs import JobBody
from catalog import codec, edits
from catalog.context import Context
from store import clock, contexts, jobs
from store.contexts import StoredContext
from store.jobs import Job


def job(connection: sa.Connection, found: Job) -> JobBody:
    """Return the job with its place in the queue and the database's time."""
    now = connection.execute(sa.select(clock.now())).scalar_one()
    ahead = jobs.queued_ahead(connection, found)
    return schemas_jobs.job(found, queued_ahead=ahead, now=now)


def context(connection: sa.Connection, stored: StoredContext) -> ContextBody:
    """Return the context with people's edits over it."""
    latest = contexts.latest_snapshot(connection, stored.project_id)
    edited = contexts.edited(connection, stored.project_id)
    return schemas_contexts.context(
        stored,
        edits.apply(written(stored), edited),
        stale=latest is not None and latest.fingerprint != stored.fingerprint,
        edits=edited,
    )


def written(stored: StoredContext) -> Context:
    """Return the context as the engine wrote it."""
    return codec.context_from_dict(json.loads(stored.document))

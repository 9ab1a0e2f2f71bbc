"""From what is remembered to what is shown, where that takes more than one query."""

import json

import sqlalchemy as sa

from app import reviewing, services
from app.api import schemas_contexts, schemas_jobs
from app.api.schemas_contexts import ContextBody
from app.api.schemas_jobs import JobBody
from app.reviewing import Reviewed, Standing
from catalog import codec, differences, staleness
from catalog.context import Context
from catalog.model import Snapshot
from store import clock, contexts, jobs
from store import reviews as decisions
from store.contexts import StoredContext, StoredSnapshot
from store.jobs import Job


def job(connection: sa.Connection, found: Job) -> JobBody:
    """Return the job with its place in the queue and the database's time."""
    now = connection.execute(sa.select(clock.now())).scalar_one()
    ahead = jobs.queued_ahead(connection, [found])
    return schemas_jobs.job(found, queued_ahead=ahead[found.id], now=now)


def context(connection: sa.Connection, stored: StoredContext, *, tables: bool) -> ContextBody:
    """Return the context as people left it, and what of it the present schema makes stale."""
    found = review(connection, stored)
    return schemas_contexts.context(
        stored, found, standing(connection, stored, found), tables=tables
    )


def standing(connection: sa.Connection, stored: StoredContext, found: Reviewed) -> Standing:
    """Return how the version stands to the project's newest context and schema."""
    newest = contexts.get(connection, stored.project_id)
    latest = contexts.latest_snapshot(connection, stored.project_id)
    changed = latest is not None and latest.fingerprint != stored.fingerprint
    difference = None
    if latest is not None and changed and found.snapshot is not None:
        difference = differences.between(found.snapshot, decoded(latest))
    return Standing(
        latest=newest.version if newest else stored.version,
        stale=changed,
        difference=difference,
        touched=staleness.of(difference, found.written) if difference else frozenset(),
    )


def review(connection: sa.Connection, stored: StoredContext) -> Reviewed:
    """Return the context with all that people decided about it."""
    decided = decisions.present(connection, stored.project_id)
    return reviewing.lay_over(written(stored), decided, described(connection, stored))


def described(connection: sa.Connection, stored: StoredContext) -> Snapshot | None:
    """Return the schema that the context describes, None when it is no longer kept."""
    found = contexts.snapshot(connection, stored.project_id, fingerprint=stored.fingerprint)
    return decoded(found) if found else None


def decoded(stored: StoredSnapshot) -> Snapshot:
    """Return the schema that was stored."""
    return services.current().snapshots.get(
        stored.id, lambda: codec.snapshot_from_dict(json.loads(stored.document))
    )


def written(stored: StoredContext) -> Context:
    """Return the context as the engine wrote it."""
    return services.current().contexts.get(
        stored.id, lambda: codec.context_from_dict(json.loads(stored.document))
    )

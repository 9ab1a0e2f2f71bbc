"""What a generation leaves behind, in the form in which it is stored."""

import json

import sqlalchemy as sa

from catalog import codec, fingerprints
from catalog.model import Snapshot
from store import contexts
from store.contexts import StoredContext
from worker import renames
from worker.pipeline.ports import Written


def save_snapshot(connection: sa.Connection, project_id: str, snapshot: Snapshot) -> None:
    """Store what was read."""
    contexts.save_snapshot(
        connection,
        project_id,
        fingerprint=fingerprints.of_snapshot(snapshot),
        size=_size(snapshot),
        document=json.dumps(codec.snapshot_to_dict(snapshot)),
    )


def save_context(
    connection: sa.Connection, project_id: str, written: Written, *, job_id: str
) -> StoredContext:
    """Store what was written as the project's next version; people's decisions go along."""
    renames.follow(connection, project_id, written.snapshot)
    told = written.context.disclosure
    return contexts.save(
        connection,
        contexts.NewContext(
            project_id=project_id,
            job_id=job_id,
            engine=written.context.engine,
            model=written.context.model,
            fingerprint=fingerprints.of_snapshot(written.snapshot),
            document=json.dumps(codec.context_to_dict(written.context)),
            prompt_hash=written.context.prompt_hash,
            scores=codec.scores_to_dict(written.context.scores),
            disclosed=told.brief() if told is not None else None,
        ),
    )


def _size(snapshot: Snapshot) -> tuple[int, int]:
    """Return the number of tables and of their columns, without views: what all texts count."""
    tables = [table for table in snapshot.tables if table.kind == "table"]
    return len(tables), sum(len(table.columns) for table in tables)

"""Finding the tables that a question needs: /api/v1/projects/{id}/search."""

import hashlib
import json
from collections.abc import Mapping
from uuid import UUID

import flask

from app import authentication, services
from app.api import ownership, presentation, requests
from app.api.documentation import PROJECTS, operation
from app.api.projects import NotScannedError
from app.api.schemas_contexts import HitList, Question, hit
from catalog import codec, edits, search
from catalog.context import Context
from catalog.structure import analysis
from store import contexts
from store.contexts import StoredContext, StoredSnapshot

blueprint = flask.Blueprint("search", __name__, url_prefix="/api/v1/projects")
blueprint.before_request(authentication.require)


@blueprint.get("/<uuid:project_id>/search")
@operation(PROJECTS, query=Question, answers={200: HitList}, refuses=(404,))
def find(project_id: UUID) -> flask.Response:
    """Find the tables and columns that a question needs, the best first."""
    asked = requests.query(Question)
    using = services.current()
    with using.database.read() as connection:
        project = ownership.project(connection, project_id)
        snapshot = contexts.latest_snapshot(connection, project.id)
        stored = contexts.get(connection, project.id)
        edited = contexts.edited(connection, project.id)
    if snapshot is None:
        raise NotScannedError(project.id)
    written_by_people = hashlib.sha256(json.dumps(edited).encode()).hexdigest()
    key = (project.id, snapshot.fingerprint, stored and stored.version, written_by_people)
    index = using.indexes.get(key, lambda: _build(snapshot, stored, edited))
    hits = index.search(asked.q, asked.limit)
    return flask.jsonify(HitList(items=[hit(found) for found in hits]).dump())


def _build(
    stored_snapshot: StoredSnapshot, stored: StoredContext | None, edited: Mapping[str, str]
) -> search.Index:
    snapshot = codec.snapshot_from_dict(json.loads(stored_snapshot.document))
    texts: dict[str, str] = {}
    if stored is not None:
        texts = _texts(edits.apply(presentation.written(stored), edited))
    return search.build(snapshot, texts, relations=analysis.analyse(snapshot).relations)


def _texts(context: Context) -> dict[str, str]:
    texts = {table.id: table.description.text for table in context.tables}
    for table in context.tables:
        for column in table.columns:
            texts[f"{table.id}.{column.name}"] = column.description.text
    return texts

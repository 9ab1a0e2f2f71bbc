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
from catalog import codec, edits
from catalog.search import documents
from catalog.search import index as indexes
from catalog.search.index import Index
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
) -> Index:
    snapshot = codec.snapshot_from_dict(json.loads(stored_snapshot.document))
    texts: dict[str, str] = {}
    if stored is not None:
        texts = documents.descriptions(edits.apply(presentation.written(stored), edited).tables)
    return indexes.build(snapshot, analysis.relations_of(snapshot), texts)

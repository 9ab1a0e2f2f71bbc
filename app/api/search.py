"""Finding the tables that a question needs: /api/v1/projects/{id}/search."""

from uuid import UUID

import flask

from app import authentication, finding, services
from app.api import ownership, requests
from app.api.documentation import PROJECTS, operation
from app.api.projects import NotScannedError
from app.api.schemas_search import HitList, Question, hits
from store import contexts

blueprint = flask.Blueprint("search", __name__, url_prefix="/api/v1/projects")
blueprint.before_request(authentication.require)


@blueprint.get("/<uuid:project_id>/search")
@operation(PROJECTS, query=Question, answers={200: HitList}, refuses=(404,))
def find(project_id: UUID) -> flask.Response:
    """Find the tables and columns that a question needs, the best first, each with the reason."""
    asked = requests.query(Question)
    using = services.current()
    with using.database.read() as connection:
        project = ownership.project(connection, project_id)
        snapshot = contexts.latest_snapshot(connection, project.id)
        if snapshot is None:
            raise NotScannedError(project.id)
        searched = finding.subject(connection, snapshot, contexts.get(connection, project.id))
    found = finding.find(using, searched, asked.q, limit=asked.limit)
    return flask.jsonify(hits(found).dump())

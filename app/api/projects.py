"""Projects: /api/v1/projects."""

import json
from dataclasses import replace
from http import HTTPStatus
from uuid import UUID

import flask
import sqlalchemy as sa

from app import authentication, errors, services
from app.api import ownership, requests, sources
from app.api.documentation import PROJECTS, operation
from app.api.schemas_projects import (
    ProjectAsked,
    ProjectBody,
    ProjectChange,
    ProjectList,
    SchemaBody,
    project,
    schema,
)
from catalog import codec
from store import contexts, jobs, overviews, projects
from store.projects import Project

blueprint = flask.Blueprint("projects", __name__, url_prefix="/api/v1/projects")
blueprint.before_request(authentication.require)


class NotScannedError(errors.ProblemError):
    """The project's schema was never read."""

    status = HTTPStatus.NOT_FOUND
    code = "not_scanned"
    remedy = "Generate the project's context; reading the schema is its first step."

    def __init__(self, project_id: str) -> None:
        super().__init__(f"The schema of project {project_id} was not read yet.")


@blueprint.post("")
@operation(PROJECTS, body=ProjectAsked, answers={201: ProjectBody}, refuses=(403,))
def create() -> flask.Response:
    """Create a project; its source is checked without connecting, and kept encrypted."""
    asked = requests.body(ProjectAsked)
    using = services.current()
    sources.check_level(asked.source.kind, asked.profile)
    new = sources.to_project(
        asked.name, asked.source, vault=using.vault, directories=using.sqlite_directories
    )
    new = replace(new, profile=asked.profile)
    with using.database.write() as connection:
        made = projects.create(connection, authentication.user_id(), new)
    response = flask.jsonify(project(made, overviews.Overview()).dump())
    response.status_code = HTTPStatus.CREATED
    response.headers["Location"] = f"{blueprint.url_prefix}/{made.id}"
    return response


@blueprint.get("")
@operation(PROJECTS, answers={200: ProjectList})
def listing() -> flask.Response:
    """List the caller's projects by name."""
    with services.current().database.read() as connection:
        found = projects.listing(connection, authentication.user_id())
        seen = overviews.of_projects(connection, [each.id for each in found])
    # One that was deleted between the two queries is gone.
    items = [project(each, seen[each.id]) for each in found if each.id in seen]
    return flask.jsonify(ProjectList(items=items).dump())


@blueprint.get("/<uuid:project_id>")
@operation(PROJECTS, answers={200: ProjectBody}, refuses=(404,))
def show(project_id: UUID) -> flask.Response:
    """Show a project."""
    with services.current().database.read() as connection:
        found = ownership.project(connection, project_id)
        body = _body(connection, found)
    return flask.jsonify(body.dump())


@blueprint.patch("/<uuid:project_id>")
@operation(PROJECTS, body=ProjectChange, answers={200: ProjectBody}, refuses=(403, 404))
def change(project_id: UUID) -> flask.Response:
    """Give a project another name, another source, another level of profile, or all of these.

    A source at another location begins with the level `none`, unless the request says otherwise.
    """
    asked = requests.body(ProjectChange)
    using = services.current()
    with using.database.write() as connection:
        # Held: who changes something else at the same time must not get the old value back.
        found = ownership.project(connection, project_id, held=True)
        name, profile = asked.name or found.name, asked.profile or found.profile
        if asked.source is None:
            sources.check_level(found.kind, profile)
            projects.change(connection, found.id, name=name, profile=profile)
        else:
            new = sources.to_project(
                name, asked.source, vault=using.vault, directories=using.sqlite_directories
            )
            elsewhere = (new.kind, new.location) != (found.kind, found.location)
            profile = asked.profile or ("none" if elsewhere else found.profile)
            sources.check_level(new.kind, profile)
            projects.change_source(connection, found.id, replace(new, profile=profile))
        body = _body(connection, ownership.project(connection, project_id))
    return flask.jsonify(body.dump())


@blueprint.delete("/<uuid:project_id>")
@operation(PROJECTS, answers={204: None}, refuses=(403, 404))
def delete(project_id: UUID) -> flask.Response:
    """Delete a project with its jobs, snapshots and contexts; a running job stops."""
    using = services.current()
    with using.database.write() as connection:
        found = ownership.project(connection, project_id)
        running = jobs.active(connection, found.id)
        projects.delete(connection, found.id)
    if running is not None:
        using.courier.gone(running.id)
    return flask.Response(status=HTTPStatus.NO_CONTENT)


@blueprint.get("/<uuid:project_id>/schema")
@operation(PROJECTS, answers={200: SchemaBody}, refuses=(404,))
def show_schema(project_id: UUID) -> flask.Response:
    """Show the schema as it was last read."""
    with services.current().database.read() as connection:
        found = ownership.project(connection, project_id)
        stored = contexts.latest_snapshot(connection, found.id)
    if stored is None:
        raise NotScannedError(found.id)
    snapshot = codec.snapshot_from_dict(json.loads(stored.document))
    return flask.jsonify(schema(stored, snapshot).dump())


def _body(connection: sa.Connection, found: Project) -> ProjectBody:
    return project(found, overviews.of_project(connection, found.id))

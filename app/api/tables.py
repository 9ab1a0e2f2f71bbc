"""The tables of a project: /api/v1/projects/{id}/tables, and how they join."""

from http import HTTPStatus
from uuid import UUID

import flask
import sqlalchemy as sa

from app import authentication, compression, errors, services
from app.api import browsing, ownership, presentation, requests, schemas_tables
from app.api.browsing import Shelf
from app.api.contexts import NoContextError, stored_context
from app.api.documentation import PROJECTS, operation
from app.api.projects import NotScannedError
from app.api.schemas_contexts import VersionAsked
from app.api.schemas_items import Items
from app.api.schemas_tables import JoinList, TableBody, TableList
from store import contexts

blueprint = flask.Blueprint("tables", __name__, url_prefix="/api/v1/projects")
blueprint.before_request(authentication.require)


class UnknownTableError(errors.ProblemError):
    """The schema has no such table."""

    status = HTTPStatus.NOT_FOUND
    code = "unknown_table"
    remedy = "GET .../tables lists the tables; the schema may have changed since."


@blueprint.get("/<uuid:project_id>/tables")
@operation(PROJECTS, query=VersionAsked, answers={200: TableList}, refuses=(404,))
def listing(project_id: UUID) -> flask.Response:
    """List all tables with a line and the names of their columns, to be filtered by the client.

    With a version: the tables that this version of the context describes.
    """
    asked = requests.query(VersionAsked)
    with services.current().database.read() as connection:
        found = _shelf(connection, project_id, asked.version)
    body = schemas_tables.table_list(browsing.rows(found), _version(found))
    return compression.when_accepted(flask.jsonify(body.dump()))


@blueprint.get("/<uuid:project_id>/tables/<path:table_id>", merge_slashes=False)
@operation(PROJECTS, query=VersionAsked, answers={200: TableBody}, refuses=(404,))
def show(project_id: UUID, table_id: str) -> flask.Response:
    """Show a table: columns, joins, and what was written about them with source and confidence."""
    asked = requests.query(VersionAsked)
    with services.current().database.read() as connection:
        found = _shelf(connection, project_id, asked.version)
        table = found.snapshot.find(table_id)
        if table is None:
            raise UnknownTableError(f"The schema has no table {table_id[:100]!r}.")
        items = _items(connection, found)
    context = presentation.written(found.context) if found.context else None
    body = schemas_tables.table(
        table, context, items, version=_version(found), related=browsing.related(found)
    )
    return flask.jsonify(body.dump())


@blueprint.get("/<uuid:project_id>/joins")
@operation(PROJECTS, query=VersionAsked, answers={200: JoinList}, refuses=(404,))
def joins(project_id: UUID) -> flask.Response:
    """List how the tables join, by declared and by implied references."""
    asked = requests.query(VersionAsked)
    with services.current().database.read() as connection:
        found = _shelf(connection, project_id, asked.version)
    items = [schemas_tables.join(each) for each in browsing.related(found)]
    return compression.when_accepted(flask.jsonify(JoinList(items=items).dump()))


def _shelf(connection: sa.Connection, project_id: UUID, version: int | None) -> Shelf:
    project = ownership.project(connection, project_id)
    context = (
        contexts.get(connection, project.id)
        if version is None
        else stored_context(connection, project_id, version)
    )
    found = browsing.shelf(connection, project.id, context, own=version is not None)
    if found is None:
        if version is None:
            raise NotScannedError(project.id)
        raise NoContextError("The schema that this version describes is no longer kept.")
    return found


def _items(connection: sa.Connection, found: Shelf) -> Items | None:
    if found.context is None:
        return None
    reviewed = presentation.review(connection, found.context)
    standing = presentation.standing(connection, found.context, reviewed)
    return Items(reviewed, standing.touched)


def _version(found: Shelf) -> int | None:
    return found.context.version if found.context else None

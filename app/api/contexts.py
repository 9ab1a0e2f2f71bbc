"""What was written about a project: /api/v1/projects/{id}/context."""

from http import HTTPStatus
from uuid import UUID

import flask
import sqlalchemy as sa

from app import authentication, errors, finding, services
from app.api import ownership, presentation, requests
from app.api.documentation import CONTEXTS, operation
from app.api.schemas_contexts import (
    ContextBody,
    Edits,
    ExportAsked,
    VersionAsked,
    VersionList,
    version,
)
from app.finding import Subject
from catalog import codec, edits
from catalog.renderings import formats, prompt
from catalog.renderings.formats import Rendering
from store import contexts
from store.contexts import StoredContext

PROMPT = "prompt"
blueprint = flask.Blueprint("contexts", __name__, url_prefix="/api/v1/projects")
blueprint.before_request(authentication.require)


class NoContextError(errors.ProblemError):
    """The project has no context, or not this version of it."""

    status = HTTPStatus.NOT_FOUND
    code = "no_context"
    remedy = "Generate the context with POST .../context/generate, or ask for another version."


class UnknownTargetError(errors.ProblemError):
    """There is nothing in the context that could be edited under this name."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    code = "unknown_target"
    remedy = "Use description, summary, table:<table id> or column:<table id>.<column name>."


class UnknownExportError(errors.ProblemError):
    """There is no such export format."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    code = "unknown_format"
    remedy = f"Use one of: {', '.join((*formats.FORMATS, PROMPT))}."


class NoQuestionError(errors.ProblemError):
    """A prompt is made for a question, and there is none."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    code = "question_missing"
    remedy = (
        "Add the question as q, and the budget as tokens, e.g. &q=Who+buys+most%3F&tokens=4000."
    )


@blueprint.get("/<uuid:project_id>/context")
@operation(CONTEXTS, query=VersionAsked, answers={200: ContextBody}, refuses=(404,))
def show(project_id: UUID) -> flask.Response:
    """Show the context, the latest version by default, with people's edits over it."""
    asked = requests.query(VersionAsked)
    with services.current().database.read() as connection:
        stored = _stored(connection, project_id, asked.version)
        body = presentation.context(connection, stored)
    return flask.jsonify(body.dump())


@blueprint.get("/<uuid:project_id>/context/versions")
@operation(CONTEXTS, answers={200: VersionList}, refuses=(404,))
def list_versions(project_id: UUID) -> flask.Response:
    """List all versions, newest first."""
    with services.current().database.read() as connection:
        project = ownership.project(connection, project_id)
        found = contexts.versions(connection, project.id)
    return flask.jsonify(VersionList(items=[version(each) for each in found]).dump())


@blueprint.put("/<uuid:project_id>/context")
@operation(CONTEXTS, body=Edits, answers={200: ContextBody}, refuses=(403, 404))
def edit(project_id: UUID) -> flask.Response:
    """Write over generated texts; later generations keep what was written."""
    asked = requests.body(Edits)
    with services.current().database.write() as connection:
        stored = _stored(connection, project_id, None)
        _check_targets(asked, edits.targets(presentation.written(stored)))
        for each in asked.edits:
            if each.text is None:
                contexts.remove_edit(connection, stored.project_id, target=each.target)
            else:
                contexts.save_edit(
                    connection,
                    stored.project_id,
                    target=each.target,
                    text=each.text,
                    user_id=authentication.user_id(),
                )
        body = presentation.context(connection, stored)
    return flask.jsonify(body.dump())


@blueprint.get("/<uuid:project_id>/context/export")
@operation(CONTEXTS, query=ExportAsked, answers={200: None}, refuses=(404,))
def export(project_id: UUID) -> flask.Response:
    """Export the context as a file.

    Formats: markdown, json, mermaid, dbt, mschema, comments (COMMENT ON statements), and prompt:
    the tables that a model needs to answer the question `q` in SQL, in at most `tokens`.
    """
    asked = requests.query(ExportAsked)
    with services.current().database.read() as connection:
        stored = _stored(connection, project_id, asked.version)
        # The schema that the context describes, even when another was read since.
        described = contexts.snapshot(connection, stored.project_id, fingerprint=stored.fingerprint)
        if described is None:
            raise NoContextError("The schema that this version describes is no longer kept.")
        searched = finding.subject(connection, described, stored)
    return _file(_rendering(asked, searched, stored))


def _rendering(asked: ExportAsked, searched: Subject, stored: StoredContext) -> Rendering:
    snapshot = codec.snapshot_from_dict(flask.json.loads(searched.snapshot.document))
    context = edits.apply(presentation.written(stored), searched.edited)
    if asked.format == PROMPT:
        if asked.q is None:
            raise NoQuestionError("The format prompt needs a question.")
        found = finding.find(services.current(), searched, asked.q, limit=prompt.MOST_TABLES)
        text = prompt.render(snapshot, context, found.hits, question=asked.q, tokens=asked.tokens)
        return formats.as_file(
            text, snapshot, media_type="text/plain; charset=utf-8", ending=".prompt.txt"
        )
    try:
        return formats.render(asked.format, snapshot, context)
    except formats.UnknownFormatError as error:
        raise UnknownExportError(f"There is no export format {asked.format[:40]!r}.") from error


def _file(rendering: Rendering) -> flask.Response:
    response = flask.Response(rendering.text, content_type=rendering.media_type)
    response.headers.set("Content-Disposition", "attachment", filename=rendering.filename)
    return response


def _stored(
    connection: sa.Connection, project_id: UUID, asked_version: int | None
) -> StoredContext:
    project = ownership.project(connection, project_id)
    stored = contexts.get(connection, project.id, version=asked_version)
    if stored is None:
        which = "context" if asked_version is None else f"version {asked_version} of its context"
        raise NoContextError(f"Project {project.id} has no {which}.")
    return stored


def _check_targets(asked: Edits, known: frozenset[str]) -> None:
    # Removing may name a target that a changed schema no longer has.
    unknown = [each.target for each in asked.edits if each.text and each.target not in known]
    if unknown:
        named = ", ".join(repr(target[:100]) for target in unknown[:5])
        raise UnknownTargetError(f"The context has no {named}.")

"""What was written about a project: /api/v1/projects/{id}/context."""

from http import HTTPStatus
from uuid import UUID

import flask
import sqlalchemy as sa

from app import authentication, errors, services
from app.api import ownership, presentation, requests, schemas_comparisons
from app.api.documentation import CONTEXTS, operation
from app.api.schemas_comparisons import ComparisonBody
from app.api.schemas_contexts import (
    ContextAsked,
    ContextBody,
    Edit,
    Edits,
    Extent,
    Undo,
    VersionList,
    version,
)
from app.reviewing import Reviewed
from catalog import bases, comparison, differences, reviews
from store import contexts
from store import reviews as decisions
from store.contexts import StoredContext
from store.reviews import Decision

blueprint = flask.Blueprint("contexts", __name__, url_prefix="/api/v1/projects")
blueprint.before_request(authentication.require)


class NoContextError(errors.ProblemError):
    """The project has no context, or not this version of it."""

    status = HTTPStatus.NOT_FOUND
    code = "no_context"
    remedy = (
        "Generate the context (`schemalore generate`, or POST .../context/generate), or ask for"
        " another version."
    )


class UnknownTargetError(errors.ProblemError):
    """There is nothing in the context that could be decided about under this name."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    code = "unknown_target"
    remedy = (
        "Use description, summary, domain:<name>, table:<table id>, column:<table id>.<column"
        " name>, prompt:<question> or insight:<text>."
    )


class NothingToUndoError(errors.ProblemError):
    """Nobody decided anything about this target."""

    status = HTTPStatus.CONFLICT
    code = "nothing_to_undo"
    remedy = "Undo what is among the context's reviews."


@blueprint.get("/<uuid:project_id>/context")
@operation(CONTEXTS, query=ContextAsked, answers={200: ContextBody}, refuses=(404,))
def show(project_id: UUID) -> flask.Response:
    """Show the context, the latest version by default, as people left it.

    `changes` tells what became of the schema since, `staleTargets` which texts cannot know it.
    """
    asked = requests.query(ContextAsked)
    with services.current().database.read() as connection:
        stored = stored_context(connection, project_id, asked.version)
        body = presentation.context(connection, stored, tables=asked.tables)
    return flask.jsonify(body.dump())


@blueprint.get("/<uuid:project_id>/context/versions")
@operation(CONTEXTS, answers={200: VersionList}, refuses=(404,))
def list_versions(project_id: UUID) -> flask.Response:
    """List all versions, newest first."""
    with services.current().database.read() as connection:
        project = ownership.project(connection, project_id)
        found = contexts.versions(connection, project.id)
    return flask.jsonify(VersionList(items=[version(each) for each in found]).dump())


@blueprint.get("/<uuid:project_id>/context/versions/<int:before>/compare/<int:after>")
@operation(CONTEXTS, answers={200: ComparisonBody}, refuses=(404,))
def compare(project_id: UUID, before: int, after: int) -> flask.Response:
    """Compare two versions as they were written: texts, scores, and the schemas they describe."""
    with services.current().database.read() as connection:
        old = stored_context(connection, project_id, before)
        new = stored_context(connection, project_id, after)
        described = presentation.described(connection, old)
        now = presentation.described(connection, new)
    schema = differences.between(described, now) if described and now else None
    found = comparison.between(
        presentation.written(old), presentation.written(new), schema=schema, described=described
    )
    return flask.jsonify(schemas_comparisons.comparison(old, new, found).dump())


@blueprint.put("/<uuid:project_id>/context")
@operation(CONTEXTS, body=Edits, query=Extent, answers={200: ContextBody}, refuses=(403, 404))
def edit(project_id: UUID) -> flask.Response:
    """Write over generated texts, accept or discard them; later generations keep to it.

    `state` is `edited` with a text, and without one `draft`, `accepted` or `discarded`; without a
    state a text edits, and no text brings back what was generated.
    """
    asked, extent = requests.body(Edits), requests.query(Extent)
    with services.current().database.write() as connection:
        stored = stored_context(connection, project_id, None, held=True)
        found = presentation.review(connection, stored)
        _check_targets(asked, found)
        for each in asked.edits:
            decision = _decision(each, found)
            user_id = authentication.user_id()
            decisions.decide(connection, stored.project_id, decision, user_id=user_id)
        body = presentation.context(connection, stored, tables=extent.tables)
    return flask.jsonify(body.dump())


@blueprint.post("/<uuid:project_id>/context/undo")
@operation(CONTEXTS, body=Undo, query=Extent, answers={200: ContextBody}, refuses=(403, 404, 409))
def undo(project_id: UUID) -> flask.Response:
    """Take the last decision about a target back; the one before it counts again."""
    asked, extent = requests.body(Undo), requests.query(Extent)
    with services.current().database.write() as connection:
        stored = stored_context(connection, project_id, None)
        if not decisions.undo(connection, stored.project_id, target=asked.target):
            raise NothingToUndoError(f"Nothing was decided about {asked.target[:100]!r}.")
        body = presentation.context(connection, stored, tables=extent.tables)
    return flask.jsonify(body.dump())


def stored_context(
    connection: sa.Connection, project_id: UUID, asked_version: int | None, *, held: bool = False
) -> StoredContext:
    """Return a version of the caller's project, the latest without a number; NoContextError."""
    project = ownership.project(connection, project_id, held=held)
    stored = contexts.get(connection, project.id, version=asked_version)
    if stored is None:
        which = "context" if asked_version is None else f"version {asked_version} of its context"
        raise NoContextError(f"Project {project.id} has no {which}.")
    return stored


def _check_targets(asked: Edits, found: Reviewed) -> None:
    # Going back to the draft may name a target that a changed schema no longer has.
    known = {**dict(reviews.texts(found.written)), **found.decided}
    unknown = [each.target for each in asked.edits if each.target not in known]
    unknown = [name for name in unknown if any(e.target == name and e.decides for e in asked.edits)]
    if unknown:
        named = ", ".join(repr(target[:100]) for target in unknown[:5])
        raise UnknownTargetError(f"The context has no {named}.")


def _decision(each: Edit, found: Reviewed) -> Decision:
    before = found.decided.get(each.target)
    item = reviews.items(found.written).get(each.target) or (before.item if before else None)
    text = each.text
    if each.chosen == "accepted":
        # What is accepted is what stands there now; it stays when an engine writes anew.
        text = dict(reviews.texts(found.shown)).get(each.target)
        text = text if text is not None else dict(reviews.texts(found.written)).get(each.target)
    basis = None
    if found.snapshot is not None:
        basis = bases.of(each.target, found.snapshot, found.written, item=item)
    return Decision(target=each.target, state=each.chosen, text=text, item=item, basis=basis)

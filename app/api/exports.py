"""A context as a file: /api/v1/projects/{id}/context/export."""

from http import HTTPStatus
from uuid import UUID

import flask

from app import authentication, errors, finding, reviewing, services
from app.api import presentation, requests
from app.api.contexts import NoContextError, stored_context
from app.api.documentation import CONTEXTS, operation
from app.api.schemas_contexts import ExportAsked
from app.finding import Subject
from catalog import codec
from catalog.context import Context
from catalog.model import Snapshot
from catalog.renderings import formats, mermaid, prompt
from catalog.renderings.formats import Rendering
from store import contexts
from store.contexts import StoredContext

PROMPT = "prompt"
MERMAID = "mermaid"
blueprint = flask.Blueprint("exports", __name__, url_prefix="/api/v1/projects")
blueprint.before_request(authentication.require)


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


class UnknownDomainError(errors.ProblemError):
    """The context has no domain of this name, or the format none at all."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    code = "unknown_domain"
    remedy = "Use the name of one of the context's domains, with format=mermaid."


@blueprint.get("/<uuid:project_id>/context/export")
@operation(CONTEXTS, query=ExportAsked, answers={200: None}, refuses=(404,))
def export(project_id: UUID) -> flask.Response:
    """Export the context as a file.

    Formats: markdown, json (its JSON Schema is /api/v1/schemas/context.json), mermaid (one diagram,
    of one `domain` if it is given), dbt, mschema, comments (COMMENT ON statements), and prompt: the
    tables that a model needs to answer the question `q` in SQL, in at most `tokens`.
    """
    asked = requests.query(ExportAsked)
    with services.current().database.read() as connection:
        stored = stored_context(connection, project_id, asked.version)
        # The schema that the context describes, even when another was read since.
        described = contexts.snapshot(connection, stored.project_id, fingerprint=stored.fingerprint)
        if described is None:
            raise NoContextError("The schema that this version describes is no longer kept.")
        searched = finding.subject(connection, described, stored)
    return _file(_rendering(asked, searched, stored))


def _rendering(asked: ExportAsked, searched: Subject, stored: StoredContext) -> Rendering:
    snapshot = codec.snapshot_from_dict(flask.json.loads(searched.snapshot.document))
    written = presentation.written(stored)
    context = reviewing.lay_over(written, searched.reviews, snapshot).shown
    if asked.domain is not None:
        return _of_domain(asked.format, snapshot, context, asked.domain)
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


def _of_domain(form: str, snapshot: Snapshot, context: Context, name: str) -> Rendering:
    text = mermaid.of_domain(snapshot, context, name) if form == MERMAID else None
    if text is None:
        raise UnknownDomainError(f"There is no {form[:40]!r} of the domain {name[:100]!r}.")
    return formats.as_file(
        text, snapshot, media_type="text/vnd.mermaid; charset=utf-8", ending=".domain.mmd"
    )


def _file(rendering: Rendering) -> flask.Response:
    response = flask.Response(rendering.text, content_type=rendering.media_type)
    response.headers.set("Content-Disposition", "attachment", filename=rendering.filename)
    return response

"""Models: /api/v1/models."""

import flask

from app import authentication, services
from app.api import requests, submission
from app.api.documentation import MODELS, operation
from app.api.schemas_jobs import JobBody
from app.api.schemas_models import ModelList, PullAsked, listing
from contract.states import JobKind
from store.submissions import NewJob

blueprint = flask.Blueprint("models", __name__, url_prefix="/api/v1/models")
blueprint.before_request(authentication.require)


@blueprint.get("")
@operation(MODELS, answers={200: ModelList})
def show() -> flask.Response:
    """List the models that are installed on the model servers, and which servers answer."""
    return flask.jsonify(listing(services.current().model_servers.listing()).dump())


@blueprint.post("/pull")
@operation(MODELS, body=PullAsked, answers={200: JobBody, 202: JobBody}, refuses=(403, 409, 429))
def pull() -> flask.Response:
    """Pull a model of Ollama's library onto the model servers, as a job without a project.

    202 with the new job, or 200 with the one that stands in its place: the caller's active pull of
    the same model, or the job of the same Idempotency-Key.
    """
    asked = requests.body(PullAsked)
    with services.current().database.write() as connection:
        job, new = submission.submit(
            connection,
            NewJob(
                user_id=authentication.user_id(),
                project_id=None,
                kind=JobKind.PULL_MODEL,
                options={"model": asked.tagged},
                idempotency_key=requests.idempotency_key(),
            ),
        )
    return submission.answer(job, new=new)

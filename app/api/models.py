"""Models: /api/v1/models."""

import flask

from app import authentication, services
from app.api.documentation import MODELS, operation
from app.api.schemas_models import ModelList, listing

blueprint = flask.Blueprint("models", __name__, url_prefix="/api/v1/models")
blueprint.before_request(authentication.require)


@blueprint.get("")
@operation(MODELS, answers={200: ModelList})
def show() -> flask.Response:
    """List the models that are installed on the model servers, and which servers answer."""
    return flask.jsonify(listing(services.current().model_servers.listing()).dump())

"""Schemas of what leaves Schemalore, for those who read it: /api/v1/schemas."""

import flask

from app.api.documentation import CONTEXTS, operation
from catalog import published

blueprint = flask.Blueprint("published", __name__)


@blueprint.get(published.ADDRESS)
@operation(CONTEXTS, answers={200: None})
def context() -> flask.Response:
    """Return the JSON Schema of the JSON export; it needs no account."""
    return flask.jsonify(published.schema())

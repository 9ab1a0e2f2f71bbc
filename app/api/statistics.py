"""Figures about the caller's generations: /api/v1/stats."""

import flask

from app import authentication, services
from app.api.documentation import JOBS, operation
from app.api.schemas_statistics import Figures, figures
from store import model_calls, statistics

blueprint = flask.Blueprint("statistics", __name__, url_prefix="/api/v1/stats")
blueprint.before_request(authentication.require)


@blueprint.get("/generations")
@operation(JOBS, answers={200: Figures})
def generations() -> flask.Response:
    """Show success rate and times of the caller's last 500 generations, and models' speeds."""
    with services.current().database.read() as connection:
        runs = statistics.finished_runs(connection, user_id=authentication.user_id())
        models = model_calls.totals(connection, user_id=authentication.user_id())
    return flask.jsonify(figures(runs, models).dump())

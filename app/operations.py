"""For those who keep the service running: liveness, readiness, metrics."""

from http import HTTPStatus

import flask
import prometheus_client
import redis
import sqlalchemy as sa

from app import services
from app.api.documentation import OPERATIONS, operation
from app.api.schemas import Wire
from store import statistics, upgrade
from store.database import Database

blueprint = flask.Blueprint("operations", __name__)


class Liveness(Wire):
    """The process answers."""

    status: str


class Readiness(Wire):
    """Whether requests can be served; `missing` names what is not there."""

    status: str
    missing: list[str]


@blueprint.get("/healthz")
@operation(OPERATIONS, answers={200: Liveness}, public=True)
def healthz() -> flask.Response:
    """Say that the process lives, whatever it depends on."""
    return flask.jsonify(Liveness(status="ok").dump())


@blueprint.get("/readyz")
@operation(OPERATIONS, answers={200: Readiness, 503: Readiness}, public=True)
def readyz() -> flask.Response:
    """Say whether requests can be served, and what is missing otherwise."""
    using = services.current()
    missing = [*_missing_of(using.database), *_missing_of_redis(using.redis)]
    response = flask.jsonify(
        Readiness(status="not ready" if missing else "ok", missing=missing).dump()
    )
    response.status_code = HTTPStatus.SERVICE_UNAVAILABLE if missing else HTTPStatus.OK
    return response


@blueprint.get("/metrics")
@operation(OPERATIONS, answers={200: None}, public=True)
def metrics() -> flask.Response:
    """Show the queue in Prometheus's text format, counted in SQL at this moment."""
    # Made anew each time: the figures are the database's, no matter which process is asked. They
    # can fall, when a project is deleted with its jobs, so none of them is a counter.
    registry = prometheus_client.CollectorRegistry()
    with services.current().database.read() as connection:
        totals = statistics.totals(connection)
        figures = {
            "oldest_queued_seconds": (
                "How long the oldest queued job has waited.",
                statistics.oldest_queued_seconds(connection),
            ),
            "job_attempts": ("Claims of jobs by workers.", totals.attempts),
            "job_redeliveries": ("Claims that were not a job's first.", totals.repeated),
            "job_lease_expiries": ("Leases that ran out: lost workers.", totals.losses),
            "job_dead_letters": (
                "Jobs that failed because their workers were lost again and again.",
                totals.dead_letters,
            ),
        }
    jobs = prometheus_client.Gauge(
        "schemalore_jobs", "Jobs by status.", ["status"], registry=registry
    )
    for status, count in totals.by_status.items():
        jobs.labels(status=status).set(count)
    for name, (about, value) in figures.items():
        prometheus_client.Gauge(f"schemalore_{name}", about, registry=registry).set(value)
    return flask.Response(
        prometheus_client.generate_latest(registry),
        content_type=prometheus_client.CONTENT_TYPE_LATEST,
    )


def _missing_of(database: Database) -> list[str]:
    try:
        with database.read() as connection:
            return [] if upgrade.at_head(connection) else ["migrations"]
    except sa.exc.SQLAlchemyError:
        return ["database"]


def _missing_of_redis(client: redis.Redis) -> list[str]:
    try:
        client.ping()
    except redis.RedisError:
        return ["redis"]
    return []

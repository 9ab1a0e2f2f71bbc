"""What operators ask the relay: is it alive, is it ready, what does it do."""

from collections.abc import Iterator

import flask
import prometheus_client
import sqlalchemy as sa
from flask import Blueprint, Response
from prometheus_client import CollectorRegistry, Gauge, ProcessCollector
from prometheus_client.core import CounterMetricFamily
from prometheus_client.registry import Collector

from relay.hub import Hub
from store.database import Database


def blueprint(*, hub: Hub, database: Database) -> Blueprint:
    """Return /healthz, /readyz and /metrics."""
    routes = Blueprint("operations", __name__)
    registry = CollectorRegistry()
    ProcessCollector(registry=registry)
    streams = Gauge("schemalore_relay_streams", "Open streams.", registry=registry)
    streams.set_function(lambda: hub.count)
    redis_up = Gauge("schemalore_relay_redis_up", "1 while Redis answers.", registry=registry)
    redis_up.set_function(lambda: float(hub.subscriber.up))
    subscriptions = Gauge(
        "schemalore_relay_subscriptions", "Jobs that are followed here.", registry=registry
    )
    subscriptions.set_function(lambda: len(hub.rooms))
    registry.register(Counted(hub))

    @routes.get("/healthz")
    def healthz() -> Response:
        return flask.jsonify(status="ok")

    @routes.get("/readyz")
    def readyz() -> tuple[Response, int]:
        missing = [
            name
            for name, there in (("database", _answers(database)), ("redis", hub.subscriber.up))
            if not there
        ]
        status = "not ready" if missing else "ok"
        return flask.jsonify(status=status, missing=missing), 503 if missing else 200

    @routes.get("/metrics")
    def metrics() -> Response:
        return Response(
            prometheus_client.generate_latest(registry),
            content_type=prometheus_client.CONTENT_TYPE_LATEST,
        )

    return routes


class Counted(Collector):
    """What the hub has counted since it began."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub

    def collect(self) -> Iterator[CounterMetricFamily]:
        """Yield a counter for each."""
        yield CounterMetricFamily("schemalore_relay_frames", "Frames sent.", self._hub.pace.frames)
        yield CounterMetricFamily(
            "schemalore_relay_repairs",
            "Streams that read SQL because a live event was lost.",
            self._hub.recall.repairs,
        )


def _answers(database: Database) -> bool:
    try:
        with database.read() as connection:
            connection.execute(sa.text("SELECT 1"))
    except sa.exc.SQLAlchemyError:
        return False
    return True

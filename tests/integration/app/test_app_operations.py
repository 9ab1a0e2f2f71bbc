"""What operators, browsers and tools see: health, metrics, headers, origins, OpenAPI."""

import re

import flask
import pytest
from schemathesis.specs.openapi.definitions import OPENAPI_31_VALIDATOR

from store import claims, sweeps
from tests import services
from tests.integration.app.conftest import MakeApp
from tests.integration.app.people import Person

pytestmark = pytest.mark.integration
PAGE = "http://localhost:8000"


class TestHealth:
    def test_of_the_process_needs_nothing(self, make_app: MakeApp) -> None:
        """A process whose store and Redis are gone still lives."""
        app = make_app(redis_url=f"redis://127.0.0.1:{services.free_port()}/0")
        with app.extensions["schemalore"].database.write() as connection:
            connection.exec_driver_sql("DROP TABLE alembic_version")
        answer = app.test_client().get("/healthz")

        assert (200, {"status": "ok"}) == (answer.status_code, answer.json)

    def test_is_ready_when_all_is_there(self, app: flask.Flask) -> None:
        """Store, migrations and Redis."""
        answer = app.test_client().get("/readyz")

        assert (200, {"status": "ok", "missing": []}) == (answer.status_code, answer.json)

    def test_names_what_is_missing(self, make_app: MakeApp) -> None:
        """An operator sees at once what to look at."""
        app = make_app(redis_url=f"redis://127.0.0.1:{services.free_port()}/0")
        with app.extensions["schemalore"].database.write() as connection:
            connection.exec_driver_sql("DELETE FROM alembic_version")
        answer = app.test_client().get("/readyz")

        assert (503, ["migrations", "redis"]) == (answer.status_code, answer.get_json()["missing"])


class TestMetrics:
    def test_count_in_sql(self, app: flask.Flask, ada: Person) -> None:
        """Every state has a figure, zeros included."""
        ada.job(ada.project())
        lines = app.test_client().get("/metrics").text.splitlines()

        assert 'schemalore_jobs{status="queued"} 1.0' in lines
        assert 'schemalore_jobs{status="failed"} 0.0' in lines
        assert any(line.startswith("schemalore_oldest_queued_seconds ") for line in lines)

    def test_show_what_was_lost(self, app: flask.Flask, ada: Person) -> None:
        """A job whose worker is lost three times is three claims, three losses, one dead letter."""
        job_id = ada.job(ada.project())
        with app.extensions["schemalore"].database.write() as connection:
            for _ in range(3):
                claims.claim(connection, job_id, lease_seconds=-1)
                sweeps.sweep(connection, max_losses=3)
        lines = app.test_client().get("/metrics").text.splitlines()

        assert {
            "schemalore_job_attempts 3.0",
            "schemalore_job_redeliveries 2.0",
            "schemalore_job_lease_expiries 3.0",
            "schemalore_job_dead_letters 1.0",
        } <= set(lines)


class TestStatistics:
    def test_of_nobody_s_runs_are_empty(self, ada: Person) -> None:
        """Without a run there is no rate and no time, rather than a zero."""
        figures = ada.get("/stats/generations").json

        names = ("count", "successRate", "queue", "seconds", "steps", "engines", "models")
        assert (0, None, None, None, {}, [], []) == tuple(figures[name] for name in names)


class TestOrigins:
    def test_of_our_pages_may_read_with_cookies(self, app: flask.Flask) -> None:
        """The page's origin is allowed exactly, and sees the headers it needs."""
        answer = app.test_client().get("/api/v1/jobs", headers={"Origin": PAGE})

        assert PAGE == answer.headers["Access-Control-Allow-Origin"]
        assert "true" == answer.headers["Access-Control-Allow-Credentials"]
        assert {"ETag", "Location", "Retry-After"} <= set(
            answer.headers["Access-Control-Expose-Headers"].split(", ")
        )
        assert "Origin" in answer.headers["Vary"]

    @pytest.mark.parametrize("path", ["/api/v1/projects", "/api/v1/jobs", "/api/v1/auth/login"])
    def test_are_told_before_the_request(self, app: flask.Flask, path: str) -> None:
        """A preflight carries no token and is answered all the same."""
        answer = app.test_client().options(
            path,
            headers={
                "Origin": PAGE,
                "Access-Control-Request-Method": "POST",
                "Access-Control-Request-Headers": "content-type, x-csrf-token",
            },
        )

        assert 200 == answer.status_code
        assert PAGE == answer.headers["Access-Control-Allow-Origin"]
        assert "x-csrf-token" in answer.headers["Access-Control-Allow-Headers"].lower()

    @pytest.mark.parametrize(
        "origin",
        [
            "https://evil.example",
            "null",
            "http://localhost:8000.evil.example",
            "http://localhost:80001",
        ],
    )
    def test_of_strangers_may_not(self, app: flask.Flask, origin: str) -> None:
        """No other origin is answered with permission, nor one that only begins like ours."""
        answer = app.test_client().get("/api/v1/jobs", headers={"Origin": origin})

        assert "Access-Control-Allow-Origin" not in answer.headers


class TestHeaders:
    def test_forbid_everything_to_answers_that_are_no_pages(self, ada: Person) -> None:
        """What a browser opens of the API loads nothing and is not kept."""
        headers = ada.get("/projects").headers

        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert "nosniff" == headers["X-Content-Type-Options"]
        assert "no-store" == headers["Cache-Control"]


class TestDocumentation:
    def test_is_valid_openapi(self, app: flask.Flask) -> None:
        """The document satisfies the published schema of OpenAPI 3.1."""
        document = app.test_client().get("/docs/openapi.json").get_json()
        errors = [error.message for error in OPENAPI_31_VALIDATOR.iter_errors(document)]

        assert document["openapi"].startswith("3.1")
        assert [] == errors

    def test_lists_every_operation(self, app: flask.Flask) -> None:
        """No route of the API is forgotten."""
        paths = app.test_client().get("/docs/openapi.json").get_json()["paths"]
        listed = {(method.upper(), path) for path, methods in paths.items() for method in methods}
        routed = {
            (method, re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule))
            for rule in app.url_map.iter_rules()
            if rule.rule.startswith("/api/") or rule.endpoint.startswith("operations.")
            for method in rule.methods or ()
            if method not in {"HEAD", "OPTIONS"}
        }

        assert routed == listed
        assert 25 <= len(routed)

    def test_resolves_every_reference(self, app: flask.Flask) -> None:
        """No schema is named that is not there."""
        text = app.test_client().get("/docs/openapi.json").text
        named = set(re.findall(r'"#/components/schemas/([^"]+)"', text))

        document = app.test_client().get("/docs/openapi.json").get_json()

        assert named <= set(document["components"]["schemas"])

    def test_loads_nothing_from_elsewhere(self, app: flask.Flask) -> None:
        """The page and what it loads come from this server, and its policy says so."""
        page = app.test_client().get("/docs")
        sources = re.findall(r'(?:src|href)="([^"]+)"', page.text)
        local = [source for source in sources if source.startswith("/docs/")]

        assert 200 == page.status_code
        assert ["data:,"] == [source for source in sources if source not in local]
        assert [200] * 3 == [_status(app, source) for source in local]
        assert "http" not in page.headers["Content-Security-Policy"]


def _status(app: flask.Flask, path: str) -> int:
    with app.test_client().get(path) as answer:
        return answer.status_code

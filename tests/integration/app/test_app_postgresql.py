"""The same API over PostgreSQL: every query that the views make runs there too."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import flask
import pytest
import sqlalchemy as sa

from store import contexts, projects
from tests.integration.app import worlds
from tests.integration.app.conftest import MakeApp
from tests.integration.app.people import PROBLEM, Answer, Person, refusal, register

pytestmark = pytest.mark.integration

EDITS = {"edits": [{"target": "table:customers", "text": "Our clientele."}]}


@pytest.fixture
def app(make_app: MakeApp, postgres_store_url: str) -> flask.Flask:
    """An application whose store is a PostgreSQL."""
    return make_app(database_url=postgres_store_url)


def write(app: flask.Flask, project_id: str, job_id: str) -> None:
    """Store what a worker would: two scans, of which the later one counts, and a context."""
    old, new = worlds.snapshot(columns=("id",)), worlds.snapshot()
    with app.extensions["schemalore"].database.write() as connection:
        for taken, size in ((old, (2, 3)), (new, (2, 4))):
            contexts.save_snapshot(
                connection,
                project_id,
                fingerprint=worlds.fingerprint(taken),
                size=size,
                document=worlds.snapshot_document(taken),
            )
        contexts.save(
            connection,
            contexts.NewContext(
                project_id=project_id,
                job_id=job_id,
                engine="structural",
                model=None,
                fingerprint=worlds.fingerprint(new),
                document=worlds.context_document(),
            ),
        )


def answered_during(
    app: flask.Flask, change: Callable[[sa.Connection], None], request: Callable[[], Answer]
) -> Answer:
    """Return the answer to a request that came while a change was not committed yet."""
    engine = app.extensions["schemalore"].database.engine
    blocked = sa.text(
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    with ThreadPoolExecutor() as threads:
        with engine.begin() as connection:
            change(connection)
            answer = threads.submit(request)
            # In a transaction it would see again and again what it saw first.
            with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as watching:
                while not answer.done() and not watching.execute(blocked).scalar():
                    time.sleep(0.02)
        return answer.result()


class TestAtTheSameTime:
    @pytest.mark.parametrize(
        ("method", "path", "body"),
        [("POST", "context/generate", None), ("PUT", "context", EDITS)],
    )
    def test_nothing_is_added_to_a_project_that_goes(
        self, app: flask.Flask, ada: Person, method: str, path: str, body: object
    ) -> None:
        """It is gone, which is no failure of the server."""
        project_id = ada.project()
        write(app, project_id, ada.job(project_id))
        answer = answered_during(
            app,
            lambda connection: projects.delete(connection, project_id),
            lambda: ada.send(method, f"/projects/{project_id}/{path}", json=body),
        )

        assert (404, PROBLEM, "not_found") == refusal(answer)

    def test_nobody_takes_back_what_another_changed(self, app: flask.Flask, ada: Person) -> None:
        """Who changes the level leaves the name as it was given meanwhile."""
        project_id = ada.project()
        answer = answered_during(
            app,
            lambda connection: projects.change(connection, project_id, name="new", profile="none"),
            lambda: ada.send("PATCH", f"/projects/{project_id}", json={"profile": "statistics"}),
        )

        assert ("new", "statistics") == (answer.json["name"], answer.json["profile"])


class TestPostgresql:
    def test_serves_the_whole_walk(self, app: flask.Flask, ada: Person) -> None:
        """From an account to an edited context, with every list on the way."""
        project_id = ada.project()
        path = f"/projects/{project_id}"
        job_id = ada.job(project_id)
        write(app, project_id, job_id)
        item = ada.get("/projects").json["items"][0]
        statuses = [
            ada.send("PUT", f"{path}/context", json=EDITS).status_code,
            ada.get(f"{path}/search?q=clientele").status_code,
            ada.get(f"{path}/context/export?format=markdown").status_code,
            ada.post(f"{path}/context/generate").status_code,
            ada.get(f"/jobs?projectId={project_id}&status=queued").status_code,
            ada.post(f"/jobs/{job_id}/cancel").status_code,
            ada.get(f"/jobs/{job_id}/events").status_code,
            ada.get("/stats/generations").status_code,
            app.test_client().get("/metrics").status_code,
            app.test_client().get("/readyz").status_code,
        ]

        assert (2, 4, 1, job_id) == tuple(
            item[name] for name in ("tables", "columns", "contextVersion", "activeJobId")
        )
        assert [200, 200, 200, 200, 200, 202, 200, 200, 200, 200] == statuses

    def test_refuses_a_taken_address(self, app: flask.Flask, ada: Person) -> None:
        """A failed insert leaves nothing behind on the connection."""
        answer = app.test_client().post(
            "/api/v1/auth/register", json={"email": "ada@example.org", "password": "x" * 8}
        )

        assert 409 == answer.status_code
        assert 200 == ada.get("/auth/me").status_code
        assert register(app, "bob@example.org").id

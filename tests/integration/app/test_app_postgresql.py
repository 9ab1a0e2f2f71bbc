"""The same API over PostgreSQL: every query that the views make runs there too."""

import flask
import pytest

from store import contexts
from tests.integration.app import worlds
from tests.integration.app.conftest import MakeApp
from tests.integration.app.people import Person, register

pytestmark = pytest.mark.integration


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


class TestPostgresql:
    def test_serves_the_whole_walk(self, app: flask.Flask, ada: Person) -> None:
        """From an account to an edited context, with every list on the way."""
        project_id = ada.project()
        path = f"/projects/{project_id}"
        job_id = ada.job(project_id)
        write(app, project_id, job_id)
        edits = [{"target": "table:customers", "text": "Our clientele."}]
        item = ada.get("/projects").json["items"][0]
        statuses = [
            ada.send("PUT", f"{path}/context", json={"edits": edits}).status_code,
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

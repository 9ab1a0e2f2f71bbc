"""What was written about a project: versions, people's edits, exports, search."""

import flask
import jsonschema
import pytest

from catalog.model import Snapshot
from catalog.renderings import formats
from store import contexts
from tests.integration.app import worlds
from tests.integration.app.people import PROBLEM, Person, refusal

pytestmark = pytest.mark.integration


def scan(app: flask.Flask, project_id: str, taken: Snapshot) -> None:
    """Store a snapshot, as a worker does."""
    with app.extensions["schemalore"].database.write() as connection:
        contexts.save_snapshot(
            connection,
            project_id,
            fingerprint=worlds.fingerprint(taken),
            size=(len(taken.tables), sum(len(table.columns) for table in taken.tables)),
            document=worlds.snapshot_document(taken),
        )


def write(app: flask.Flask, project_id: str, job_id: str) -> None:
    """Store a context, as a worker does."""
    with app.extensions["schemalore"].database.write() as connection:
        contexts.save(
            connection,
            contexts.NewContext(
                project_id=project_id,
                job_id=job_id,
                engine="structural",
                model=None,
                fingerprint=worlds.fingerprint(worlds.snapshot()),
                document=worlds.context_document(),
            ),
        )


@pytest.fixture
def written(app: flask.Flask, ada: Person) -> str:
    """A project of Ada's that was scanned and written about."""
    project_id = ada.project()
    scan(app, project_id, worlds.snapshot())
    write(app, project_id, "job-1")
    return project_id


class TestShow:
    def test_needs_a_context(self, ada: Person) -> None:
        """Before the first generation there is none, and the remedy says how to get one."""
        path = f"/projects/{ada.project()}"

        assert (404, PROBLEM, "no_context") == refusal(ada.get(f"{path}/context"))
        assert (404, PROBLEM, "not_scanned") == refusal(ada.get(f"{path}/schema"))
        assert (404, PROBLEM, "not_scanned") == refusal(ada.get(f"{path}/search?q=x"))

    def test_is_the_latest_version(self, app: flask.Flask, ada: Person, written: str) -> None:
        """Earlier versions stay readable."""
        write(app, written, "job-2")
        path = f"/projects/{written}/context"
        latest, first = ada.get(path).json, ada.get(f"{path}?version=1").json
        listed = ada.get(f"{path}/versions").json["items"]

        assert (2, "job-2", False, {}) == tuple(
            latest[name] for name in ("version", "jobId", "stale", "edits")
        )
        assert (1, "job-1") == (first["version"], first["jobId"])
        assert "It sells." == latest["context"]["summary"]
        assert [2, 1] == [each["version"] for each in listed]
        assert (404, PROBLEM, "no_context") == refusal(ada.get(f"{path}?version=3"))

    def test_is_stale_once_the_schema_has_changed(
        self, app: flask.Flask, ada: Person, written: str
    ) -> None:
        """A new scan with another fingerprint makes the context old."""
        scan(app, written, worlds.snapshot(columns=("id", "email", "phone")))

        assert ada.get(f"/projects/{written}/context").json["stale"] is True

    def test_shows_in_the_project(self, ada: Person, written: str) -> None:
        """The list of projects tells how far each is."""
        item = ada.get(f"/projects/{written}").json
        schema = ada.get(f"/projects/{written}/schema").json

        assert (2, 4, 1) == (item["tables"], item["columns"], item["contextVersion"])
        assert (2, 4, item["scannedAt"]) == (schema["tables"], schema["columns"], schema["takenAt"])
        assert ["customers", "orders"] == [each["id"] for each in schema["snapshot"]["tables"]]


class TestDisclosed:
    def test_is_told_with_version_and_project(
        self, app: flask.Flask, ada: Person, written: str
    ) -> None:
        """What was read and sent for the present context; older ones say that nobody knows."""
        told = {
            "level": "statistics",
            "embedder": None,
            "read": {"names": 2},
            "sent": {"tables": 0},
        }
        new = contexts.NewContext(
            project_id=written,
            job_id="job-2",
            engine="structural",
            model=None,
            fingerprint=worlds.fingerprint(worlds.snapshot()),
            document=worlds.context_document(),
            disclosed=told,
        )
        before = ada.get(f"/projects/{written}").json["disclosed"]
        with app.extensions["schemalore"].database.write() as connection:
            contexts.save(connection, new)
        path = f"/projects/{written}"
        versions = ada.get(f"{path}/context/versions").json["items"]

        assert before is None
        assert told == ada.get(path).json["disclosed"]
        assert told == ada.get(f"{path}/context").json["disclosed"]
        assert [told, None] == [each["disclosed"] for each in versions]


class TestEdit:
    def test_is_kept_by_later_generations(
        self, app: flask.Flask, ada: Person, written: str
    ) -> None:
        """What a person wrote lies over every version, until they take it back."""
        path = f"/projects/{written}/context"
        edited = ada.send(
            "PUT",
            path,
            json={
                "edits": [
                    {"target": "summary", "text": "We sell."},
                    {"target": "table:customers", "text": "People who buy."},
                ]
            },
        )
        write(app, written, "job-2")
        later = ada.get(path).json
        restored = ada.send("PUT", path, json={"edits": [{"target": "summary", "text": None}]}).json

        assert 200 == edited.status_code
        assert (2, "We sell.") == (later["version"], later["context"]["summary"])
        assert ("People who buy.", "person") == tuple(
            later["context"]["tables"][0]["description"][name] for name in ("text", "source")
        )
        assert "It sells." == restored["context"]["summary"]
        assert {"table:customers": "People who buy."} == restored["edits"]

    def test_refuses_an_unknown_target_and_stores_nothing(self, ada: Person, written: str) -> None:
        """All edits of a request or none."""
        path = f"/projects/{written}/context"
        edits = [{"target": "summary", "text": "x"}, {"target": "table:nope", "text": "y"}]
        answer = ada.send("PUT", path, json={"edits": edits})

        assert (422, PROBLEM, "unknown_target") == refusal(answer)
        assert "table:nope" in answer.get_json(force=True)["detail"]
        assert {} == ada.get(path).json["edits"]


class TestExport:
    @pytest.mark.parametrize("form", formats.FORMATS)
    def test_is_a_file(self, ada: Person, written: str, form: str) -> None:
        """Every format comes as an attachment that is not empty."""
        answer = ada.get(f"/projects/{written}/context/export?format={form}")

        assert 200 == answer.status_code
        assert answer.headers["Content-Disposition"].startswith("attachment; filename=")
        assert answer.text.strip()

    def test_refuses_an_unknown_format(self, ada: Person, written: str) -> None:
        """The remedy names those that there are."""
        answer = ada.get(f"/projects/{written}/context/export?format=pdf")

        assert (422, PROBLEM, "unknown_format") == refusal(answer)
        assert all(form in answer.get_json(force=True)["remedy"] for form in formats.FORMATS)

    def test_describes_the_schema_that_the_context_knows(
        self, app: flask.Flask, ada: Person, written: str
    ) -> None:
        """A later scan does not get into an older context's file."""
        before = ada.get(f"/projects/{written}/context/export?format=mermaid").text
        scan(app, written, worlds.snapshot(columns=("id", "email", "phone")))

        assert before == ada.get(f"/projects/{written}/context/export?format=mermaid").text

    def test_is_of_one_domain_as_a_diagram(self, ada: Person, written: str) -> None:
        """Another format has no domains, and neither has a context without them."""
        path = f"/projects/{written}/context/export"

        assert (422, PROBLEM, "unknown_domain") == refusal(
            ada.get(f"{path}?format=mermaid&domain=Sales")
        )
        assert (422, PROBLEM, "unknown_domain") == refusal(
            ada.get(f"{path}?format=dbt&domain=Sales")
        )

    def test_has_a_published_schema(self, app: flask.Flask, ada: Person, written: str) -> None:
        """Who gets a JSON file can check it without an account."""
        schema = app.test_client().get("/api/v1/schemas/context.json").get_json()
        document = ada.get(f"/projects/{written}/context/export?format=json").json

        jsonschema.validate(document, schema)
        assert schema["$id"] == document["$schema"]

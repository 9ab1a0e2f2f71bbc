"""Projects: what is accepted, what is refused, and what never comes back."""

import io
import json
import logging
from pathlib import Path

import flask
import pytest

from store import projects
from tests.integration.app.conftest import MakeApp
from tests.integration.app.people import PROBLEM, Person, refusal, register

pytestmark = pytest.mark.integration
SECRET = "hunter2-s3cr3t"
EDITS = {"edits": [{"target": "summary", "text": "x"}]}
DDL = {"kind": "ddl", "dialect": "postgres", "ddl": "CREATE TABLE t (id int);"}
URL = {"kind": "url", "url": f"postgresql://reader:{SECRET}@db.example.org/shop"}


class TestCreate:
    def test_shows_where_but_not_how(
        self, app: flask.Flask, ada: Person, caplog: pytest.LogCaptureFixture
    ) -> None:
        """The password of a URL is in no answer and in no log, and is sealed in the store."""
        caplog.set_level(logging.DEBUG)
        made = ada.post("/projects", {"name": "shop", "source": URL})
        path = f"/projects/{made.json['id']}"
        seen = [
            made,
            ada.get(path),
            ada.get("/projects"),
            ada.send("PATCH", path, json={"source": URL}),
            ada.get(f"{path}/schema"),
            ada.post(f"{path}/context/generate"),
            ada.get("/jobs"),
            ada.post("/projects", {"name": "shop", "source": {**URL, "extra": 1}}),
            ada.post(
                "/projects", {"name": "shop", "source": {**URL, "url": f"x://u:{SECRET}@h/d"}}
            ),
            ada.post("/projects", {"name": "shop", "source": {**URL, "url": f"//{SECRET}@@:h:9/"}}),
        ]
        with app.extensions["schemalore"].database.read() as connection:
            sealed = projects.sealed_source(connection, made.json["id"])

        assert "postgresql://db.example.org:5432/shop" == made.json["location"]
        assert f"/api/v1{path}" == made.headers["Location"]
        assert [SECRET in answer.text + str(answer.headers) for answer in seen] == [False] * 10
        assert SECRET not in caplog.text
        assert sealed is not None
        assert SECRET not in sealed
        assert URL == app.extensions["schemalore"].vault.open(sealed)

    @pytest.mark.parametrize(
        ("source", "code"),
        [
            ({"kind": "url", "url": "oracle://u:p@h/d"}, "database_refused"),
            ({"kind": "url", "url": "not a url"}, "database_refused"),
            ({"kind": "url", "url": "sqlite:////etc/passwd"}, "database_refused"),
            ({"kind": "url", "url": ""}, "invalid_fields"),
            (
                {"kind": "ddl", "dialect": "klingon", "ddl": "SELECT 1"},
                "database_refused",
            ),
            ({"kind": "ddl", "dialect": "postgres", "ddl": ""}, "invalid_fields"),
            ({"kind": "ddl", "dialect": "postgres", "ddl": "a\u0000b"}, "invalid_fields"),
            ({"kind": "file", "path": "/x"}, "invalid_fields"),
            ({"kind": "demo", "url": "x"}, "invalid_fields"),
        ],
    )
    def test_refuses_a_source_that_can_never_be_read(
        self, ada: Person, source: object, code: str
    ) -> None:
        """Cause and remedy come at once, before any job."""
        answer = ada.post("/projects", {"name": "p", "source": source})

        assert (422, PROBLEM, code) == refusal(answer)
        assert answer.get_json(force=True)["remedy"]

    def test_says_plainly_that_a_name_is_missing(self, ada: Person) -> None:
        """Not in a library's words, which count items."""
        answer = ada.post("/projects", {"name": " ", "source": {"kind": "demo"}})

        assert (422, PROBLEM, "invalid_fields") == refusal(answer)
        assert "name: must not be empty" == answer.get_json(force=True)["detail"]

    def test_names_the_database_as_people_do(self, ada: Person) -> None:
        """Beside the dialect's name, which programs need."""
        source = {"kind": "ddl", "dialect": "postgresql", "ddl": "CREATE TABLE t (id int)"}

        made = ada.post("/projects", {"name": "p", "source": source}).get_json()

        assert "PostgreSQL" == made["product"]

    def test_takes_a_sqlite_file_below_an_allowed_directory(
        self, make_app: MakeApp, tmp_path: Path
    ) -> None:
        """Only what the operator allowed can be read."""
        (tmp_path / "shop.db").touch()
        person = register(make_app(allowed_sqlite_dirs=str(tmp_path)), "ada@example.org")
        allowed = {"kind": "url", "url": f"sqlite:///{tmp_path / 'shop.db'}"}
        directory = {"kind": "url", "url": f"sqlite:///{tmp_path}"}

        assert 201 == person.post("/projects", {"name": "p", "source": allowed}).status_code
        assert 422 == person.post("/projects", {"name": "p", "source": directory}).status_code

    def test_takes_five_megabytes_of_ddl(self, app: flask.Flask, ada: Person) -> None:
        """A large schema is stored whole."""
        ddl = 'CREATE TABLE "größe" (id int);\n' * 170_000
        source = {"kind": "ddl", "dialect": "postgres", "ddl": ddl}
        project_id = ada.project(source)
        with app.extensions["schemalore"].database.read() as connection:
            sealed = projects.sealed_source(connection, project_id)

        assert len(ddl.encode()) > 5_000_000
        assert sealed is not None
        assert source == app.extensions["schemalore"].vault.open(sealed)
        assert "DDL text, 5.6 MB" == ada.get(f"/projects/{project_id}").json["location"]

    @pytest.mark.parametrize(
        ("length", "code"), [(10_000_001, "ddl_too_long"), (12_000_001, "body_too_large")]
    )
    def test_refuses_more_than_it_could_read(self, ada: Person, length: int, code: str) -> None:
        """Both the reader's limit and the limit of all bodies answer 413."""
        source = {"kind": "ddl", "dialect": "postgres", "ddl": "x" * length}
        answer = ada.post("/projects", {"name": "p", "source": source})

        assert (413, PROBLEM, code) == refusal(answer)

    def test_refuses_an_endless_body(self, ada: Person) -> None:
        """A chunked body that goes beyond the limit is not taken for its beginning."""
        answer = ada.post(
            "/projects",
            input_stream=io.BytesIO(b'{"name": "p"}'.ljust(12_000_001)),
            environ_overrides={"wsgi.input_terminated": True},
            content_type="application/json",
            headers={"Transfer-Encoding": "chunked"},
        )

        assert (413, PROBLEM, "body_too_large") == refusal(answer)

    def test_names_each_wrong_field(self, ada: Person) -> None:
        """A typing mistake in a field's name is told, not ignored."""
        answer = ada.post("/projects", {"nmae": "p", "source": {"kind": "demo"}})
        fields = {each["field"] for each in answer.get_json(force=True)["errors"]}

        assert {"name", "nmae"} == fields


class TestOwnership:
    def test_hides_what_belongs_to_others(self, ada: Person, bob: Person) -> None:
        """A foreign project does not exist, whatever is asked of it."""
        path = f"/projects/{ada.project()}"
        answers = [
            bob.get(path),
            bob.send("PATCH", path, json={"name": "mine"}),
            bob.send("DELETE", path),
            bob.get(f"{path}/schema"),
            bob.post(f"{path}/context/generate"),
            bob.get(f"{path}/context"),
            bob.get(f"{path}/context/versions"),
            bob.get(f"{path}/context/export"),
            bob.send("PUT", f"{path}/context", json=EDITS),
            bob.get(f"{path}/search?q=x"),
        ]

        assert [(404, PROBLEM, "not_found")] * 10 == [refusal(answer) for answer in answers]
        assert [] == bob.get("/projects").json["items"]
        assert "shop" == ada.get(path).json["name"]


class TestChange:
    def test_keeps_what_is_not_named(self, ada: Person) -> None:
        """A new name keeps the source, a new source keeps the name."""
        path = f"/projects/{ada.project()}"
        renamed = ada.send("PATCH", path, json={"name": "store"}).json
        moved = ada.send("PATCH", path, json={"source": URL}).json

        assert ("store", "demo") == (renamed["name"], renamed["kind"])
        assert ("store", "url", "postgresql") == (moved["name"], moved["kind"], moved["dialect"])

    def test_needs_something_to_change(self, ada: Person) -> None:
        """An empty change is a mistake."""
        answer = ada.send("PATCH", f"/projects/{ada.project()}", json={})

        assert (422, PROBLEM, "invalid_fields") == refusal(answer)


class TestProfile:
    def test_is_off_until_somebody_asks(self, ada: Person) -> None:
        """A level can be given at once or later, and is shown."""
        first = ada.get(f"/projects/{ada.project()}").json
        asked = {"name": "p", "source": URL, "profile": "statistics"}
        second = ada.post("/projects", asked).json
        path = f"/projects/{second['id']}"
        changed = ada.send("PATCH", path, json={"profile": "shapes"}).json
        renamed = ada.send("PATCH", path, json={"name": "q"}).json

        shown = [each["profile"] for each in (first, second, changed, renamed)]
        assert ["none", "statistics", "shapes", "shapes"] == shown
        assert [None, "p", "q"] == [first["disclosed"], changed["name"], renamed["name"]]

    def test_goes_back_to_none_with_another_database(self, ada: Person) -> None:
        """What was allowed for one is not for the next; a new password is no new database."""
        made = ada.post("/projects", {"name": "p", "source": URL, "profile": "shapes"}).json
        path = f"/projects/{made['id']}"
        password = {"kind": "url", "url": URL["url"].replace(SECRET, "another")}
        elsewhere = {"kind": "url", "url": URL["url"].replace("/shop", "/live")}
        levels = [
            ada.send("PATCH", path, json=change).json["profile"]
            for change in (
                {"source": password},
                {"source": elsewhere},
                {"source": {"kind": "demo"}, "profile": "statistics"},
                {"source": DDL},
            )
        ]

        assert ["shapes", "none", "statistics", "none"] == levels

    def test_needs_a_database(self, ada: Person) -> None:
        """Of DDL text nothing can be read, and the answer says so."""
        made = ada.project(DDL)
        refused = [
            ada.post("/projects", {"name": "p", "source": DDL, "profile": "statistics"}),
            ada.send("PATCH", f"/projects/{made}", json={"profile": "shapes"}),
            ada.send(
                "PATCH", f"/projects/{ada.project()}", json={"source": DDL, "profile": "shapes"}
            ),
        ]

        assert [(422, PROBLEM, "profile_unavailable")] * 3 == [refusal(each) for each in refused]
        assert "none" == ada.get(f"/projects/{made}").json["profile"]

    @pytest.mark.parametrize("level", ["everything", "", None, 1])
    def test_is_one_of_three(self, ada: Person, level: object) -> None:
        """Another level is a mistake that names the field."""
        answer = ada.post("/projects", {"name": "p", "source": URL, "profile": level})

        assert (422, PROBLEM, "invalid_fields") == refusal(answer)
        assert ["profile"] == [each["field"] for each in answer.get_json(force=True)["errors"]]


class TestDelete:
    def test_takes_the_jobs_along(self, ada: Person) -> None:
        """Nothing of a deleted project is left."""
        project_id = ada.project()
        job_id = ada.job(project_id)

        assert 204 == ada.send("DELETE", f"/projects/{project_id}").status_code
        assert 404 == ada.get(f"/projects/{project_id}").status_code
        assert 404 == ada.get(f"/jobs/{job_id}").status_code


class TestList:
    def test_shows_how_far_each_project_is(self, ada: Person) -> None:
        """A project that only has a running job has no figures yet."""
        project_id = ada.project()
        job_id = ada.job(project_id)
        item = ada.get("/projects").json["items"][0]
        figures = ("tables", "columns", "scannedAt", "contextVersion")

        assert project_id == item["id"]
        assert [None] * 4 == [item[name] for name in figures]
        assert job_id == item["activeJobId"]
        assert json.dumps(item) == json.dumps(ada.get(f"/projects/{project_id}").json)

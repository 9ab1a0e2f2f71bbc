"""Looking through tables: all by name, one with its texts, joins, and what pages show of them."""

import gzip
import re
from dataclasses import replace

import flask
import pytest
from flask.testing import FlaskClient

from catalog.context import Insight
from catalog.model import Column, Snapshot, Table
from catalog.profile import Disclosure, Facts
from tests.integration.app import worlds
from tests.integration.app.people import PROBLEM, Person, refusal
from tests.integration.app.test_app_reviews import WRITTEN, decide, store

pytestmark = pytest.mark.integration


@pytest.fixture
def project(app: flask.Flask, ada: Person) -> str:
    """A project of Ada's with one version."""
    project_id = ada.project()
    with app.app_context():
        store(app, project_id, "job-1", worlds.snapshot(), WRITTEN)
    return project_id


class TestListing:
    def test_has_names_and_a_line_each(self, ada: Person, project: str) -> None:
        """Of every table, as people left the texts."""
        decide(ada, project, {"target": "table:orders", "text": "Sales."})
        found = ada.get(f"/projects/{project}/tables").json

        assert 1 == found["version"]
        customers, orders = found["items"]
        assert {
            "id": "customers",
            "view": False,
            "text": "Who buys.",
            "source": "template",
            "state": "draft",
            "columns": ["id", "email"],
        } == customers
        assert ("Sales.", "edited") == (orders["text"], orders["state"])

    def test_is_of_the_present_or_of_a_version(
        self, app: flask.Flask, ada: Person, project: str
    ) -> None:
        """A version lists the tables that it describes, though the schema has others now."""
        with app.app_context():
            new = worlds.snapshot(columns=("id", "mail"))
            store(app, project, "job-2", new, WRITTEN)
        path = f"/projects/{project}/tables"

        assert ["id", "mail"] == ada.get(path).json["items"][0]["columns"]
        assert ["id", "email"] == ada.get(f"{path}?version=1").json["items"][0]["columns"]
        assert (404, PROBLEM, "no_context") == refusal(ada.get(f"{path}?version=3"))

    def test_needs_a_scan_and_the_owner(self, ada: Person, bob: Person, project: str) -> None:
        """Before the first scan there are no tables; others' projects do not exist."""
        assert (404, PROBLEM, "not_scanned") == refusal(
            ada.get(f"/projects/{ada.project()}/tables")
        )
        assert (404, PROBLEM, "not_found") == refusal(bob.get(f"/projects/{project}/tables"))


class TestTable:
    def test_shows_source_confidence_and_decisions(self, ada: Person, project: str) -> None:
        """Each text says who wrote it, what it is based on, and what became of it."""
        decide(ada, project, {"target": "column:customers.email", "text": "Where to write."})
        found = ada.get(f"/projects/{project}/tables/customers").json
        about, email = found["item"], found["columns"][1]["item"]

        assert ("table:customers", "draft", "Who buys.", "template", "medium") == tuple(
            about[name] for name in ("target", "state", "text", "source", "confidence")
        )
        assert ("edited", "Where to write.", "Address.") == tuple(
            email[name] for name in ("state", "text", "written")
        )
        assert [("orders", ["customer_id"], True)] == [
            (join["table"], join["columns"], join["declared"]) for join in found["referencedBy"]
        ]

    def test_says_what_was_read_of_it_and_sent(self, app: flask.Flask, ada: Person) -> None:
        """Of this table alone; a context from before that was kept says nothing."""
        project_id = ada.project()
        path = f"/projects/{project_id}/tables"
        disclosure = Disclosure(
            level="none",
            read=(
                Facts(id="customers", counts={"names": 2, "types": 2}),
                Facts(id="orders", counts={"names": 2}),
            ),
            sent=(Facts(id="customers", counts={"names": 1}),),
            embedder="e",
        )
        with app.app_context():
            store(app, project_id, "job-1", worlds.snapshot(), WRITTEN)
            known = replace(WRITTEN, disclosure=disclosure)
            store(app, project_id, "job-2", worlds.snapshot(), known)
        customers, orders = (
            ada.get(f"{path}/{name}").json["disclosed"] for name in ("customers", "orders")
        )

        assert {
            "embedder": "e",
            "read": {"names": 2, "types": 2},
            "sent": {"names": 1},
        } == customers
        assert {"embedder": "e", "read": {"names": 2}, "sent": {}} == orders
        assert ada.get(f"{path}/customers?version=1").json["disclosed"] is None

    @pytest.mark.parametrize("name", ["a//b/c", "per cent %", "<img src=x>", "ärger", "x" * 300])
    def test_may_be_called_anything(self, app: flask.Flask, ada: Person, name: str) -> None:
        """Slashes, percent signs and markup are letters of a name."""
        project_id = ada.project()
        taken = Snapshot(
            dialect="sqlite",
            database="odd",
            tables=(Table(name=name, columns=(Column(name="id", type="int"),)),),
        )
        with app.app_context():
            store(app, project_id, "job-1", taken, WRITTEN)
        path = f"/projects/{project_id}/tables/{name.replace('%', '%25')}"

        assert name == ada.get(path).json["id"]

    def test_is_refused_by_name(self, ada: Person, project: str) -> None:
        """Another name leads to a refusal that says where the names are."""
        answer = ada.get(f"/projects/{project}/tables/nothing")

        assert (404, PROBLEM, "unknown_table") == refusal(answer)


class TestJoins:
    def test_are_those_of_the_schema(self, ada: Person, project: str) -> None:
        """Declared references, and what the names imply."""
        assert [
            {
                "table": "orders",
                "columns": ["customer_id"],
                "target": "customers",
                "targetColumns": ["id"],
                "declared": True,
            }
        ] == ada.get(f"/projects/{project}/joins").json["items"]


class TestItems:
    def test_are_what_may_be_decided(self, ada: Person, project: str) -> None:
        """The texts of the whole with their state; a discarded one is still there to be undone."""
        prompt = "prompt:Who buys?"
        body = decide(
            ada,
            project,
            {"target": "summary", "state": "discarded"},
            {"target": prompt, "text": "Who pays?"},
        )
        items: list[dict[str, object]] = body["items"]  # type: ignore[assignment]  # JSON

        assert [
            ("description", "draft", "A shop."),
            ("summary", "discarded", ""),
            (prompt, "edited", "Who pays?"),
        ] == [(each["target"], each["state"], each["text"]) for each in items]
        assert ("Who buys?", "SELECT id FROM customers", "planned") == tuple(
            items[2][name] for name in ("written", "sql", "check")
        )

    def test_keep_what_later_versions_lack(
        self, app: flask.Flask, ada: Person, project: str
    ) -> None:
        """What a person accepted stays, and is known not to be of this version."""
        decide(ada, project, {"target": "prompt:Who buys?", "state": "accepted"})
        insight = Insight(text="New.", evidence=("keys",))
        with app.app_context():
            later = replace(WRITTEN, prompts=(), insights=(insight,))
            store(app, project, "job-2", worlds.snapshot(), later)
        found = ada.get(f"/projects/{project}/context?tables=false").json

        kept = {each["target"]: each["written"] for each in found["items"]}
        assert (None, "New.") == (kept["prompt:Who buys?"], kept["insight:New."])
        assert (2, []) == (found["latest"], found["context"]["tables"])


class TestFirstView:
    def test_is_the_visitors_own(
        self, app: flask.Flask, browser: FlaskClient, project: str
    ) -> None:
        """Who is signed in gets their tables with the page; nobody else does."""
        answer = browser.get(f"/projects/{project}")
        mine = answer.text
        theirs = app.test_client().get(f"/projects/{project}").text

        assert ('data-id="orders"' in mine, "It sells." in mine, "2 tables" in mine) == (
            True,
            True,
            True,
        )
        assert ('data-id="orders"' in theirs, "It sells." in theirs) == (False, False)
        assert (True, True) == (answer.cache_control.private, "Cookie" in answer.vary)

    def test_is_a_hundred_rows_and_the_next(
        self, app: flask.Flask, ada: Person, browser: FlaskClient
    ) -> None:
        """More tables are behind a link; markup in a name is text."""
        project_id = ada.project()
        names = ["<img src=x onerror=alert(1)>", *(f"t{number:03}" for number in range(149))]
        taken = Snapshot(
            dialect="sqlite", database="big", tables=tuple(Table(name=name) for name in names)
        )
        with app.app_context():
            store(app, project_id, "job-1", taken, WRITTEN)
        first = browser.get(f"/projects/{project_id}").text
        second = browser.get(f"/projects/{project_id}?after=t098").text

        assert (first.count("data-id="), second.count("data-id=")) == (101, 51)  # and a template
        assert ("<img" in first, f"/projects/{project_id}?after=t098" in first) == (False, True)
        assert ('rel="next"' in second, "150 tables, 100 shown" in first) == (False, True)

    def test_names_the_newest_versions(
        self, app: flask.Flask, browser: FlaskClient, project: str
    ) -> None:
        """As soon as there are two, three at most, with the way to what changed at last."""
        hidden = re.compile(r"data-context-versions[^>]* hidden>")
        before = browser.get(f"/projects/{project}").text
        with app.app_context():
            for number in range(2, 5):
                store(app, project, f"job-{number}", worlds.snapshot(), WRITTEN)
        after = browser.get(f"/projects/{project}").text

        path = f"/projects/{project}/contexts"
        assert ["4", "3", "2"] == re.findall(rf'href="{path}/(\d+)">Version', after)
        assert f'href="{path}/4?against=3#versions"' in after
        assert (True, False) == (bool(hidden.search(before)), bool(hidden.search(after)))


class TestCompression:
    def test_is_for_those_who_take_it(self, app: flask.Flask) -> None:
        """Scripts travel at a fraction of their size; a plain client gets them plain."""
        client = app.test_client()
        path = "/assets/x/js/ui/progress-card.js"
        with client.get(path) as plain:
            whole = plain.data
        with client.get(path, headers={"Accept-Encoding": "gzip"}) as packed:
            small = packed.data

        assert [None, "gzip"] == [plain.content_encoding, packed.content_encoding]
        assert gzip.decompress(small) == whole
        assert len(small) < len(whole) / 2

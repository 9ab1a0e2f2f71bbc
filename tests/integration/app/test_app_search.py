"""Searching a project: by words, and by vectors where the schema was embedded."""

import asyncio
from collections.abc import Iterator

import pytest

from catalog.renderings import tokens
from catalog.search import passages
from catalog.search.meaning import packed, unit
from store import vectors
from store.database import Database
from tests.fake_ollama import Answer, FakeOllama, Fault
from tests.integration.app import worlds
from tests.integration.app.conftest import MakeApp
from tests.integration.app.people import PROBLEM, Person, refusal, register
from tests.integration.app.test_app_contexts import scan, write
from worker.ollama import embedding
from worker.vectors import KeptVectors

pytestmark = pytest.mark.integration

MODEL = "all-minilm:latest"


@pytest.fixture
def fake() -> Iterator[FakeOllama]:
    """A server that embeds."""
    with FakeOllama(models={MODEL: ("embedding",)}) as running:
        yield running


@pytest.fixture
def ada(make_app: MakeApp, fake: FakeOllama) -> Person:
    """Somebody whose application knows the server."""
    return register(make_app(ollama_host=f"http://127.0.0.1:9, {fake.url}"), "ada@example.org")


@pytest.fixture
def project(ada: Person) -> str:
    """A project of Ada's that was scanned and written about."""
    project_id = ada.project()
    scan(ada.app, project_id, worlds.snapshot())
    write(ada.app, project_id, "job-1")
    return project_id


def embed(fake: FakeOllama, person: Person, project_id: str) -> None:
    """Embed the schema, as a worker does."""
    database: Database = person.app.extensions["schemalore"].database

    async def go() -> None:
        async with embedding.opened(fake.url, wanted="", waits=embedding.Waits()) as model:
            assert model is not None
            kept = KeptVectors(model=model, database=database, project_id=project_id, job_id="j")
            async for _ in kept.embed(passages.of_snapshot(worlds.snapshot(), {})):
                pass

    asyncio.run(go())


def search(person: Person, project_id: str, question: str) -> dict[str, object]:
    answer = person.get(f"/projects/{project_id}/search", query_string={"q": question})
    assert answer.status_code == 200, answer.text
    body: dict[str, object] = answer.json
    return body


def tables(found: dict[str, object]) -> list[str]:
    return [hit["table"] for hit in found["items"]]  # type: ignore[attr-defined]  # JSON


def asked(fake: FakeOllama) -> int:
    """How many questions were embedded."""
    return sum(call.path == "/api/embed" and call.body["input"] == "emails" for call in fake.calls)


class TestSearch:
    def test_says_why_and_by_what(self, ada: Person, project: str) -> None:
        """Each table and column with its reason; without vectors, that there are none."""
        found = search(ada, project, "email of the customer with an order")
        by_table = {hit["table"]: hit for hit in found["items"]}  # type: ignore[attr-defined]  # JSON

        assert {"items", "model", "note"} == set(found)
        assert {"table", "score", "columns", "reason"} == set(by_table["customers"])
        assert {"name": "email", "reason": "name matches email"} in by_table["customers"]["columns"]
        assert "orders.customer_id = customers.id" in " ".join(
            hit["reason"] for hit in by_table.values()
        )
        assert found["model"] is None
        assert "Nothing of this schema was embedded" in str(found["note"])

    def test_uses_vectors_where_the_schema_was_embedded(
        self, fake: FakeOllama, ada: Person, project: str
    ) -> None:
        """As soon as they are there; the question itself is embedded once."""
        before = search(ada, project, "emails")
        embed(fake, ada, project)
        found = [search(ada, project, "emails") for _ in range(3)]

        assert (None, MODEL, None) == (before["model"], found[0]["model"], found[0]["note"])
        assert found[0] == found[1] == found[2]
        assert 1 == asked(fake)

    def test_keeps_vectors_of_what_people_wrote_over(
        self, fake: FakeOllama, ada: Person, project: str
    ) -> None:
        """Their words are searched, and what they describe still means what it meant."""
        embed(fake, ada, project)
        edits = [{"target": "table:customers", "text": "Our clientele."}]
        ada.send("PUT", f"/projects/{project}/context", json={"edits": edits})
        embedded = passages.of_snapshot(worlds.snapshot(), {})[0]
        found = search(ada, project, embedded.text)

        assert MODEL == found["model"]
        assert "similar meaning" in str(found["items"][0])  # type: ignore[index]  # JSON

    @pytest.mark.parametrize(
        ("answer", "reason"),
        [
            (Answer(fault=Fault.STATUS, status=503), "refused to embed"),
            (Answer(fault=Fault.CUT_FIRST), "does not answer"),
            (Answer(fault=Fault.HANG_FIRST), "does not answer"),
        ],
    )
    def test_goes_by_words_when_the_server_fails(
        self, fake: FakeOllama, ada: Person, project: str, answer: Answer, reason: str
    ) -> None:
        """It says so, and the next searches do not wait for that server again."""
        embed(fake, ada, project)
        fake.answer = lambda _body: answer
        first = search(ada, project, "emails")
        search(ada, project, "emails")

        assert "customers" == tables(first)[0]
        assert first["model"] is None
        assert reason in str(first["note"])
        assert 1 == asked(fake)

    def test_tells_when_the_model_has_changed(
        self, fake: FakeOllama, ada: Person, project: str
    ) -> None:
        """Vectors of another length cannot be compared; nothing breaks."""
        embed(fake, ada, project)
        short = passages.of_snapshot(worlds.snapshot(), {})
        with ada.app.extensions["schemalore"].database.write() as connection:
            vectors.keep(connection, project, model=MODEL, fingerprints=())
            vectors.save(
                connection,
                project,
                model=MODEL,
                made={each.fingerprint: packed(unit([1.0, 2.0])) for each in short},
            )
        found = search(ada, project, "emails")

        assert ("customers", None) == (tables(found)[0], found["model"])
        assert "has changed" in str(found["note"])

    def test_is_for_the_owner(self, ada: Person, project: str) -> None:
        """Others have no such project, and nobody an empty question."""
        bob = register(ada.app, "bob@example.org")

        assert (404, PROBLEM, "not_found") == refusal(bob.get(f"/projects/{project}/search?q=x"))
        assert (422, PROBLEM, "invalid_fields") == refusal(
            ada.get(f"/projects/{project}/search?q=%20")
        )

    def test_finds_by_people_s_words_at_once(self, ada: Person, project: str) -> None:
        """No index of before an edit is asked."""
        before = search(ada, project, "clientele")
        edits = [{"target": "table:customers", "text": "Our clientele."}]
        ada.send("PUT", f"/projects/{project}/context", json={"edits": edits})

        assert ([], "customers") == (
            tables(before),
            tables(search(ada, project, "clientele"))[0],
        )


class TestPrompt:
    def test_is_what_the_question_needs(self, ada: Person, project: str) -> None:
        """A text with tables and joins, within its budget."""
        path = f"/projects/{project}/context/export"
        asked = {"format": "prompt", "q": "emails of customers with orders", "tokens": 400}
        answer = ada.get(path, query_string=asked)

        assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
        assert "shop.prompt.txt" in answer.headers["Content-Disposition"]
        assert "JOIN orders.customer_id = customers.id" in answer.text.splitlines()
        assert tokens.at_most(answer.text) <= 400

    def test_refuses_what_it_cannot_do(self, ada: Person, project: str) -> None:
        """No question, or no room for a table."""
        path = f"/projects/{project}/context/export?format=prompt"

        assert (422, PROBLEM, "question_missing") == refusal(ada.get(path))
        assert (422, PROBLEM, "invalid_fields") == refusal(ada.get(f"{path}&q=x&tokens=10"))

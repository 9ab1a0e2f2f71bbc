"""From a generation that embeds to a search by vectors, through all processes."""

from collections.abc import Iterator

import pytest

from stack import local
from tests import people
from tests.fake_ollama import FakeOllama

pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(120)]

EMBEDS = "all-minilm:latest"
QUESTION = "Which suppliers deliver late?"


@pytest.fixture(scope="module")
def model_server() -> Iterator[FakeOllama]:
    with FakeOllama(models={EMBEDS: ("embedding",)}) as fake:
        yield fake


@pytest.fixture(scope="module")
def stack(
    tmp_path_factory: pytest.TempPathFactory, model_server: FakeOllama
) -> Iterator[local.Stack]:
    """App, relay and worker, with a server that embeds and does not write."""
    environ = {"OLLAMA_HOST": model_server.url}
    directory = tmp_path_factory.mktemp("searching")
    with local.Stack(directory, environ=environ, processes=("web", "relay", "worker")) as running:
        yield running


def embedded(model_server: FakeOllama) -> int:
    """How many texts were embedded."""
    calls = [call for call in model_server.calls if call.path == "/api/embed"]
    return sum(
        1 if isinstance(call.body["input"], str) else len(call.body["input"]) for call in calls
    )


class TestSearching:
    def test_goes_by_vectors_that_are_made_once(
        self, person: people.Person, model_server: FakeOllama
    ) -> None:
        """The stream tells of them, a search uses them, and a second generation keeps them."""
        project_id = person.project({"kind": "demo"})
        events = person.follow(person.generate(project_id)["id"])
        found = person.api.get(f"/projects/{project_id}/search", params={"q": QUESTION}).json()
        first = embedded(model_server)
        person.follow(person.generate(project_id, force=True)["id"])
        context = person.api.get(f"/projects/{project_id}/context").json()["context"]

        schema = person.api.get(f"/projects/{project_id}/schema").json()
        texts = schema["tables"] + schema["columns"]
        assert "Creating vector embeddings for schema..." in [each["message"] for each in events]
        assert (EMBEDS, None) == (found["model"], found["note"])
        assert "supplier" in [hit["table"] for hit in found["items"]][:5]
        assert first > texts
        # What is left to embed are the starting prompts.
        assert embedded(model_server) - first <= len(context["prompts"])
        assert f"vectors of {EMBEDS}" in " ".join(context["notes"])

    def test_exports_what_a_question_needs(self, person: people.Person) -> None:
        """Tables, joins and a budget, as a text."""
        project_id = person.project({"kind": "demo"})
        person.follow(person.generate(project_id)["id"])
        answer = person.api.get(
            f"/projects/{project_id}/context/export",
            params={"format": "prompt", "q": QUESTION, "tokens": 1500},
        )

        assert "TABLE supplier" in answer.text
        assert any(row.startswith("JOIN ") for row in answer.text.splitlines())

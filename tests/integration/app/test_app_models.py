"""Models: listing those of the model servers, and asking for more."""

from collections.abc import Iterator

import flask
import pytest
import redis
from flask.testing import FlaskClient

from tests.fake_ollama import MODEL, FakeOllama
from tests.integration.app.conftest import MakeApp
from tests.integration.app.people import PROBLEM, Person, csrf, refusal, register, told

pytestmark = pytest.mark.integration

WRITES = ("completion",)


@pytest.fixture
def fakes() -> Iterator[tuple[FakeOllama, FakeOllama]]:
    """Two servers, of which one has a model more."""
    with (
        FakeOllama() as one,
        FakeOllama(models={MODEL: WRITES, "a:1b": WRITES}) as two,
    ):
        yield one, two


def display(fake: FakeOllama) -> str:
    return fake.url.removeprefix("http://")


class TestListing:
    def test_shows_each_model_once_with_its_servers(
        self, make_app: MakeApp, fakes: tuple[FakeOllama, FakeOllama]
    ) -> None:
        """By name, with size; servers that are away are named as such."""
        one, two = fakes
        hosts = f"{one.url},{two.url},http://me:hunter2@127.0.0.1:9"
        ada = register(make_app(ollama_host=hosts), "ada@example.org")
        answer = ada.get("/models")

        size = 4_661_224_676
        assert 200 == answer.status_code
        assert [
            {"name": "a:1b", "size": size, "hosts": [display(two)]},
            {"name": MODEL, "size": size, "hosts": [display(one), display(two)]},
        ] == answer.json["items"]
        assert [
            {"host": display(one), "reachable": True},
            {"host": display(two), "reachable": True},
            {"host": "127.0.0.1:9", "reachable": False},
        ] == answer.json["hosts"]
        assert "hunter2" not in answer.text

    def test_takes_no_other_server_for_a_model_server(
        self, make_app: MakeApp, redis_url: str
    ) -> None:
        """What answers there may be anything."""
        host = redis_url.removeprefix("redis://").removesuffix("/0")
        ada = register(make_app(ollama_host=host), "ada@example.org")

        assert [{"host": host, "reachable": False}] == ada.get("/models").json["hosts"]

    def test_is_for_people_with_an_account(self, make_app: MakeApp) -> None:
        """What a house runs is nobody else's business."""
        client = make_app(ollama_host="127.0.0.1:9").test_client()

        assert 401 == client.get("/api/v1/models").status_code


class TestPull:
    def test_answers_with_the_queued_job(
        self, app: flask.Flask, ada: Person, redis_client: redis.Redis
    ) -> None:
        """202, where to look, no project, and a task that carries the job's id."""
        answer = ada.post("/models/pull", {"model": "qwen3"})
        told(app)

        assert 202 == answer.status_code
        assert f"/api/v1/jobs/{answer.json['id']}" == answer.headers["Location"]
        assert ("pull_model", "qwen3:latest", None, "queued") == tuple(
            answer.json[name] for name in ("kind", "model", "projectId", "status")
        )
        assert 1 == redis_client.llen("schemalore")
        assert 200 == ada.get(f"/jobs/{answer.json['id']}").status_code

    def test_again_joins_the_job(self, ada: Person, bob: Person) -> None:
        """Of the same account and model; `latest` is implied."""
        first, again = (ada.post("/models/pull", {"model": name}) for name in ("m", "m:latest"))
        others = [
            ada.post("/models/pull", {"model": "m:8b"}),
            bob.post("/models/pull", {"model": "m"}),
        ]

        assert (202, 200, first.json["id"]) == (
            first.status_code, again.status_code, again.json["id"]
        )  # fmt: skip
        assert [202, 202] == [other.status_code for other in others]
        assert 404 == bob.get(f"/jobs/{first.json['id']}").status_code

    def test_with_the_same_key_gets_the_same_job(self, ada: Person) -> None:
        """A key that is used for something else as well is refused."""
        key = {"Idempotency-Key": "k"}
        first, again, other = (
            ada.post("/models/pull", {"model": name}, headers=key) for name in ("m", "m", "n")
        )
        generation = ada.post(f"/projects/{ada.project()}/context/generate", headers=key)

        assert first.json["id"] == again.json["id"]
        assert (409, PROBLEM, "idempotency_key_reused") == refusal(other) == refusal(generation)

    @pytest.mark.parametrize(
        "model",
        ["", "a b", "../x", "evil.example/x/y:1b", "http://evil.example/x", "hf.co/a/b", "m:", "-m",
         "localhost:8080/x/y", "a" * 200, "m\n", None],
    )  # fmt: skip
    def test_takes_only_names_of_the_library(self, ada: Person, model: str | None) -> None:
        """An address would make the model server call whatever a caller likes."""
        answer = ada.post("/models/pull", {"model": model})

        assert (422, PROBLEM, "invalid_fields") == refusal(answer)

    @pytest.mark.parametrize("model", ["m", "llama3.1:8b", "owner/m:q4_K_M", "qwen2.5-coder"])
    def test_takes_every_name_of_the_library(self, ada: Person, model: str) -> None:
        """With owner and tag or without."""
        assert 202 == ada.post("/models/pull", {"model": model}).status_code

    def test_is_limited_per_account(self, make_app: MakeApp) -> None:
        """By the same limit as generations, counted apart."""
        person = register(make_app(generate_rate_limit="1/hour"), "a@example.org")
        statuses = [person.post("/models/pull", {"model": "m"}).status_code for _ in range(2)]

        assert [202, 429] == statuses

    def test_needs_the_page_s_own_script(self, browser: FlaskClient) -> None:
        """With a cookie, a page of strangers could start it otherwise."""
        refused = browser.post("/api/v1/models/pull", json={"model": "m"})
        accepted = browser.post("/api/v1/models/pull", json={"model": "m"}, headers=csrf(browser))

        assert (403, 202) == (refused.status_code, accepted.status_code)

"""Listing the models of the model servers."""

from collections.abc import Iterator

import pytest

from tests.fake_ollama import MODEL, FakeOllama
from tests.integration.app.conftest import MakeApp
from tests.integration.app.people import register

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

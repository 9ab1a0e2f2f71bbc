"""The fake Ollama against Ollama's own description of itself, and the official client."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import jsonschema
import ollama
import pytest
import yaml

from tests.fake_ollama import MODEL, Answer, FakeOllama, Fault
from worker.ollama.model import Limits
from worker.ollama.server import Server
from worker.pipeline.ports import Prompt

pytestmark = pytest.mark.integration


@pytest.fixture
def fake() -> Iterator[FakeOllama]:
    """A running fake with one model."""
    with FakeOllama() as running:
        yield running


async def write(fake: FakeOllama) -> None:
    """Let the worker's own adapter ask for something."""
    prompt = Prompt(system="s", user="u", schema={"type": "object"}, max_tokens=9)
    async with Server(host=fake.url, limits=Limits(num_ctx=2048)).open(MODEL) as model:
        async for _ in model.write(prompt):
            pass


class TestFake:
    """The fake is as strict as Ollama's description of itself."""

    @pytest.fixture
    def description(self, shared_data: Path) -> dict[str, Any]:
        """Ollama's OpenAPI description."""
        path = shared_data / "ollama" / "openapi.yaml"
        if not path.is_file():
            pytest.skip("no description of Ollama's API beside the checkout")
        loaded: dict[str, Any] = yaml.safe_load(path.read_text())
        return loaded

    @staticmethod
    def validator(description: dict[str, Any], name: str) -> jsonschema.Draft202012Validator:
        return jsonschema.Draft202012Validator(
            {"$ref": f"#/components/schemas/{name}", "components": description["components"]},
            format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER,
        )

    def test_answers_as_described(self, fake: FakeOllama, description: dict[str, Any]) -> None:
        """Each body it sends satisfies the schema of its endpoint, each request of ours, too."""
        fake.script(Answer(), Answer(), Answer(fault=Fault.ERROR_LINE))
        messages = [{"role": "user", "content": "hi"}]
        with ollama.Client(fake.url) as client:
            client.list()
            client.ps()
            client.show(MODEL)
            client.chat(MODEL, messages)
            assert [True] == [part.done for part in client.chat(MODEL, messages, stream=True)][-1:]
            with pytest.raises(ollama.ResponseError):
                list(client.chat(MODEL, messages, stream=True))
        httpx.get(f"{fake.url}/api/version").raise_for_status()
        asyncio.run(write(fake))

        bodies = {
            "/api/tags": "ListResponse",
            "/api/ps": "PsResponse",
            "/api/show": "ShowResponse",
            "/api/version": "VersionResponse",
        }
        chat, stream, error = (
            self.validator(description, name)
            for name in ("ChatResponse", "ChatStreamEvent", "ErrorResponse")
        )
        for call in fake.calls:
            for body in call.sent:
                if call.path in bodies:
                    self.validator(description, bodies[call.path]).validate(body)
                elif "error" in body:
                    error.validate(body)
                else:
                    (stream if call.body.get("stream") else chat).validate(body)
            if call.path == "/api/chat":
                self.validator(description, "ChatRequest").validate(call.body)
        assert {*bodies, "/api/chat"} == {call.path for call in fake.calls}

    @pytest.mark.parametrize(
        "wrong",
        [
            {"messages": "hi"},
            {"messages": [{"role": "user"}]},
            {"messages": [{"role": "judge", "content": "hi"}]},
            {"format": "yaml"},
            {"format": 3},
            {"options": {"num_ctx": "8192"}},
            {"options": []},
            {"stream": "yes"},
            {"think": "hard"},
            {"model": None},
        ],
    )
    def test_refuses_what_the_description_refuses(
        self, fake: FakeOllama, description: dict[str, Any], wrong: dict[str, Any]
    ) -> None:
        """A request that is wrong by the description gets 400 and an error in words."""
        good = {"model": MODEL, "messages": [{"role": "user", "content": "hi"}], "stream": False}
        schema = self.validator(description, "ChatRequest")
        assert schema.is_valid(good)
        assert not schema.is_valid(good | wrong)

        refused = httpx.post(f"{fake.url}/api/chat", json=good | wrong)

        assert 400 == refused.status_code
        self.validator(description, "ErrorResponse").validate(refused.json())

    def test_refuses_what_the_server_refuses(self, fake: FakeOllama) -> None:
        """Rules that stand in Ollama's code and not in its description."""
        chat = f"{fake.url}/api/chat"
        good = {"model": MODEL, "messages": [{"role": "user", "content": "hi"}]}
        answers = [
            httpx.post(chat, content=b""),
            httpx.post(chat, content=b"{"),
            httpx.post(chat, json=good | {"model": "nobody"}),
            httpx.post(chat, json=good | {"think": True}),
            httpx.get(chat),
            httpx.post(f"{fake.url}/api/nothing", json={}),
        ]

        assert [400, 400, 404, 400, 405, 404] == [answer.status_code for answer in answers]

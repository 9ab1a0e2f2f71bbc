"""The fake Ollama against Ollama's own description of itself, and what the server's code adds."""

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

MODELS = {MODEL: ("completion", "tools"), "e:latest": ("embedding",)}
HI = {"messages": [{"role": "user", "content": "hi"}]}
ANSWERED = {
    "/api/tags": "ListResponse",
    "/api/ps": "PsResponse",
    "/api/show": "ShowResponse",
    "/api/version": "VersionResponse",
    "/api/embed": "EmbedResponse",
}
STREAMED = {
    "/api/chat": ("ChatStreamEvent", "ChatResponse"),
    "/api/generate": ("GenerateStreamEvent", "GenerateResponse"),
    "/api/pull": ("StatusEvent", "StatusResponse"),
}
ASKED = {
    "/api/chat": "ChatRequest",
    "/api/generate": "GenerateRequest",
    "/api/embed": "EmbedRequest",
    "/api/pull": "PullRequest",
    "/api/show": "ShowRequest",
}


@pytest.fixture
def fake() -> Iterator[FakeOllama]:
    """A running fake with a model that writes, one that embeds and one to pull."""
    with FakeOllama(models=MODELS, registry={"tiny:latest": (900, 70)}) as running:
        yield running


async def write(fake: FakeOllama) -> None:
    """Let the worker's own adapter ask for something."""
    prompt = Prompt(system="s", user="u", schema={"type": "object"}, max_tokens=9)
    async with Server(host=fake.url, limits=Limits(num_ctx=2048)).open(MODEL) as model:
        async for _ in model.write(prompt):
            pass


@pytest.fixture
def description(shared_data: Path) -> dict[str, Any]:
    """Ollama's OpenAPI description."""
    path = shared_data / "ollama" / "openapi.yaml"
    if not path.is_file():
        pytest.skip("no description of Ollama's API beside the checkout")
    loaded: dict[str, Any] = yaml.safe_load(path.read_text())
    return loaded


def validator(description: dict[str, Any], name: str) -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(
        {"$ref": f"#/components/schemas/{name}", "components": description["components"]},
        format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER,
    )


class TestDescribed:
    """The fake is as strict as Ollama's description of itself."""

    def test_answers_as_described(self, fake: FakeOllama, description: dict[str, Any]) -> None:
        """Each body it sends satisfies the schema of its endpoint, each request of ours, too."""
        fake.script(Answer(), Answer(), Answer(fault=Fault.ERROR_LINE))
        messages = [{"role": "user", "content": "hi"}]
        with ollama.Client(fake.url) as client:
            client.list()
            client.show(MODEL)
            client.chat(MODEL, messages)
            assert [True] == [part.done for part in client.chat(MODEL, messages, stream=True)][-1:]
            with pytest.raises(ollama.ResponseError):
                list(client.chat(MODEL, messages, stream=True))
            client.ps()
            list(client.generate(MODEL, "hi", stream=True))
            client.generate(MODEL, "hi")
            client.embed("e", ["one", "two"], truncate=False)
            client.pull("tiny")
            list(client.pull("tiny", stream=True))
        httpx.get(f"{fake.url}/api/version").raise_for_status()
        asyncio.run(write(fake))

        error = validator(description, "ErrorResponse")
        for call in fake.calls:
            for body in call.sent:
                if "error" in body:
                    error.validate(body)
                else:
                    validator(description, _schema(call.path, call.body)).validate(body)
            if call.path in ASKED:
                validator(description, ASKED[call.path]).validate(call.body)
        assert {*ANSWERED, *STREAMED} == {call.path for call in fake.calls}

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
            {"keep_alive": []},
            {"model": None},
        ],
    )
    def test_refuses_chats_that_the_description_refuses(
        self, fake: FakeOllama, description: dict[str, Any], wrong: dict[str, Any]
    ) -> None:
        """A request that is wrong by the description gets 400 and an error in words."""
        self._refuses(fake, description, "/api/chat", {"model": MODEL, **HI}, wrong)

    @pytest.mark.parametrize(
        ("path", "good", "wrong"),
        [
            ("/api/generate", {"model": MODEL, "prompt": "hi"}, {"prompt": 3}),
            ("/api/generate", {"model": MODEL, "prompt": "hi"}, {"options": []}),
            ("/api/embed", {"model": "e", "input": "hi"}, {"input": 3}),
            ("/api/embed", {"model": "e", "input": "hi"}, {"input": ["a", 3]}),
            ("/api/embed", {"model": "e", "input": "hi"}, {"truncate": "no"}),
            ("/api/embed", {"model": "e", "input": "hi"}, {"dimensions": "9"}),
            ("/api/pull", {"model": "tiny"}, {"model": None}),
            ("/api/pull", {"model": "tiny"}, {"insecure": "yes"}),
            ("/api/show", {"model": MODEL}, {"model": 3}),
        ],
    )
    def test_refuses_others_that_the_description_refuses(
        self,
        fake: FakeOllama,
        description: dict[str, Any],
        path: str,
        good: dict[str, Any],
        wrong: dict[str, Any],
    ) -> None:
        """The same for every other endpoint that takes a body."""
        self._refuses(fake, description, path, good, wrong)

    @staticmethod
    def _refuses(
        fake: FakeOllama,
        description: dict[str, Any],
        path: str,
        good: dict[str, Any],
        wrong: dict[str, Any],
    ) -> None:
        schema = validator(description, ASKED[path])
        assert schema.is_valid(good)
        assert not schema.is_valid(good | wrong)
        assert 200 == httpx.post(f"{fake.url}{path}", json=good).status_code

        refused = httpx.post(f"{fake.url}{path}", json=good | wrong)

        assert 400 == refused.status_code
        validator(description, "ErrorResponse").validate(refused.json())


class TestServerRules:
    """Rules that stand in Ollama's code and not in its description."""

    def test_refuses_what_the_server_refuses(self, fake: FakeOllama) -> None:
        """Bodies, names, methods and paths."""
        chat = f"{fake.url}/api/chat"
        answers = [
            httpx.post(chat, content=b""),
            httpx.post(chat, content=b"{"),
            httpx.post(chat, json={"model": "nobody", **HI}),
            httpx.post(chat, json={"model": MODEL, **HI, "think": True}),
            httpx.post(chat, json={"model": "e", **HI}),
            httpx.post(f"{fake.url}/api/pull", json={"model": "../x"}),
            httpx.get(chat),
            httpx.post(f"{fake.url}/api/nothing", json={}),
        ]

        assert [400, 400, 404, 400, 400, 400, 405, 404] == [
            answer.status_code for answer in answers
        ]

    def test_cuts_a_long_prompt_in_silence_unless_it_must_not(self, fake: FakeOllama) -> None:
        """About half of the context is kept; with `truncate` and `shift` false it refuses."""
        long = {"model": MODEL, "messages": [{"role": "user", "content": "word " * 2000}]}
        asked = {**long, "options": {"num_ctx": 1000}, "stream": False}

        silent = httpx.post(f"{fake.url}/api/chat", json=asked)
        strict = httpx.post(f"{fake.url}/api/chat", json=asked | {"truncate": False})
        fixed = httpx.post(f"{fake.url}/api/chat", json=asked | {"shift": False})

        assert 500 == silent.json()["prompt_eval_count"]
        assert [400, 400] == [strict.status_code, fixed.status_code]
        assert "context length" in strict.json()["error"]

    def test_loads_again_for_another_context_length(self, fake: FakeOllama) -> None:
        """What is loaded is what /api/ps tells."""
        for length in (2048, 4096):
            options = {"num_ctx": length}
            httpx.post(f"{fake.url}/api/chat", json={"model": MODEL, **HI, "options": options})
            loaded = httpx.get(f"{fake.url}/api/ps").json()["models"]

            assert [(MODEL, length)] == [
                (model["name"], model["context_length"]) for model in loaded
            ]

    def test_installs_what_was_pulled(self, fake: FakeOllama) -> None:
        """A name that the registry does not have is an error line in a 200."""
        with ollama.Client(fake.url) as client:
            with pytest.raises(ollama.ResponseError, match="file does not exist"):
                list(client.pull("nobody", stream=True))
            last = list(client.pull("tiny", stream=True))[-1]

        assert "success" == last.status
        assert "tiny:latest" in fake.models


def _schema(path: str, asked: dict[str, Any]) -> str:
    if path in ANSWERED:
        return ANSWERED[path]
    # The clients always say which of both they want.
    event, whole = STREAMED[path]
    return event if asked["stream"] else whole

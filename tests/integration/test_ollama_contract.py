"""What we rely on of Ollama: holds for the fake, and for a real server with `make test-ollama`."""

import asyncio
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from contract.failures import FailureCode
from tests.fake_ollama import MODEL, FakeOllama
from tests.settings import TestSettings
from worker.ollama.asks import Ask
from worker.ollama.call import Call
from worker.ollama.errors import CallError
from worker.ollama.limits import Limits
from worker.ollama.models import Models
from worker.ollama.server import installed
from worker.ollama.usage import Usage
from worker.pipeline.ports import Chunk, PortError, Prompt, Waiting
from worker.pipeline.writing import answers

pytestmark = [pytest.mark.integration, pytest.mark.timeout(900)]

LIMITS = Limits(num_ctx=2048)
COLOURS = {"type": "string", "enum": ["red", "green", "blue"]}
PROMPT = Prompt(
    system="You answer with JSON.",
    user="Name a colour of the sky, and describe it in one sentence.",
    schema={
        "type": "object",
        "properties": {"colour": COLOURS, "sentence": {"type": "string"}},
        "required": ["colour", "sentence"],
    },
    max_tokens=200,
)


@dataclass(frozen=True, kw_only=True)
class House:
    """A server with a model that writes."""

    models: Models
    model: str


@pytest.fixture
def house(test_settings: TestSettings, tmp_path: Path) -> Iterator[House]:
    """The real server of TEST_OLLAMA_HOST, else the fake one."""

    def at(host: str, model: str) -> House:
        models = Models(host, limits=LIMITS, parallel=1, slots=tmp_path)
        return House(models=models, model=model)

    if test_settings.test_ollama_host:
        yield at(test_settings.test_ollama_host, test_settings.test_ollama_model)
        return
    with FakeOllama() as fake:
        yield at(fake.url, MODEL)


async def ask(
    house: House, prompt: Prompt = PROMPT, *, model: str = ""
) -> tuple[list[Chunk], list[Usage]]:
    """Return what was written since the last wait, and what it cost."""
    chunks: list[Chunk] = []
    usages: list[Usage] = []
    async with house.models.open(model or house.model, record=usages.append) as opened:
        async for piece in opened.write(prompt):
            chunks = [] if isinstance(piece, Waiting) else [*chunks, piece]
    return chunks, usages


class TestContract:
    def test_lists_the_model(self, house: House) -> None:
        """Under the name by which it is asked."""
        names = asyncio.run(house.models.models(within_seconds=10))

        assert installed(house.model, names) is not None

    def test_answers_in_the_asked_form(self, house: House) -> None:
        """Token by token, one whole JSON object with what the schema requires."""
        chunks, _ = asyncio.run(ask(house))
        value = answers.parse("".join(chunk.text for chunk in chunks))

        assert value is not None
        assert value["colour"] in COLOURS["enum"]
        assert isinstance(value["sentence"], str)
        assert [False] * (len(chunks) - 1) + [True] == [chunk.done for chunk in chunks]

    def test_tells_what_it_cost(self, house: House) -> None:
        """Tokens of prompt and answer, and the seconds of both."""
        _, usages = asyncio.run(ask(house))
        usage = usages[-1]

        assert "done" == usage.outcome
        assert 0 < (usage.prompt_tokens or 0) < 500
        assert 0 < (usage.output_tokens or 0) <= PROMPT.max_tokens
        assert (usage.output_seconds or 0) > 0
        assert 0 < (usage.first_seconds or 0) <= usage.seconds

    def test_says_when_an_answer_was_cut(self, house: House) -> None:
        """It would be JSON without an end."""
        short = Prompt(system=PROMPT.system, user=PROMPT.user, schema=PROMPT.schema, max_tokens=3)
        with pytest.raises(PortError) as caught:
            asyncio.run(ask(house, short))

        assert FailureCode.OUTPUT_TRUNCATED == caught.value.failure.code

    def test_reads_all_of_a_prompt_or_says_so(self, house: House) -> None:
        """Twice as much as it holds is refused, or counted as less than it is."""
        words = " ".join(f"table_{number} has rows;" for number in range(1200))
        long = Prompt(system=PROMPT.system, user=words, schema=PROMPT.schema, max_tokens=20)
        (server,) = house.models.servers.all

        async def send() -> int | None:
            async with server.client() as client:
                call = Call(
                    client, server=server, model=house.model, limits=LIMITS, until=float("inf")
                )
                try:
                    async for _ in call.answer(Ask(prompt=long, max_tokens=20)):
                        pass
                except CallError as error:
                    assert FailureCode.OUTPUT_TRUNCATED == error.cause.code  # noqa: PT017 - either is right
                return call.last.prompt_eval_count if call.last is not None else None

        counted = asyncio.run(send())
        assert counted is None or counted <= LIMITS.num_ctx

    def test_has_no_model_that_is_not_installed(self, house: House) -> None:
        """The failure is the one that offers to pull it."""
        with pytest.raises(PortError) as caught:
            asyncio.run(ask(house, model="nobody-has-this:1b"))

        assert (FailureCode.MODEL_MISSING, "pull") == (
            caught.value.failure.code,
            caught.value.failure.action,
        )

    def test_answers_again_after_a_call_was_left(self, house: House) -> None:
        """A cancelled call ends at once, and the next one is served."""
        usages: list[Usage] = []

        async def leave() -> None:
            async with house.models.open(house.model, record=usages.append) as opened:
                async for piece in opened.write(PROMPT):
                    if isinstance(piece, Chunk):
                        raise asyncio.CancelledError

        with pytest.raises(asyncio.CancelledError):
            asyncio.run(leave())
        chunks, _ = asyncio.run(ask(house))

        assert ["cancelled"] == [usage.outcome for usage in usages]
        assert chunks[-1].done
        assert json.dumps(answers.parse("".join(chunk.text for chunk in chunks))) != "null"

"""The Ollama adapter against the fake server."""

import asyncio
import time
from collections.abc import Iterator

import pytest

from contract.failures import FailureCode
from tests.fake_ollama import MODEL, Answer, FakeOllama, Fault
from worker.ollama.model import Limits
from worker.ollama.server import Server
from worker.pipeline.ports import Chunk, PortError, Prompt

pytestmark = pytest.mark.integration

PROMPT = Prompt(
    system="You describe tables.",
    user="orders(id, total)",
    schema={
        "type": "object",
        "properties": {"text": {"type": "string"}, "kind": {"enum": ["hub", "view"]}},
        "required": ["text", "kind"],
    },
    max_tokens=50,
)
QUICK = Limits(num_ctx=4096, first_seconds=0.5, next_seconds=0.3)


@pytest.fixture
def fake() -> Iterator[FakeOllama]:
    """A running fake with one model."""
    with FakeOllama() as running:
        yield running


def server(fake: FakeOllama, limits: Limits = QUICK) -> Server:
    return Server(host=fake.url, limits=limits, connect_seconds=1.0)


async def write(fake: FakeOllama, *, model: str = MODEL) -> list[Chunk]:
    async with server(fake).open(model) as opened:
        return [chunk async for chunk in opened.write(PROMPT)]


def fails(fake: FakeOllama, *, model: str = MODEL) -> FailureCode:
    with pytest.raises(PortError) as caught:
        asyncio.run(write(fake, model=model))
    return caught.value.failure.code


class TestWrite:
    def test_yields_the_answer_as_it_is_written(self, fake: FakeOllama) -> None:
        """Many chunks, the last one done with the server's own counts."""
        fake.script(Answer(text='{"text": "Orders of customers.", "kind": "hub"}'))

        chunks = asyncio.run(write(fake))

        assert '{"text": "Orders of customers.", "kind": "hub"}' == "".join(
            chunk.text for chunk in chunks
        )
        assert [False] * (len(chunks) - 1) + [True] == [chunk.done for chunk in chunks]
        assert fake.chats[0].sent[-1]["eval_count"] == chunks[-1].tokens
        assert (chunks[-1].tokens_per_second or 0) > 0

    def test_asks_for_what_the_prompt_says(self, fake: FakeOllama) -> None:
        """Schema, both messages, limits, no randomness, and always as a stream."""
        asyncio.run(write(fake))

        body = fake.chats[0].body
        assert PROMPT.schema == body["format"]
        assert ["system", "user"] == [message["role"] for message in body["messages"]]
        assert body["stream"]
        assert {
            "num_ctx": 4096,
            "num_predict": 50,
            "temperature": 0.0,
            "seed": 1,
        } == body["options"]

    @pytest.mark.parametrize(
        ("answer", "code"),
        [
            (Answer(fault=Fault.STATUS, status=503), FailureCode.MODEL_OVERLOADED),
            (Answer(fault=Fault.STATUS, status=429), FailureCode.MODEL_OVERLOADED),
            (Answer(fault=Fault.STATUS, status=502), FailureCode.MODEL_OVERLOADED),
            (Answer(fault=Fault.ERROR_LINE), FailureCode.MODEL_OVERLOADED),
            (Answer(fault=Fault.HANG_FIRST), FailureCode.MODEL_OVERLOADED),
            (Answer(fault=Fault.HANG), FailureCode.MODEL_OVERLOADED),
            (Answer(fault=Fault.CUT), FailureCode.MODEL_UNREACHABLE),
            (Answer(fault=Fault.BAD_LINE), FailureCode.MODEL_UNREACHABLE),
            (Answer(fault=Fault.NO_DONE), FailureCode.OUTPUT_INVALID),
            (Answer(fault=Fault.LENGTH), FailureCode.OUTPUT_TRUNCATED),
            (Answer(text="word " * 60), FailureCode.OUTPUT_TRUNCATED),  # over max_tokens
        ],
    )
    def test_turns_every_fault_into_a_failure(
        self, fake: FakeOllama, answer: Answer, code: FailureCode
    ) -> None:
        """Whatever the client raises, or does not raise, one of our codes comes of it."""
        fake.script(answer)

        assert code == fails(fake)

    def test_offers_to_pull_a_missing_model(self, fake: FakeOllama) -> None:
        """A 404 of a chat is about the model."""
        assert FailureCode.MODEL_MISSING == fails(fake, model="nobody:1b")

    def test_fails_soon_where_nothing_listens(self) -> None:
        """A refused connection is not waited for."""
        with FakeOllama() as stopped:
            pass
        began = time.monotonic()

        assert FailureCode.MODEL_UNREACHABLE == fails(stopped)
        assert time.monotonic() - began < 1.0

    def test_waits_longer_for_the_first_chunk_than_between_chunks(self, fake: FakeOllama) -> None:
        """Loading a model takes its time; a model that falls silent while writing is stuck."""
        fake.script(Answer(first_seconds=0.4), Answer(chunk_seconds=0.4))

        assert asyncio.run(write(fake))[-1].done
        assert FailureCode.MODEL_OVERLOADED == fails(fake)

    @pytest.mark.parametrize("fault", [Fault.HANG_FIRST, Fault.HANG])
    def test_closes_the_connection_when_it_is_cancelled(
        self, fake: FakeOllama, fault: Fault
    ) -> None:
        """The server stops working for nobody: before the first byte and in the middle."""
        fake.script(Answer(fault=fault))

        async def cancel() -> None:
            patient = server(fake, Limits(num_ctx=4096))
            async with patient.open(MODEL) as opened:

                async def drain() -> None:
                    async for _ in opened.write(PROMPT):
                        pass

                task = asyncio.create_task(drain())
                await asyncio.sleep(0.3)
                task.cancel()
                await asyncio.wait({task})
                await asyncio.sleep(0.2)
                assert "closed by client" == fake.chats[0].outcome

        asyncio.run(cancel())

    def test_lets_no_more_calls_run_than_it_may(self, fake: FakeOllama) -> None:
        """The second call waits for the first."""
        fake.answer = lambda _body: Answer(text="a b", chunk_seconds=0.1)

        async def twice() -> None:
            async with server(fake).open(MODEL) as opened:

                async def drain() -> None:
                    async for _ in opened.write(PROMPT):
                        pass

                await asyncio.gather(drain(), drain())

        asyncio.run(twice())

        first, second = fake.chats
        assert second.began >= (first.ended or 0) - 0.02


class TestModels:
    def test_are_those_that_are_installed(self, fake: FakeOllama) -> None:
        """Names with their tags."""
        assert {MODEL} == asyncio.run(server(fake).models(within_seconds=1))

    def test_are_not_waited_for(self) -> None:
        """A server that accepts and says nothing is as good as none."""
        began = time.monotonic()
        host = Server(host="127.0.0.1:1", limits=QUICK)

        with pytest.raises(PortError):
            asyncio.run(host.models(within_seconds=0.5))
        assert time.monotonic() - began < 2

"""The embedding adapter against the fake server."""

import asyncio
import time
from collections.abc import Iterator

import pytest

from contract.failures import FailureCode
from tests.fake_ollama import MODEL, Answer, FakeOllama, Fault
from tests.patience import until
from worker.ollama import embedding
from worker.ollama.embedding import AT_ONCE, Waits
from worker.pipeline.ports import PortError

pytestmark = pytest.mark.integration

EMBEDS = "all-minilm:latest"
QUICK = Waits(connect=1.0, first=0.5, next=0.3)


@pytest.fixture
def fake() -> Iterator[FakeOllama]:
    """A running fake with a model that writes and one that embeds."""
    with FakeOllama(models={MODEL: ("completion",), EMBEDS: ("embedding",)}) as running:
        yield running


async def embed(
    fake: FakeOllama, *texts: str, wanted: str = "", waits: Waits = QUICK
) -> list[list[float]]:
    async with embedding.opened(fake.url, wanted=wanted, waits=waits) as model:
        assert model is not None
        return [vector.tolist() for vector in await model.embed(texts)]


async def chosen(hosts: str, wanted: str = "") -> tuple[str, str] | None:
    async with embedding.opened(hosts, wanted=wanted, waits=QUICK) as model:
        return None if model is None else (model.name, model.server)


def asked(fake: FakeOllama) -> list[dict[str, object]]:
    return [call.body for call in fake.calls if call.path == "/api/embed"]


class TestOpened:
    def test_takes_what_is_known_to_embed(self, fake: FakeOllama) -> None:
        """A model that writes is none, whatever else is installed."""
        found = asyncio.run(chosen(fake.url))
        fake.models.pop(EMBEDS)

        assert found is not None
        assert EMBEDS == found[0]
        assert asyncio.run(chosen(fake.url)) is None

    def test_takes_the_wanted_one(self, fake: FakeOllama) -> None:
        """By its name, with or without a tag; what is not installed is tried all the same."""
        names = ("all-minilm", EMBEDS, "other:1b")
        found = [asyncio.run(chosen(fake.url, name)) for name in names]

        assert [EMBEDS, EMBEDS, "other:1b"] == [each and each[0] for each in found]

    def test_takes_the_server_that_has_it(self, fake: FakeOllama) -> None:
        """The first of several addresses that lists it."""
        with FakeOllama() as other:
            hosts = f"http://127.0.0.1:9, {other.url}, {fake.url}"
            found = asyncio.run(chosen(hosts))

        assert (EMBEDS, fake.url.removeprefix("http://")) == found

    def test_is_none_where_no_server_is(self) -> None:
        """Nobody waits for a server that may not exist."""
        began = time.monotonic()

        assert asyncio.run(chosen("http://127.0.0.1:9")) is None
        assert time.monotonic() - began < 2


class TestEmbed:
    def test_makes_a_vector_of_every_text_in_order(self, fake: FakeOllama) -> None:
        """In batches; nothing is cut silently, and the model stays loaded."""
        texts = [f"text {at}" for at in range(AT_ONCE + 6)]
        found = asyncio.run(embed(fake, *texts))
        alone = asyncio.run(embed(fake, texts[-1]))

        bodies = asked(fake)[:2]
        assert [AT_ONCE, 6] == [len(body["input"]) for body in bodies]  # type: ignore[arg-type]  # a list
        assert [(False, "30m")] * 2 == [(body["truncate"], body["keep_alive"]) for body in bodies]
        assert found[-1:] == alone
        assert len(texts) == len(found)
        assert all(abs(sum(n * n for n in vector) - 1) < 1e-5 for vector in found)

    def test_shortens_only_what_is_too_long(self, fake: FakeOllama) -> None:
        """The others of its batch keep their whole text."""
        texts = ["short", "word " * 20_000, "also short"]
        found = asyncio.run(embed(fake, *texts))

        assert 3 == len(found)
        assert found[0] == asyncio.run(embed(fake, texts[0]))[0]
        assert found[2] == asyncio.run(embed(fake, texts[2]))[0]

    @pytest.mark.parametrize(
        ("answer", "code"),
        [
            (Answer(fault=Fault.STATUS, status=503), FailureCode.MODEL_OVERLOADED),
            (Answer(fault=Fault.STATUS, status=400, error="no"), FailureCode.OUTPUT_INVALID),
            (Answer(fault=Fault.HANG_FIRST), FailureCode.MODEL_OVERLOADED),
            (Answer(fault=Fault.CUT_FIRST), FailureCode.MODEL_UNREACHABLE),
        ],
    )
    def test_turns_every_fault_into_a_failure(
        self, fake: FakeOllama, answer: Answer, code: FailureCode
    ) -> None:
        """One of our codes, whatever the client raises."""
        fake.answer = lambda _body: answer

        with pytest.raises(PortError) as caught:
            asyncio.run(embed(fake, "a", "b"))
        assert code is caught.value.failure.code

    def test_says_which_model_is_missing(self, fake: FakeOllama) -> None:
        """A name with a typing mistake is told, not passed over."""
        with pytest.raises(PortError) as caught:
            asyncio.run(embed(fake, "a", wanted="all-minilmm"))

        assert FailureCode.MODEL_MISSING is caught.value.failure.code
        assert "all-minilmm" in caught.value.failure.message

    def test_closes_the_connection_when_it_is_cancelled(self, fake: FakeOllama) -> None:
        """The server stops working for nobody."""
        fake.script(Answer(fault=Fault.HANG_FIRST))

        async def cancel() -> None:
            task = asyncio.create_task(embed(fake, "a", waits=Waits()))
            await asyncio.to_thread(until, lambda: asked(fake))
            task.cancel()
            await asyncio.wait({task})
            await asyncio.sleep(0.3)

        asyncio.run(cancel())
        (call,) = (call for call in fake.calls if call.path == "/api/embed")
        assert "closed by client" == call.outcome

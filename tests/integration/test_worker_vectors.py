"""Embedders, the fake and the one over a store and a model server: both keep what they made."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from typing import Protocol, TypeVar

import pytest

from catalog.search.passages import Passage
from contract.failures import FailureCode
from store import claims, projects
from tests.fake_ollama import Answer, FakeOllama, Fault
from tests.fakes_embedding import FakeEmbedder
from tests.worker_house import House
from worker.ollama import embedding
from worker.pipeline.ports import Embedder, PortError
from worker.vectors import KeptVectors

pytestmark = pytest.mark.integration

T = TypeVar("T")
MODEL = "all-minilm:latest"
PASSAGES = tuple(
    Passage(table="t", column=f"c{at}", text=f"column number {at}") for at in range(70)
)
OTHERS = (*PASSAGES[:3], Passage(table="t", column="new", text="something new"))


class Desk(Protocol):
    """An embedder with what is beside it."""

    def run(self, work: Callable[[Embedder], Awaitable[T]]) -> T:
        """Let something work with the embedder, as one job would."""

    def made(self) -> int:
        """Return how many texts were embedded so far."""

    def break_now(self) -> None:
        """Let the model fail from now on."""


class FakeDesk:
    def __init__(self) -> None:
        self._embedder = FakeEmbedder()

    def run(self, work: Callable[[Embedder], Awaitable[T]]) -> T:
        async def go() -> T:
            return await work(self._embedder)

        return asyncio.run(go())

    def made(self) -> int:
        return len(self._embedder.made)

    def break_now(self) -> None:
        self._embedder.breaks_after = 0


class RealDesk:
    """The worker's own, over a real store and the fake server."""

    def __init__(self, fake: FakeOllama, house: House) -> None:
        self._fake = fake
        self._house = house

    def run(self, work: Callable[[Embedder], Awaitable[T]]) -> T:
        async def go() -> T:
            async with self._open() as embedder:
                return await work(embedder)

        return asyncio.run(go())

    def made(self) -> int:
        calls = [call for call in self._fake.calls if call.path == "/api/embed"]
        return sum(len(call.body["input"]) for call in calls)

    def break_now(self) -> None:
        self._fake.answer = lambda _body: Answer(fault=Fault.STATUS, status=503)

    @asynccontextmanager
    async def _open(self) -> AsyncIterator[KeptVectors]:
        waits = embedding.Waits(connect=1.0)
        async with embedding.opened(self._fake.url, wanted="", waits=waits) as model:
            assert model is not None
            yield KeptVectors(
                model=model,
                database=self._house.database,
                project_id=self._house.project.id,
                job_id="j",
            )


@pytest.fixture(params=["fake", "real"])
def desk(request: pytest.FixtureRequest, house: House) -> Iterator[Desk]:
    """An embedder of each kind."""
    if request.param == "fake":
        yield FakeDesk()
        return
    with FakeOllama(models={MODEL: ("embedding",)}) as running:
        yield RealDesk(running, house)


async def known(embedder: Embedder) -> dict[str, list[float]]:
    """Embed the passages."""
    return await embedded(embedder, PASSAGES)


async def changed(embedder: Embedder) -> dict[str, list[float]]:
    """Embed some of them and another one."""
    return await embedded(embedder, OTHERS)


async def embedded(embedder: Embedder, some: tuple[Passage, ...]) -> dict[str, list[float]]:
    found: dict[str, list[float]] = {}
    async for vectors in embedder.embed(some):
        found |= {key: vector.tolist() for key, vector in vectors.items()}
    return found


class TestEmbedder:
    def test_makes_a_vector_of_each_text_once(self, desk: Desk) -> None:
        """A second run asks for nothing, and a third only for what changed."""
        first, second = desk.run(known), desk.run(known)
        after_two = desk.made()
        third = desk.run(changed)

        assert {passage.fingerprint for passage in PASSAGES} == set(first)
        assert first == second
        assert (70, 71) == (after_two, desk.made())
        assert {passage.fingerprint for passage in OTHERS} == set(third)

    def test_forgets_what_it_is_told(self, desk: Desk) -> None:
        """What nothing says any more is made again when it comes back."""
        desk.run(known)
        desk.run(lambda embedder: embedder.forget_others(OTHERS))
        desk.run(known)

        assert 70 + 67 == desk.made()

    def test_keeps_what_was_made_before_it_fails(self, desk: Desk) -> None:
        """A model that breaks down is a PortError; what is kept needs no model."""
        first = desk.run(known)
        desk.break_now()

        with pytest.raises(PortError) as caught:
            desk.run(changed)
        assert caught.value.failure.code in {
            FailureCode.MODEL_OVERLOADED, FailureCode.MODEL_UNREACHABLE,
        }  # fmt: skip
        assert first == desk.run(known)

    def test_embeds_questions_without_keeping_them(self, desk: Desk) -> None:
        """In their order, each time anew."""

        async def ask(embedder: Embedder) -> list[list[float]]:
            return [vector.tolist() for vector in await embedder.of_texts(["a", "b"])]

        one, other = desk.run(ask), desk.run(ask)

        assert one == other
        assert one[0] != one[1]
        assert 4 == desk.made()


class TestKeptVectors:
    def test_stop_with_the_project(self, house: House) -> None:
        """A project that was deleted meanwhile ends the job as any lost claim does."""
        with FakeOllama(models={MODEL: ("embedding",)}) as running:
            desk = RealDesk(running, house)
            with house.database.write() as connection:
                projects.delete(connection, house.project.id)

            with pytest.raises(claims.ClaimLostError):
                desk.run(known)

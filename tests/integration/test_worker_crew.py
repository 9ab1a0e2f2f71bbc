"""A generation asks a real server several things at once, and never more than it may."""

import asyncio
import threading
import time
from collections.abc import Coroutine, Iterator, Sequence
from pathlib import Path

import pytest

from catalog.model import Snapshot
from contract.failures import FailureCode
from tests.fake_ollama import MODEL, Answer, Call, FakeOllama, Fault
from tests.fakes_model import FakeReader
from tests.patience import until
from worker.ollama.limits import Limits
from worker.ollama.models import Models
from worker.pipeline.generation import generate
from worker.pipeline.ports import Milestone, PortError, Progress, Request, Tick, World

pytestmark = pytest.mark.integration

PARALLEL = 4
LIMITS = Limits(num_ctx=8192, first_pause_seconds=0.01, retries=1)


@pytest.fixture
def fake() -> Iterator[FakeOllama]:
    with FakeOllama() as running:
        yield running


async def run(snapshot: Snapshot, fake: FakeOllama, slots: Path) -> list[Progress]:
    models = Models(fake.url, limits=LIMITS, parallel=PARALLEL, slots=slots)
    async with models.open(MODEL) as model:
        world = World(reader=FakeReader(snapshot), model=model)
        return [item async for item in generate(Request(project="Shop"), world)]


async def filling(
    fake: FakeOllama, *work: Coroutine[None, None, list[Progress]]
) -> list[list[Progress]]:
    """Do the work; no answer ends before the server is full."""
    full = threading.Event()
    fake.answer = lambda _body: Answer(until=full)
    tasks = asyncio.gather(*work)
    await asyncio.to_thread(until, lambda: busy(fake))
    full.set()
    return await tasks


def most_at_once(calls: Sequence[Call]) -> int:
    ended = [(call.began, call.ended or float("inf")) for call in calls]
    return max(sum(begin <= began < end for begin, end in ended) for began, _ in ended)


def busy(fake: FakeOllama) -> bool:
    return len(fake.chats) >= PARALLEL


class TestCrew:
    def test_fills_all_places_of_the_server(
        self, company: Snapshot, fake: FakeOllama, tmp_path: Path
    ) -> None:
        """Four calls run at once, never five, and all that they say reads as one stream."""
        (progress,) = asyncio.run(filling(fake, run(company, fake, tmp_path)))

        assert PARALLEL == most_at_once(fake.chats)
        assert not [item for item in progress if isinstance(item, Tick) and "slot" in item.message]
        told = [item for item in progress if isinstance(item, Tick | Milestone)]
        assert [item.progress for item in told] == sorted(item.progress for item in told)
        tokens = [item.tokens for item in told if isinstance(item, Tick)]
        assert tokens == sorted(tokens)
        assert {"done"} == {call.outcome for call in fake.chats}

    def test_shares_the_places_with_other_jobs(
        self, company: Snapshot, fake: FakeOllama, tmp_path: Path
    ) -> None:
        """Two generations at once do not ask for more than one does."""
        asyncio.run(filling(fake, *(run(company, fake, tmp_path) for _ in range(2))))

        assert PARALLEL == most_at_once(fake.chats)

    def test_hangs_up_everywhere_when_it_is_cancelled(
        self, company: Snapshot, tmp_path: Path
    ) -> None:
        """Within the two seconds that a person waits, in the middle of four answers."""

        async def cancel(fake: FakeOllama) -> float:
            task = asyncio.create_task(run(company, fake, tmp_path))
            await asyncio.to_thread(until, lambda: busy(fake))
            began = time.monotonic()
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            return time.monotonic() - began

        hang = Answer(fault=Fault.HANG, after_chunks=2)
        with FakeOllama(answer=lambda _body: hang) as fake:
            assert asyncio.run(cancel(fake)) < 2.0
            until(lambda: all(call.ended for call in fake.chats))
            assert ["closed by client"] * PARALLEL == [call.outcome for call in fake.chats]

    def test_ends_all_calls_when_one_cannot_be_answered(
        self, company: Snapshot, tmp_path: Path
    ) -> None:
        """A model that is gone ends the job once, with its own cause."""
        answers = iter([Answer(fault=Fault.HANG, after_chunks=2)] * 3)
        gone = Answer(fault=Fault.STATUS, status=404, error="model 'x' not found")

        with FakeOllama(answer=lambda _body: next(answers, gone)) as fake:
            with pytest.raises(PortError) as raised:
                asyncio.run(run(company, fake, tmp_path))
            until(lambda: all(call.ended for call in fake.chats))
            assert FailureCode.MODEL_MISSING is raised.value.failure.code
            assert ["closed by client"] * 3 + ["refused"] == [c.outcome for c in fake.chats]

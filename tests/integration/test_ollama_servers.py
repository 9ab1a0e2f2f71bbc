"""Several model servers, several processes: where calls go, and how many at once."""

import asyncio
import contextlib
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from stack import settings
from tests.fake_ollama import MODEL, PRESETS, Answer, Call, FakeOllama
from tests.patience import until
from worker.ollama.limits import Limits
from worker.ollama.models import Models
from worker.ollama.slots import Slot, Slots
from worker.pipeline.ports import Chunk, PortError, Prompt, Waiting

pytestmark = pytest.mark.integration

ROOT = Path(__file__).resolve().parents[2]
PROMPT = Prompt(system="s", user="u", schema={"type": "object"}, max_tokens=50)
SLOW = Answer(text='{"a": 1}', chunk_seconds=0.05)
HOLD = """
    import asyncio, sys
    from pathlib import Path
    from worker.ollama.slots import Slots

    async def hold():
        async with Slots(Path(sys.argv[1]), per_server=1).take("h:1"):
            print("held", flush=True)
            await asyncio.sleep(60)

    asyncio.run(hold())
"""


@contextlib.contextmanager
def holder(folder: Path) -> Iterator["subprocess.Popen[str]"]:
    """Run a process that holds the only slot of `h:1`."""
    command = [sys.executable, "-c", textwrap.dedent(HOLD), str(folder)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert "held" == process.stdout.readline().strip()
        try:
            yield process
        finally:
            process.kill()


def taken(slots: Slots, server: str) -> Slot:
    slot = slots.take(server)
    assert slot is not None
    return slot


@pytest.fixture
def fakes() -> Iterator[tuple[FakeOllama, FakeOllama]]:
    """Two running servers."""
    with FakeOllama() as one, FakeOllama() as two:
        yield one, two


def house(
    folder: Path, fakes: Sequence[FakeOllama], *, parallel: int = 1, out_seconds: float = 30.0
) -> Models:
    limits = Limits(
        num_ctx=4096,
        connect_seconds=1.0,
        retries=3,
        first_pause_seconds=0.01,
        out_seconds=out_seconds,
    )
    hosts = ",".join(fake.url for fake in fakes)
    return Models(hosts, limits=limits, parallel=parallel, slots=folder)


async def ask(models: Models, *, times: int = 1) -> None:
    """Ask several questions at once."""

    async def drain() -> None:
        async with models.open(MODEL) as model:
            last = [piece async for piece in model.write(PROMPT)][-1]
            assert isinstance(last, Chunk)
            assert last.done

    async with asyncio.TaskGroup() as group:
        for _ in range(times):
            group.create_task(drain())


def most_at_once(calls: Sequence[Call]) -> int:
    """Return how many of the calls ran at the same time at most."""
    moments = [(call.began, 1) for call in calls]
    moments += [(call.ended, -1) for call in calls if call.ended is not None]
    running = most = 0
    for _, change in sorted(moments):
        running += change
        most = max(most, running)
    return most


class TestParallel:
    def test_are_counted_on_all_servers(
        self, fakes: tuple[FakeOllama, FakeOllama], tmp_path: Path
    ) -> None:
        """Whoever fills one server only leaves the other one idle."""
        assert 6 == house(tmp_path, fakes, parallel=3).servers.parallel

    @pytest.mark.parametrize("parallel", [1, 2])
    def test_bounds_the_calls_of_all_jobs(
        self, fakes: tuple[FakeOllama, FakeOllama], tmp_path: Path, parallel: int
    ) -> None:
        """Per server; each job opens the models for itself, as another process would."""
        fakes[0].answer = lambda _body: SLOW

        async def several() -> None:
            houses = [house(tmp_path, fakes[:1], parallel=parallel) for _ in range(4)]
            await asyncio.gather(*(ask(models) for models in houses))

        asyncio.run(several())
        assert (4, parallel) == (len(fakes[0].chats), most_at_once(fakes[0].chats))

    def test_goes_to_who_waits_before_who_has_just_had_it(
        self, fakes: tuple[FakeOllama, FakeOllama], tmp_path: Path
    ) -> None:
        """Naive: a job takes its slot again before another one looks, question for question."""
        waits = threading.Event()
        fakes[0].answer = lambda _body: Answer(until=waits)

        async def questions(name: str, count: int) -> None:
            async with house(tmp_path, fakes[:1]).open(MODEL, request_id=name) as model:
                for _ in range(count):
                    async for piece in model.write(PROMPT):
                        if name == "b" and isinstance(piece, Waiting):
                            waits.set()

        async def both() -> None:
            first = asyncio.create_task(questions("a", 4))
            await asyncio.to_thread(until, lambda: fakes[0].chats)
            await questions("b", 1)
            await first

        asyncio.run(both())
        assert "abaaa" == "".join(call.request_id for call in fakes[0].chats)

    def test_comes_back_when_a_process_is_killed(self, tmp_path: Path) -> None:
        """The kernel gives a slot back, whatever ended its holder."""
        slots = Slots(tmp_path, per_server=1)
        with holder(tmp_path) as process:
            assert (None, 1) == (slots.take("h:1"), slots.busy("h:1"))
            process.kill()
            process.wait()

        taken(slots, "h:1")
        assert 1 == slots.busy("h:1")

    def test_is_lost_to_a_process_that_is_stopped(self, tmp_path: Path) -> None:
        """Others go on after a few seconds; a holder that is merely slow keeps its slot."""
        slots = Slots(tmp_path, per_server=1, stale_seconds=1.2)
        with holder(tmp_path) as process:
            _until(lambda: slots.take("h:1") is not None, seconds=2.5, comes=False)
            process.send_signal(signal.SIGSTOP)
            _until(lambda: slots.take("h:1") is not None)
            process.kill()

    def test_bounds_each_server_for_itself(self, tmp_path: Path) -> None:
        """A full server leaves the other one free."""
        slots = Slots(tmp_path, per_server=1)

        first = taken(slots, "h:1")
        assert slots.take("h:1") is None
        taken(slots, "h:2").close()
        first.close()
        assert 0 == slots.busy("h:1")


class TestImport:
    def test_bears_several_addresses(self) -> None:
        """The official client reads OLLAMA_HOST for itself when it is imported."""
        code = "import os; from worker.ollama import models; print(os.environ['OLLAMA_HOST'])"
        environ = {**settings.inherited(), "OLLAMA_HOST": "http://a:1,b:2"}
        done = subprocess.run(
            [sys.executable, "-c", code], env=environ, cwd=ROOT, capture_output=True, text=True,
            check=False,
        )  # fmt: skip

        assert ("http://a:1,b:2\n", "") == (done.stdout, done.stderr)


class TestServers:
    def test_share_the_load(self, fakes: tuple[FakeOllama, FakeOllama], tmp_path: Path) -> None:
        """The least busy one is next: of two questions at once each server gets one."""
        for fake in fakes:
            fake.answer = lambda _body: SLOW
        shares = []
        for _ in range(6):
            asyncio.run(ask(house(tmp_path, fakes, parallel=2), times=2))
            shares.append([len(fake.chats) for fake in fakes])

        assert [[count, count] for count in range(1, 7)] == shares

    def test_that_are_away_are_left_out_and_tried_again(
        self, fakes: tuple[FakeOllama, FakeOllama], tmp_path: Path
    ) -> None:
        """A question goes on elsewhere; after a while the server has its chance again."""
        with FakeOllama() as stopped:
            pass
        models = house(tmp_path, [stopped, fakes[0]], out_seconds=0.5)
        first = models.servers.all[0]

        async def several() -> None:
            for _ in range(6):
                await ask(models)

        asyncio.run(several())
        assert 6 == len(fakes[0].chats)
        models.servers.missed(first)
        assert [True] * 6 == [_taken(models) != first for _ in range(6)]
        time.sleep(0.6)
        _until(lambda: _taken(models) == first)

    def test_that_are_busy_come_last(
        self, fakes: tuple[FakeOllama, FakeOllama], tmp_path: Path
    ) -> None:
        """A 503 sends the question to the other one."""
        fakes[0].answer = lambda _body: PRESETS["busy"]
        models = house(tmp_path, fakes)

        async def several() -> None:
            for _ in range(8):
                await ask(models)

        asyncio.run(several())
        assert 8 == len([call for call in fakes[1].chats if call.outcome == "done"])
        assert len(fakes[0].chats) <= 8

    def test_that_lack_the_model_are_not_asked(
        self, fakes: tuple[FakeOllama, FakeOllama], tmp_path: Path
    ) -> None:
        """Whether that is known from their list or from their refusal."""
        fakes[0].models = {"other:1b": ("completion",)}
        told, untold = house(tmp_path, fakes), house(tmp_path, fakes)

        async def several() -> None:
            assert {MODEL, "other:1b"} == await told.models(within_seconds=2)
            for _ in range(4):
                await ask(told)
                await ask(untold)

        asyncio.run(several())
        assert [0, 8] == [len(fake.chats) for fake in fakes]

    def test_are_missing_the_model_when_none_has_it(
        self, fakes: tuple[FakeOllama, FakeOllama], tmp_path: Path
    ) -> None:
        """Only then there is something to pull."""
        for fake in fakes:
            fake.models = {}

        with pytest.raises(ExceptionGroup) as caught:
            asyncio.run(ask(house(tmp_path, fakes)))
        (error,) = caught.value.exceptions
        assert isinstance(error, PortError)
        assert "model_missing" == error.failure.code

    def test_answer_for_those_that_do_not(
        self, fakes: tuple[FakeOllama, FakeOllama], tmp_path: Path
    ) -> None:
        """The list of models is what can be had now."""
        with FakeOllama() as stopped:
            pass
        models = house(tmp_path, [stopped, fakes[0]])

        assert {MODEL} == asyncio.run(models.models(within_seconds=2))


def _taken(models: Models) -> object:
    place = models.servers.take(MODEL)
    assert place is not None
    place.slot.close()
    return place.server


def _until(ready: Callable[[], bool], *, seconds: float = 5.0, comes: bool = True) -> None:
    """Wait until it is so, or make sure for these seconds that it never is."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if ready():
            assert comes, "it came"
            return
        time.sleep(0.02)
    assert not comes, "it never came so far"

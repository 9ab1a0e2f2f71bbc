"""Pulling a model: layers, breaks, cancelling, several servers; and as a job of the worker."""

import asyncio
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from contract import events as wire
from contract.failures import FailureCode
from contract.states import JobStatus
from contract.steps import Step
from store import jobs
from tests import event_page
from tests.fake_ollama import PRESETS, Answer, FakeOllama, Fault
from tests.worker_house import House, InBackground, succeed
from worker.ollama import pulling
from worker.ollama.limits import Limits
from worker.ollama.models import Models
from worker.ollama.pulling import Installed, Transfer
from worker.pipeline.ports import Milestone, PortError

pytestmark = pytest.mark.integration

TINY = "tiny:latest"
SIZES = (4_000_000_000, 20_000, 500)
CUT = Answer(fault=Fault.CUT, after_chunks=4)
LIMITS = Limits(
    num_ctx=4096, connect_seconds=1.0, first_seconds=0.5, retries=2, first_pause_seconds=0.02
)


@pytest.fixture
def fake() -> Iterator[FakeOllama]:
    """A running server that can pull one model."""
    with FakeOllama(registry={TINY: SIZES}) as running:
        yield running


def pull(
    folder: Path, *fakes: FakeOllama, model: str = TINY, limits: Limits = LIMITS
) -> list[pulling.Progress]:
    hosts = ",".join(fake.url for fake in fakes)
    models = Models(hosts, limits=limits, parallel=1, slots=folder)

    async def drain() -> list[pulling.Progress]:
        return [item async for item in models.pull(model)]

    return asyncio.run(drain())


def told(progress: Sequence[pulling.Progress]) -> list[tuple[int, str]]:
    return [(item.progress, item.message) for item in progress if isinstance(item, Milestone)]


def progresses(progress: Sequence[pulling.Progress]) -> list[int]:
    return [item.progress for item in progress if not isinstance(item, Installed)]


class TestPull:
    def test_tells_how_far_it_is(self, fake: FakeOllama, tmp_path: Path) -> None:
        """Bytes of all layers together; a milestone for each whole layer, and what comes then."""
        progress = pull(tmp_path, fake)

        assert [
            (0, f"Pulling {TINY}..."),
            (90, "Pulled 1 layer, 4.0 GB."),
            (90, "Pulled 2 layers, 4.0 GB."),
            (90, "Pulled 3 layers, 4.0 GB."),
            (92, "Verifying what was pulled..."),
            (95, "Putting the model together..."),
        ] == told(progress)
        moved = [item for item in progress if isinstance(item, Transfer)]
        assert (18, 800_000_000, 4_000_000_000) == (
            moved[1].progress,
            moved[1].completed,
            moved[1].total,
        )
        assert f"Pulling {TINY}: 800 MB of 4.0 GB" == moved[1].message
        assert (moved[1].bytes_per_second or 0) > 0
        last = progress[-1]
        assert isinstance(last, Installed)
        assert (Step.COMPLETE, 100) == (last.milestone.step, last.milestone.progress)
        host = fake.url.removeprefix("http://")
        assert {"model": TINY, "hosts": [host], "bytes": sum(SIZES)} == last.milestone.data
        assert TINY in fake.models

    def test_does_without_totals(self, fake: FakeOllama, tmp_path: Path) -> None:
        """Without a sum there is no share; the bytes are told all the same."""
        fake.script(PRESETS["absent_totals"])
        progress = pull(tmp_path, fake)

        moved = [item for item in progress if isinstance(item, Transfer)]
        assert {(0, None)} == {(item.progress, item.total) for item in moved}
        assert sum(SIZES) == moved[-1].completed
        assert isinstance(progress[-1], Installed)

    @pytest.mark.parametrize(
        "answer", [CUT, PRESETS["busy"], PRESETS["cut_first"], Answer(fault=Fault.NO_DONE)]
    )
    def test_goes_on_after_a_break(self, fake: FakeOllama, tmp_path: Path, answer: Answer) -> None:
        """It is asked again, and never falls back."""
        fake.script(answer)
        progress = pull(tmp_path, fake)

        assert isinstance(progress[-1], Installed)
        assert sorted(progresses(progress)) == progresses(progress)
        assert any(
            isinstance(item, Transfer) and item.message.endswith("Trying again...")
            for item in progress
        )

    def test_never_falls_back_when_a_server_lost_what_it_had(
        self, fake: FakeOllama, tmp_path: Path
    ) -> None:
        """A restarted server begins anew; the bar waits for it."""
        fake.script(Answer(fault=Fault.CUT, after_chunks=6))  # 80 % of the first layer
        progress = progresses(pull(tmp_path, fake))

        assert sorted(progress) == progress
        assert 72 in progress

    @pytest.mark.parametrize(
        ("answer", "code", "says"),
        [
            (PRESETS["busy"], FailureCode.MODEL_OVERLOADED, "too busy"),
            (Answer(fault=Fault.NO_DONE), FailureCode.MODEL_UNREACHABLE, "before the model was"),
            (Answer(fault=Fault.HANG), FailureCode.MODEL_OVERLOADED, "nothing for 0.5 seconds"),
            (
                Answer(fault=Fault.ERROR_LINE, error="write: no space left on device"),
                FailureCode.MODEL_OVERLOADED,
                "is full",
            ),
        ],
    )
    def test_gives_up_after_a_while(
        self, fake: FakeOllama, tmp_path: Path, answer: Answer, code: FailureCode, says: str
    ) -> None:
        """With cause and remedy, once it gets no further."""
        fake.answer = lambda _body: answer
        with pytest.raises(PortError) as caught:
            pull(tmp_path, fake)

        assert code == caught.value.failure.code
        assert says in caught.value.failure.message

    def test_of_a_model_that_nobody_has_fails_at_once(
        self, fake: FakeOllama, tmp_path: Path
    ) -> None:
        """Nothing is offered to be pulled then."""
        with pytest.raises(PortError) as caught:
            pull(tmp_path, fake, model="nobody:1b")

        found = caught.value.failure
        assert (FailureCode.MODEL_MISSING, None, False, "nobody:1b") == (
            found.code,
            found.action,
            found.retryable,
            found.model,
        )
        assert 1 == len([call for call in fake.calls if call.path == "/api/pull"])

    def test_gets_the_model_onto_every_server_that_answers(
        self, fake: FakeOllama, tmp_path: Path
    ) -> None:
        """They share the load later; one that is away gets nothing."""
        with FakeOllama() as stopped:
            pass
        with FakeOllama(registry={TINY: SIZES}) as other:
            progress = pull(tmp_path, stopped, fake, other)
            with pytest.raises(PortError):
                pull(tmp_path, stopped)

            assert TINY in other.models
        last = progress[-1]
        assert isinstance(last, Installed)
        assert 2 == len((last.milestone.data or {})["hosts"])
        assert 2 * sum(SIZES) == (last.milestone.data or {})["bytes"]
        assert TINY in fake.models
        assert sorted(progresses(progress)) == progresses(progress)
        put_together = [at for at, message in told(progress) if message.startswith("Putting")]
        assert [47, 97] == put_together, "each server is half of the pull"
        moved = [item for item in progress if isinstance(item, Transfer)]
        assert f"Pulling {TINY}: 800 MB of 8.0 GB" == moved[1].message
        assert 2 * sum(SIZES) == moved[-1].total


class TestJob:
    def test_is_followed_like_any_other(self, house: House, fake: FakeOllama) -> None:
        """Milestones are stored, ticks are published, and no project is needed."""
        fake.script(Answer(chunk_seconds=0.12))
        job = house.submit_pull(TINY)
        with house.listening() as heard:
            ended = house.runner(succeed, fake=fake).run(job.id)
            published = heard()

        stored = house.stored(job)
        assert JobStatus.SUCCEEDED is ended
        assert (None, TINY) == (job.project_id, house.job(job).model)
        assert list(range(1, 8)) == [event.seq for event in stored]
        assert [Step.PULLING] * 6 + [Step.COMPLETE] == [event.step for event in stored]
        assert stored == [event for event in published if event.seq is not None]
        ticks = [event for event in published if event.seq is None]
        assert ticks
        assert event_page.data_of("ticks of a pull") == set(ticks[0].data or {})
        assert event_page.data_of("complete of a pull") == set(stored[-1].data or {})
        counted = {key for event in stored for key in event.stats or {}}
        assert {"layers", "bytes"} == counted
        progress = [event.progress for event in published]
        assert sorted(progress) == progress

    def test_is_cancelled_within_two_seconds(self, house: House, fake: FakeOllama) -> None:
        """In the middle of a layer; the server sees the connection close."""
        fake.script(Answer(chunk_seconds=0.5))
        job = house.submit_pull(TINY)
        running = InBackground(house.runner(succeed, fake=fake), job)
        house.until(job, lambda now: now.last_seq >= 1 and _pulls(fake) == ["open"])
        began = time.monotonic()
        with house.database.write() as connection:
            jobs.request_cancel(connection, job)

        assert running.wait() is JobStatus.CANCELLED
        assert time.monotonic() - began < 2.0
        assert ["closed by client"] == _pulls(fake)

    def test_resumes_after_its_worker_was_lost(self, house: House, fake: FakeOllama) -> None:
        """It says so once, and its progress does not fall."""
        fake.script(Answer(fault=Fault.HANG, after_chunks=8))
        job = house.submit_pull(TINY)
        lost = InBackground(house.runner(succeed, fake=fake), job)
        house.until(job, lambda now: now.progress == pulling.LAST)
        house.lose(job)
        house.dispatch().sweep()
        assert house.runner(succeed, fake=fake).run(job.id) is JobStatus.SUCCEEDED
        lost.wait()

        stored = house.stored(job)
        messages = [event.message for event in stored]
        assert 1 == messages.count("Resuming after an interruption...")
        assert {Step.PULLING, Step.COMPLETE} == {event.step for event in stored}
        progress = [event.progress for event in stored]
        assert sorted(progress) == progress

    def test_that_takes_longer_than_a_task_may_is_no_loss(
        self, house: House, fake: FakeOllama
    ) -> None:
        """Naive: it is killed every two hours, and given up as lost after the third time."""
        fake.script(Answer(fault=Fault.HANG, after_chunks=8))
        job = house.submit_pull(TINY)

        assert house.runner(succeed, fake=fake, pull=0.5).run(job.id) is None
        handed_back = house.job(job)
        assert (JobStatus.QUEUED, 0) == (handed_back.status, handed_back.losses_in_a_row)
        assert [job.id] == house.queue.jobs
        assert house.runner(succeed, fake=fake).run(job.id) is JobStatus.SUCCEEDED

    def test_tells_why_it_failed(self, house: House, fake: FakeOllama) -> None:
        """In the same form as a generation."""
        job = house.submit_pull("nobody:1b")

        assert house.runner(succeed, fake=fake).run(job.id) is JobStatus.FAILED
        last: wire.Event = house.stored(job)[-1]
        told = {"code": "model_missing", "retryable": False, "model": "nobody:1b"}
        assert told == last.failure
        assert "Check its name" in last.message


class TestSubmit:
    def test_joins_ones_own_active_pull(self, house: House, fake: FakeOllama) -> None:
        """Of the same model; another model is another job, and so is the next one."""
        other, first, second = (house.submit_pull(name) for name in ("x:1b", TINY, TINY))
        assert (first.id, True) == (second.id, first.id != other.id)
        house.runner(succeed, fake=fake).run(first.id)

        assert first.id != house.submit_pull(TINY).id

    def test_leaves_generations_alone(self, house: House) -> None:
        """The model of a generation is known later, and is no pull."""
        assert house.submit().model is None


def _pulls(fake: FakeOllama) -> list[str]:
    return [call.outcome for call in fake.calls if call.path == "/api/pull"]

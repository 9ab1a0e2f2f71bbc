"""A job from claim to end, with a real store and a real Redis."""

import asyncio
import logging
from collections.abc import AsyncGenerator

import pytest

from catalog.readers.errors import UnreachableError
from contract import bus
from contract.failures import FailureCode, failure
from contract.states import JobStatus
from contract.steps import Step
from store import contexts
from tests import event_page
from tests.worker_house import ANALYZING, DONE, SCANNING, Heard, House, succeed
from worker.pipeline.ports import PortError, Progress, Request, Tick, World

pytestmark = pytest.mark.integration

SECRET = "postgresql://u:hunter2@db/x"


class TestSuccess:
    def test_stores_and_publishes_the_same_events(self, house: House, heard: Heard) -> None:
        """Numbered from 1 without gaps, ended by `complete`."""
        job = house.submit()

        assert house.runner(succeed).run(job.id) is JobStatus.SUCCEEDED

        assert house.stored(job) == heard()
        assert [1, 2, 3, 4] == [event.seq for event in house.stored(job)]
        assert [Step.SCANNING, Step.SCANNING, Step.ANALYZING, Step.COMPLETE] == [
            event.step for event in house.stored(job)
        ]

    def test_stores_what_was_read_and_written(self, house: House) -> None:
        """Snapshot, context and the number of its version in the last event."""
        job = house.submit()
        house.runner(succeed).run(job.id)
        with house.database.read() as connection:
            snapshot = contexts.latest_snapshot(connection, house.project.id)
            context = contexts.get(connection, house.project.id)

        assert snapshot is not None
        assert context is not None
        assert (1, 1) == (snapshot.tables, snapshot.columns)
        assert snapshot.fingerprint == context.fingerprint
        assert {"a": 1, "contextVersion": 1} == house.stored(job)[-1].data
        assert ("structural", None) == (house.job(job).engine, house.job(job).model)

    def test_does_not_need_redis(self, house: House) -> None:
        """Events that nobody can be told are in SQL."""
        job = house.submit()
        house.bus = bus.connect("redis://127.0.0.1:1/0")

        assert house.runner(succeed).run(job.id) is JobStatus.SUCCEEDED
        assert 4 == len(house.stored(job))

    def test_publishes_ticks_and_stores_none(self, house: House, heard: Heard) -> None:
        """Tokens, speed and the end of the text, without a number."""

        async def writing(_request: Request, _world: World) -> AsyncGenerator[Progress, None]:
            yield ANALYZING
            yield Tick(
                step=Step.ANALYZING,
                progress=55,
                message="AI analyzing database structure...",
                tokens=7,
                tokens_per_second=3.5,
                tail="...orders",
            )
            await asyncio.sleep(0.2)
            yield DONE

        job = house.submit()
        house.runner(writing).run(job.id)

        assert [1, None, 2] == [event.seq for event in heard()]
        tick = heard()[1].data or {}
        assert {"tokens": 7, "tokensPerSecond": 3.5, "tail": "...orders"} == tick
        assert set(tick) == event_page.data_of("ticks of a generation")
        assert 2 == len(house.stored(job))

    def test_estimates_from_earlier_runs(self, house: House) -> None:
        """The first generation has no basis, the second knows the first."""
        first = house.submit()
        house.runner(succeed).run(first.id)
        second = house.submit()
        house.runner(succeed).run(second.id)

        assert [None] * 4 == [event.eta for event in house.stored(first)]
        assert [1, 1] == [event.eta.runs for event in house.stored(second) if event.eta][:2]


class TestFailure:
    @pytest.mark.parametrize(
        ("error", "code", "says"),
        [
            (
                PortError(failure(FailureCode.OUTPUT_INVALID, "No JSON came.")),
                "output_invalid",
                "No JSON came. Generate again, or choose another model.",
            ),
            (
                UnreachableError("Nothing answers at db:5432.", remedy="Start it."),
                "database_unreachable",
                "Nothing answers at db:5432. Start it.",
            ),
        ],
    )
    def test_tells_cause_and_remedy(
        self, house: House, error: Exception, code: str, says: str
    ) -> None:
        """The terminal event has the code of the error and its words."""

        async def fail(_request: Request, _world: World) -> AsyncGenerator[Progress, None]:
            yield SCANNING
            raise error

        job = house.submit()

        assert house.runner(fail).run(job.id) is JobStatus.FAILED
        last = house.stored(job)[-1]
        assert (2, Step.ERROR, says, code) == (
            last.seq,
            last.step,
            last.message,
            (last.failure or {})["code"],
        )
        assert JobStatus.FAILED == house.job(job).status

    def test_keeps_the_text_of_an_unforeseen_error_out_of_event_and_log(
        self, house: House, caplog: pytest.LogCaptureFixture
    ) -> None:
        """The log shows where it happened; nothing shows a password."""

        async def break_down(_request: Request, _world: World) -> AsyncGenerator[Progress, None]:
            yield SCANNING
            raise ValueError(SECRET)

        job = house.submit()
        with caplog.at_level(logging.INFO):
            house.runner(break_down).run(job.id)

        traces = [getattr(record, "cause", "") for record in caplog.records]
        assert "internal" == (house.stored(job)[-1].failure or {})["code"]
        assert any("ValueError" in trace and "break_down" in trace for trace in traces)
        assert "hunter2" not in house.stored(job)[-1].message
        assert "hunter2" not in "".join(traces) + caplog.text

    def test_ends_a_pipeline_that_forgot_its_result(self, house: House) -> None:
        """No job stays running because nothing came."""

        async def forget(_request: Request, _world: World) -> AsyncGenerator[Progress, None]:
            yield SCANNING

        job = house.submit()

        assert house.runner(forget).run(job.id) is JobStatus.FAILED

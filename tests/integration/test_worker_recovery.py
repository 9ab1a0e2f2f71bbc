"""Jobs that are cancelled, lost, resumed, handed back and swept up."""

import asyncio
import os
import signal
import sqlite3
import threading
import time
from collections.abc import AsyncGenerator

import pytest
import sqlalchemy as sa

from contract.states import JobStatus
from contract.steps import Step
from store import claims, contexts, jobs, projects
from store.database import connect
from store.schema import model_calls
from tests.fake_ollama import MODEL, Answer, FakeOllama, Fault
from tests.worker_house import (
    DONE,
    READ,
    SCANNING,
    SNAPSHOT,
    Heard,
    House,
    InBackground,
    ask,
    hang,
    succeed,
)
from worker.pipeline.ports import Progress, Request, Scanned, World
from worker.work import RESUMING

pytestmark = pytest.mark.integration


class TestCancel:
    def test_ends_a_hanging_model_call_within_two_seconds(self, house: House, heard: Heard) -> None:
        """The model server sees the connection close, and gets no further call."""
        with FakeOllama() as fake:
            fake.script(Answer(fault=Fault.HANG))
            job = house.submit()
            running = InBackground(house.runner(ask, fake=fake), job)
            house.until(job, lambda now: now.last_seq == 1 and len(fake.chats) == 1)
            began = time.monotonic()
            with house.database.write() as connection:
                jobs.request_cancel(connection, job)

            assert running.wait() is JobStatus.CANCELLED
            assert time.monotonic() - began < 2.0
            assert ["closed by client"] == [call.outcome for call in fake.chats]
        assert JobStatus.CANCELLED == house.job(job).status
        assert {"code": "cancelled", "retryable": True} == heard()[-1].failure
        with house.database.read() as connection:
            (row,) = connection.execute(sa.select(model_calls))
        assert (1, "analyzing", MODEL, "cancelled") == (
            row.attempt, row.step, row.model, row.outcome
        )  # fmt: skip

    def test_keeps_a_result_that_came_first(self, house: House) -> None:
        """Asked for while the result was being stored, it changes nothing."""

        async def finish(_request: Request, _world: World) -> AsyncGenerator[Progress, None]:
            yield DONE
            await asyncio.sleep(3600)

        job = house.submit()
        running = InBackground(house.runner(finish), job)
        house.until(job, lambda now: now.status is JobStatus.SUCCEEDED)

        # The renewal finds the claim ended, and the attempt knows why.
        assert running.wait() is JobStatus.SUCCEEDED
        assert 1 == len(house.stored(job))


class TestLostClaim:
    def test_writes_and_publishes_nothing_more(self, house: House, heard: Heard) -> None:
        """Whoever claimed the job since then is alone with it."""
        go_on = threading.Event()

        async def stall(_request: Request, _world: World) -> AsyncGenerator[Progress, None]:
            yield SCANNING
            await asyncio.to_thread(go_on.wait)
            yield Scanned(snapshot=SNAPSHOT)
            yield READ
            yield DONE

        job = house.submit()
        running = InBackground(house.runner(stall), job)
        house.until(job, lambda now: now.last_seq == 1)
        house.lose(job)
        house.dispatch().sweep()
        with house.database.write() as connection:
            assert claims.claim(connection, job.id, lease_seconds=30) is not None
        go_on.set()

        assert running.wait() is None
        assert (JobStatus.RUNNING, 2, 1) == (
            house.job(job).status,
            house.job(job).attempt,
            house.job(job).last_seq,
        )
        assert 1 == len(heard())
        with house.database.read() as connection:
            assert contexts.latest_snapshot(connection, house.project.id) is None

    def test_duplicate_deliveries_are_harmless(self, house: House) -> None:
        """During the run and after it: the second finds nothing to claim."""
        job = house.submit()
        running = InBackground(house.runner(hang), job)
        house.until(job, lambda now: now.last_seq == 1)

        assert house.runner(succeed).run(job.id) is None
        with house.database.write() as connection:
            jobs.request_cancel(connection, job)
        assert running.wait() is JobStatus.CANCELLED
        assert house.runner(succeed).run(job.id) is None
        assert [1, 2] == [event.seq for event in house.stored(job)]

    def test_ends_quietly_when_the_project_was_deleted(self, house: House) -> None:
        """There is nobody left to tell, and nothing to store."""
        job = house.submit()
        running = InBackground(house.runner(hang), job)
        house.until(job, lambda now: now.last_seq == 1)
        with house.database.write() as connection:
            projects.delete(connection, house.project.id)

        assert running.wait() is None

    def test_ends_quietly_when_the_project_goes_while_it_is_read(self, house: House) -> None:
        """A snapshot of a project that is gone violates its foreign key: no error of ours."""

        async def read(_request: Request, _world: World) -> AsyncGenerator[Progress, None]:
            with house.database.write() as connection:
                projects.delete(connection, house.project.id)
            yield Scanned(snapshot=SNAPSHOT)

        assert house.runner(read).run(house.submit().id) is None


class TestLockedStore:
    def test_costs_no_attempt_while_the_lease_lasts(self, house: House, database_url: str) -> None:
        """Naive: the first write that finds the database locked ends the attempt."""
        impatient = connect(database_url)

        @sa.event.listens_for(impatient.engine, "connect")
        def _give_up_soon(connection: sqlite3.Connection, _record: object) -> None:
            connection.execute("PRAGMA busy_timeout=50")

        locked = threading.Event()

        async def work(_request: Request, _world: World) -> AsyncGenerator[Progress, None]:
            yield SCANNING
            await asyncio.to_thread(locked.wait)
            yield READ
            yield DONE

        job = house.submit()
        running = InBackground(house.runner(work, database=impatient), job)
        house.until(job, lambda now: now.last_seq == 1)
        with house.database.write():
            locked.set()
            time.sleep(1)

        assert running.wait() is JobStatus.SUCCEEDED
        assert [1, 2, 3] == [event.seq for event in house.stored(job)]
        assert 1 == house.job(job).attempt
        impatient.close()


class TestResume:
    def test_says_so_once_and_never_falls_back(self, house: House) -> None:
        """The second attempt begins with it; progress stays where the first one was."""
        job = house.submit()
        with house.database.write() as connection:
            held = claims.claim(connection, job.id, lease_seconds=30)
            assert held is not None
            report = claims.Report(step=Step.ANALYZING, progress=60, message="m")
            claims.report(connection, held, report)
        house.lose(job)
        house.dispatch().sweep()

        assert house.runner(succeed).run(job.id) is JobStatus.SUCCEEDED
        told = house.stored(job)
        assert ["m", RESUMING, SCANNING.message] == [event.message for event in told[:3]]
        assert [60, 60, 60, 60, 60, 100] == [event.progress for event in told]
        assert 1 == [event.message for event in told].count(RESUMING)


class TestShutdown:
    def test_hands_the_job_back_before_the_process_ends(self, house: House) -> None:
        """Queued again, enqueued at once, and only then the signal does what it always does."""
        job = house.submit()
        seen: list[JobStatus] = []
        previous = signal.signal(signal.SIGUSR2, lambda *_: seen.append(house.job(job).status))
        stopper = threading.Thread(target=self._stop, args=(house, job))
        stopper.start()
        try:
            ended = house.runner(hang).run(job.id, stop_signal=signal.SIGUSR2)
        finally:
            stopper.join()
            signal.signal(signal.SIGUSR2, previous)

        assert ended is None
        assert [JobStatus.QUEUED] == seen
        assert [job.id] == house.queue.jobs
        assert house.runner(succeed).run(job.id) is JobStatus.SUCCEEDED

    @staticmethod
    def _stop(house: House, job: jobs.Job) -> None:
        house.until(job, lambda now: now.last_seq == 1)
        os.kill(os.getpid(), signal.SIGUSR2)
        os.kill(os.getpid(), signal.SIGUSR2)  # Celery sends it twice


class TestSweep:
    def test_requeues_a_lost_job_and_fails_it_in_the_end(self, house: House, heard: Heard) -> None:
        """Three attempts, then one terminal event that everybody hears."""
        job = house.submit()
        for _ in range(3):
            with house.database.write() as connection:
                assert claims.claim(connection, job.id, lease_seconds=30) is not None
            house.lose(job)
            house.dispatch().sweep()

        assert [job.id, job.id] == house.queue.jobs
        assert ["worker_lost"] == [(event.failure or {})["code"] for event in heard()]
        assert JobStatus.FAILED == house.job(job).status

    def test_leaves_what_cannot_be_enqueued_to_the_next_sweep(self, house: House) -> None:
        """An absent broker loses no job, and is not asked again for each of them."""
        waiting = [house.submit().id, house.submit_elsewhere().id]
        house.queue.away = True
        house.dispatch().sweep()
        assert 1 == house.queue.tries
        house.queue.away = False
        house.dispatch().sweep()
        house.dispatch().sweep()

        assert waiting == house.queue.jobs

    def test_publishes_again_only_what_the_queue_has_lost(self, house: House) -> None:
        """Naive: whatever waits long is published again, and a long queue doubles every sweep."""
        waiting = [house.submit().id, house.submit_elsewhere().id]
        house.dispatch().sweep()
        house.overdue()
        for _ in range(3):
            house.dispatch().sweep()
        patient = list(house.queue.jobs)
        house.queue.lost = {waiting[1]}
        for _ in range(3):
            house.dispatch().sweep()

        assert waiting == patient
        assert [*waiting, waiting[1]] == house.queue.jobs

    def test_misses_a_lost_task_in_a_queue_of_others(self, house: House) -> None:
        """Naive: the queue is as long as it should be, with tasks that nobody needs any more."""
        job = house.submit()
        house.dispatch().sweep()
        for other in ("cancelled", "delivered twice"):
            house.queue.enqueue(other)
        house.queue.lost = {job.id}
        house.overdue()
        house.dispatch().sweep()

        assert job.id == house.queue.jobs[-1]

    def test_goes_on_while_a_job_runs(self, house: House) -> None:
        """The only worker is busy, and lost jobs are found all the same."""
        job = house.submit()
        running = InBackground(house.runner(hang, sweep_every=0.1), job)
        house.until(job, lambda now: now.last_seq == 1)
        waiting = house.submit_elsewhere()
        deadline = time.monotonic() + 5
        while not house.queue.jobs and time.monotonic() < deadline:
            time.sleep(0.05)
        with house.database.write() as connection:
            jobs.request_cancel(connection, job)
        running.wait()

        assert [waiting.id] == house.queue.jobs

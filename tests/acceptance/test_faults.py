"""Jobs while workers and Redis die: nothing is lost, done twice, or asked twice.

What a naive build would do wrong is said in each test.
"""

import signal
import threading
import time
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
import redis

from contract.states import JobStatus
from tests import fault_world, people
from tests.fake_ollama import Answer, Fault
from tests.fault_world import FaultWorld
from tests.people import Person
from worker.work import RESUMING

pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(180)]


@pytest.fixture(scope="module")
def shared_world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FaultWorld]:
    with fault_world.running(tmp_path_factory.mktemp("faults"), JOB_LEASE_SECONDS="5") as running:
        yield running


@pytest.fixture
def world(shared_world: FaultWorld) -> FaultWorld:
    """The stack, with a model that takes a moment for each answer."""
    shared_world.fake.answer = lambda _body: Answer(first_seconds=0.15)
    return shared_world


@pytest.fixture
def person(world: FaultWorld) -> Iterator[Person]:
    with Person(world.stack.app_url, world.stack.relay_url) as signed_up:
        yield signed_up


@pytest.fixture
def redis_client(world: FaultWorld) -> Iterator[redis.Redis]:
    with redis.Redis.from_url(world.stack.redis_url) as client:
        yield client


def assert_succeeded_once(world: FaultWorld, job_id: str, *, asked_since: int) -> None:
    """One end, numbers without gap, progress that never falls, and each answer asked for once."""
    world.until(lambda: world.job(job_id).finished_at)
    told = world.told(job_id)

    assert JobStatus.SUCCEEDED == world.job(job_id).status, told[-1].message
    assert list(range(1, len(told) + 1)) == [event.seq for event in told]
    assert sorted(event.progress for event in told) == [event.progress for event in told]
    assert ["complete"] == [event.step for event in told if event.step in ("complete", "error")]
    resumed = [event.message for event in told].count(RESUMING)
    assert world.job(job_id).attempt == resumed + 1
    assert {1} == set(Counter(world.answered(asked_since)).values())


class TestWorker:
    def test_killed_at_each_batch_asks_nothing_twice(
        self, world: FaultWorld, person: Person
    ) -> None:
        """The child gets SIGKILL after each batch, and once more after that.

        Naive: every attempt begins anew, and after the third the job is given up as lost.
        """
        before = len(world.fake.chats)
        go_on = world.answer_only(1)
        job_id = world.submit(person)
        kills = len(fault_world.AREAS) + 1
        for count in range(1, kills + 1):
            world.until(lambda count=count: world.checkpoints(job_id) >= count)  # type: ignore[misc]  # bound now
            world.kill_child()
            go_on = world.answer_only(1)
            world.lose(job_id)
        go_on.set()

        assert_succeeded_once(world, job_id, asked_since=before)
        kept = [(event.stats or {}).get("keptTables") for event in world.told(job_id)]
        assert kills + 1 == world.job(job_id).attempt
        assert [3, 6, 9, 9] == [
            tables
            for tables, event in zip(kept, world.told(job_id), strict=True)
            if event.message == RESUMING
        ]

    def test_stopped_past_its_lease_has_nothing_to_say(
        self, world: FaultWorld, person: Person
    ) -> None:
        """SIGSTOP in mid-answer until another one has the job, then SIGCONT.

        Naive: it goes on, and its events appear between those of the attempt that followed.
        """
        before = len(world.fake.chats)
        first = iter([Answer(text="stale " * 400, chunk_seconds=0.05)])
        world.fake.answer = lambda _body: next(first, Answer(chunk_seconds=0.003))
        job_id = world.submit(person)
        heard: list[dict[str, Any]] = []
        with person.following(f"/jobs/{job_id}/stream") as source:
            follower = threading.Thread(target=lambda: heard.extend(people.messages(source)))
            follower.start()
            world.until(lambda: any("tail" in (wire.get("data") or {}) for wire in list(heard)))
            world.stack.send("worker", signal.SIGSTOP)
            with world.another_worker():
                world.until(lambda: world.job(job_id).attempt == 2)
                world.until(lambda: len(world.fake.chats) >= before + 2)
                world.stack.send("worker", signal.SIGCONT)
                world.until(lambda: world.fake.chats[before].outcome == "closed by client")
                world.until(lambda: world.job(job_id).finished_at)
            follower.join(timeout=10)

        assert_succeeded_once(world, job_id, asked_since=before)
        assert world.told(job_id)[-1].seq == heard[-1]["seq"]
        resumed = [wire["message"] for wire in heard].index(RESUMING)
        tails = [(wire.get("data") or {}).get("tail", "") for wire in heard]
        assert any("stale" in tail for tail in tails[:resumed])
        assert not any("stale" in tail for tail in tails[resumed:])

    def test_told_to_stop_hands_its_job_back(self, world: FaultWorld, person: Person) -> None:
        """SIGTERM, as a deployment sends it: queued again by the time the process has ended.

        Naive: it works on to the job's end, is killed, and the job has lost a worker.
        """
        before = len(world.fake.chats)
        go_on = world.answer_only(1)
        job_id = world.submit(person)
        world.until(lambda: world.checkpoints(job_id) >= 1)
        world.stack.stop("worker")
        stopped = world.job(job_id)
        go_on.set()
        world.stack.start("worker")

        assert (JobStatus.QUEUED, 0) == (stopped.status, stopped.losses_in_a_row)
        assert_succeeded_once(world, job_id, asked_since=before)
        assert 2 == world.job(job_id).attempt


class TestRedis:
    def test_killed_with_a_job_in_flight(self, world: FaultWorld, person: Person) -> None:
        """The worker stays, the job ends in its first attempt, and the next one runs, too.

        Celery's version is capped because of what happens here (docs/adr/0003): a newer one has to
        pass this test before the cap is lifted. Naive: the worker exits, or takes no task any more.
        """
        before, pid = len(world.fake.chats), world.stack.pid("worker")
        go_on = world.answer_only(1)
        job_id = world.submit(person)
        world.until(lambda: world.checkpoints(job_id) >= 1)
        world.stack.kill("redis")
        accepted = world.submit(person)
        time.sleep(1)
        world.stack.start("redis")
        go_on.set()

        for each in (job_id, accepted):
            world.until(lambda each=each: world.job(each).finished_at)  # type: ignore[misc]  # bound now
            assert (JobStatus.SUCCEEDED, 1) == (world.job(each).status, world.job(each).attempt)
        assert {2} >= set(Counter(world.answered(before)).values())
        assert (pid, True) == (world.stack.pid("worker"), world.stack.alive("worker"))

    def test_frozen_in_mid_job(self, world: FaultWorld, person: Person) -> None:
        """Work goes on and submits are accepted while Redis accepts everything and answers nothing.

        Naive: the first publish of an event waits for ever, and so does the submit.
        """
        pid = world.stack.pid("worker")
        go_on = world.answer_only(1)
        job_id = world.submit(person)
        world.until(lambda: world.checkpoints(job_id) >= 1)
        world.stack.send("redis", signal.SIGSTOP)
        try:
            kept = world.checkpoints(job_id)
            accepted = world.submit(person)
            go_on.set()
            world.until(lambda: world.checkpoints(job_id) > kept, seconds=5)
            time.sleep(3.5)  # longer than any of our sockets waits
        finally:
            world.stack.send("redis", signal.SIGCONT)

        for each in (job_id, accepted):
            world.until(lambda each=each: world.job(each).finished_at)  # type: ignore[misc]  # bound now
            assert (JobStatus.SUCCEEDED, 1) == (world.job(each).status, world.job(each).attempt)
        assert (pid, True) == (world.stack.pid("worker"), world.stack.alive("worker"))

    def test_that_drops_connections_delivers_twice(
        self, world: FaultWorld, person: Person, redis_client: redis.Redis
    ) -> None:
        """CLIENT KILL: the broker hands the running job's task out again.

        Naive: the job runs a second time.
        """
        before = len(world.fake.chats)
        go_on = world.answer_only(1)
        job_id = world.submit(person)
        world.until(lambda: world.checkpoints(job_id) >= 1)
        for client in redis_client.client_list():
            redis_client.client_kill_filter(_id=client["id"], skipme=True)
        go_on.set()

        assert_succeeded_once(world, job_id, asked_since=before)
        assert 1 == world.job(job_id).attempt
        world.until(
            lambda: any(
                "nothing to claim" in line and job_id in line
                for line in world.stack.log("worker").splitlines()
            )
        )

    def test_flushed_loses_no_job(
        self, world: FaultWorld, person: Person, redis_client: redis.Redis
    ) -> None:
        """FLUSHALL with one job running and one waiting: both end.

        Naive: the task that waited is gone, and its job waits for ever.
        """
        before = len(world.fake.chats)
        go_on = world.answer_only(1)
        running, waiting = world.submit(person), world.submit(person)
        world.until(lambda: world.checkpoints(running) >= 1)
        redis_client.flushall()
        world.overdue()
        go_on.set()

        assert_succeeded_once(world, running, asked_since=before)
        world.until(lambda: world.job(waiting).finished_at)
        assert (JobStatus.SUCCEEDED, 1) == (world.job(waiting).status, world.job(waiting).attempt)


class TestCancel:
    @pytest.mark.parametrize(
        "answer",
        [
            pytest.param(Answer(fault=Fault.HANG_FIRST), id="while the model is loaded"),
            pytest.param(Answer(fault=Fault.HANG), id="in mid-answer"),
        ],
    )
    def test_reaches_the_model_within_two_seconds(
        self, world: FaultWorld, person: Person, answer: Answer
    ) -> None:
        """The job ends, its connection to the model server closes, and no call follows.

        Naive: the job is marked, and the model writes on to the end.
        """
        before = len(world.fake.chats)
        world.fake.answer = lambda _body: answer
        job_id = world.submit(person)
        world.until(lambda: len(world.fake.chats) > before)
        asked = time.monotonic()
        person.api.post(f"/jobs/{job_id}/cancel")
        world.until(lambda: world.job(job_id).finished_at)
        world.until(lambda: world.fake.chats[-1].outcome != "open")

        assert time.monotonic() - asked < 2
        assert JobStatus.CANCELLED == world.job(job_id).status
        time.sleep(0.5)
        assert ["closed by client"] == [call.outcome for call in world.fake.chats[before:]]

    def test_in_backoff(self, world: FaultWorld, person: Person) -> None:
        """A job that waits before it asks a busy model server again asks no more.

        Naive: it sleeps to the end of its pause, and asks once more before it looks.
        """
        before = len(world.fake.chats)
        world.fake.answer = lambda _body: Answer(fault=Fault.STATUS, status=503)
        job_id = world.submit(person)
        world.until(lambda: len(world.fake.chats) > before + 1)  # it asked again
        asked = time.monotonic()
        person.api.post(f"/jobs/{job_id}/cancel")
        world.until(lambda: world.job(job_id).finished_at)
        seconds, calls = time.monotonic() - asked, len(world.fake.chats)
        time.sleep(2)

        assert seconds < 2
        assert JobStatus.CANCELLED == world.job(job_id).status
        assert calls == len(world.fake.chats)

    def test_between_two_batches(self, world: FaultWorld, person: Person) -> None:
        """Asked for just when a batch is finished, it lets at most the next call begin."""
        before = len(world.fake.chats)
        job_id = world.submit(person)
        world.until(lambda: world.checkpoints(job_id) >= 1)
        calls, asked = len(world.fake.chats), time.monotonic()
        person.api.post(f"/jobs/{job_id}/cancel")
        world.until(lambda: world.job(job_id).finished_at)
        seconds, ended = time.monotonic() - asked, len(world.fake.chats)
        time.sleep(0.5)

        assert seconds < 2
        assert JobStatus.CANCELLED == world.job(job_id).status
        assert ended == len(world.fake.chats) <= calls + 4
        assert "open" not in [call.outcome for call in world.fake.chats[before:]]


class TestAgain:
    def test_asks_only_what_is_forced(self, world: FaultWorld, person: Person) -> None:
        """A second generation asks the model nothing; a forced one asks everything.

        Naive: each generation costs the same, although nothing has changed.
        """
        world.fake.answer = lambda _body: Answer()
        project_id = person.project(fault_world.SOURCE)
        calls = []
        for options in ({}, {}, {"force": True}):
            before = len(world.fake.chats)
            job = person.wait(person.generate(project_id, engine="ollama", **options)["id"])
            assert "succeeded" == job["status"], job["message"]
            calls.append(len(world.fake.chats) - before)

        assert calls[0] > len(fault_world.AREAS)
        assert [calls[0], 0, calls[0]] == calls

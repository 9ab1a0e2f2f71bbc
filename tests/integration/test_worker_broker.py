"""The queue itself: what waits in it, what it forgets, and what it shows."""

from pathlib import Path

import kombu.exceptions
import pytest
import redis

from contract import queue as queues
from contract.steps import Step
from stack import redis_server
from tests import services
from worker.broker import Broker
from worker.tasks import Monitor

pytestmark = pytest.mark.integration


@pytest.fixture
def broker(redis_client: redis.Redis, redis_url: str) -> Broker:
    """The broker of an empty Redis."""
    assert redis_client.ping()
    return Broker(queues.make(redis_url))


class TestBroker:
    def test_names_the_jobs_whose_tasks_wait(self, broker: Broker, redis_url: str) -> None:
        """Sweeps wait apart, and only they are dropped."""
        queues.make(redis_url).send_task(queues.SWEEP)
        empty = broker.waiting()
        for job_id in ("a", "b"):
            broker.enqueue(job_id)
        broker.drop_sweeps()

        assert (frozenset(), frozenset("ab")) == (empty, broker.waiting())
        with redis.Redis.from_url(redis_url) as client:
            assert 0 == client.llen(queues.SWEEPS)

    def test_says_when_redis_is_away(self) -> None:
        """One kind of error, whichever library noticed."""
        broker = Broker(queues.make(f"redis://127.0.0.1:{services.free_port()}/0"))
        for act in (broker.waiting, broker.drop_sweeps, lambda: broker.enqueue("a")):
            with pytest.raises(kombu.exceptions.OperationalError):
                act()


class TestMonitor:
    def test_hinders_no_job_while_redis_is_away(self, tmp_path: Path) -> None:
        """Naive: a connection that breaks is an error of another kind than one that is refused.

        It would end whoever announces the job's events.
        """
        with redis_server.Server(tmp_path) as server:
            show = Monitor(queues.make(server.url), hostname="w@h", job_id="j")
            show.step(Step.SCANNING)
            server.process.kill()
            show.step(Step.INDEXING)  # on the connection that broke
            show.step(Step.ANALYZING)  # without one

            assert not redis_server.answers(server.url)

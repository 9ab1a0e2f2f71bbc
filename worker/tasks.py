"""The two tasks of the queue; they know job ids only."""

import logging
from collections.abc import Callable
from typing import Any, Protocol

import kombu.exceptions
import redis
from billiard.common import TERM_SIGNAL
from celery import Celery, Task
from celery.exceptions import Ignore

from contract.queue import RUN_JOB, SWEEP
from contract.states import JobStatus
from contract.steps import TERMINAL_STEPS, Step
from worker.dispatch import Dispatch
from worker.runner import Runner

log = logging.getLogger(__name__)


class JobFailedError(Exception):
    """Makes a failed job a failed task for whoever watches the queue."""


class Process(Protocol):
    """What this process has opened for itself."""

    @property
    def runner(self) -> Runner:
        """Runs jobs."""

    @property
    def dispatch(self) -> Dispatch:
        """Sweeps."""


def register(queue: Celery, opened: Callable[[], Process]) -> None:
    """Add the tasks to the queue; `opened` is asked when a task runs, after the fork."""

    # `throws`: an expected outcome, logged in one line.
    @queue.task(name=RUN_JOB, bind=True, throws=(JobFailedError,))  # type: ignore[untyped-decorator]  # celery is untyped
    def run_job(task: Task, *, job_id: str, **_newer: Any) -> None:  # noqa: ANN401 - from later versions
        show = Monitor(queue, hostname=task.request.hostname, job_id=job_id)
        status = opened().runner.run(job_id, show_step=show.step, stop_signal=TERM_SIGNAL)
        if status is JobStatus.SUCCEEDED:
            return
        if status is JobStatus.FAILED:
            raise JobFailedError(job_id)
        if status is JobStatus.CANCELLED:
            show.state("cancelled")
        # Acknowledged, and no state of ours overwrites that of whoever has the job.
        raise Ignore

    @queue.task(name=SWEEP)  # type: ignore[untyped-decorator]  # celery is untyped
    def sweep(**_newer: Any) -> None:  # noqa: ANN401 - from later versions
        opened().dispatch.sweep()


class Monitor:
    """Shows Flower and other monitors of the queue where a job is: the step is the task's state."""

    def __init__(self, queue: Celery, *, hostname: str, job_id: str) -> None:
        self._queue = queue
        self._hostname = hostname
        self._job_id = job_id

    def step(self, step: Step) -> None:
        """Show a working step; how a job ends is the task's own outcome."""
        if step not in TERMINAL_STEPS:
            self.state(str(step))

    def state(self, name: str) -> None:
        """Show `name` as the state; nobody's work depends on whether it arrives."""
        # An unknown `task-...` event sets the state to the rest of its name, in capitals.
        try:
            with self._queue.events.default_dispatcher(hostname=self._hostname) as dispatcher:
                dispatcher.send(f"task-{name}", uuid=self._job_id)
        except (kombu.exceptions.OperationalError, redis.RedisError, OSError) as error:
            # The second: a connection that breaks while it sends; Celery passes that on as it is.
            extra = {"action": "monitor_failed", "cause": type(error).__name__}
            log.warning("state not shown", extra=extra)

"""Putting jobs into the queue, now or at the next sweep."""

import asyncio
import logging
from typing import NoReturn, Protocol

import kombu.exceptions

from contract.bus import Bus
from store import jobs, sweeps
from store.database import Database
from worker import failures
from worker.upkeep import Upkeep

log = logging.getLogger(__name__)


class Broker(Protocol):
    """The queue; every method raises kombu's OperationalError while it is away."""

    def enqueue(self, job_id: str) -> None:
        """Publish the job's task."""

    def waiting(self) -> frozenset[str]:
        """Return the ids of the jobs whose tasks wait to be taken."""

    def drop_sweeps(self) -> None:
        """Remove the sweeps that wait."""


class Dispatch:
    """Publishes tasks of jobs that wait, and sweeps up what others left."""

    def __init__(
        self, database: Database, bus: Bus, broker: Broker, *, upkeep: Upkeep, max_losses: int
    ) -> None:
        self._database = database
        self._bus = bus
        self._broker = broker
        self._upkeep = upkeep
        self._max_losses = max_losses

    def publish(self, job_id: str) -> bool:
        """Publish the job's task; False, and left to the next sweep, when that fails."""
        try:
            self._broker.enqueue(job_id)
        except kombu.exceptions.OperationalError as error:
            _warn("enqueue_failed", error, job_id=job_id)
            return False
        with self._database.write() as connection:
            jobs.mark_published(connection, job_id)
        return True

    def sweep(self) -> None:
        """Re-queue jobs whose worker went silent, end those lost too often, publish the rest.

        What is old is deleted after that: no job waits for it.
        """
        self._sweep_jobs()
        self._upkeep.go_on()

    async def keep_sweeping(self, *, every_seconds: float) -> NoReturn:
        """Sweep for ever; whatever goes wrong is logged, and left to the next time."""
        while True:
            await asyncio.sleep(every_seconds)
            try:
                await asyncio.to_thread(self.sweep)
            except Exception as error:  # noqa: BLE001 - it must not end the job beside which it runs
                # Only where it happened: an error's text may quote addresses.
                extra = {"action": "sweep_failed", "cause": failures.trace(error)}
                log.warning("sweep failed", extra=extra)

    def _sweep_jobs(self) -> None:
        with self._database.write() as connection:
            swept = sweeps.sweep(connection, max_losses=self._max_losses)
        for stored in swept.ended:
            self._bus.publish(stored.job_id, stored.seq, stored.payload)
        try:
            # A sweep that waits would do the same again; behind a busy worker they pile up.
            self._broker.drop_sweeps()
            lost = self._lost(swept)
        except kombu.exceptions.OperationalError as error:
            _warn("broker_away", error)
            return  # with Redis away each try costs seconds
        for job_id in (*swept.unpublished, *lost):
            log.info("job published again", extra={"action": "job_swept", "job_id": job_id})
            if not self.publish(job_id):
                return

    def _lost(self, swept: sweeps.Swept) -> list[str]:
        """Return the overdue jobs whose tasks are not in the queue.

        Its length would not tell: tasks of cancelled jobs and second deliveries fill it, too. A
        queue that is merely long gets nothing: it would grow with every sweep.
        """
        if not swept.overdue:
            return []
        waiting = self._broker.waiting()
        return [job_id for job_id in swept.overdue if job_id not in waiting]


def _warn(action: str, error: Exception, **about: str) -> None:
    cause = type(error.__cause__ or error).__name__
    log.warning("left to the next sweep", extra={"action": action, "cause": cause, **about})

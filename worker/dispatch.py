"""Putting jobs into the queue, now or at the next sweep."""

import logging
from collections.abc import Callable

import kombu.exceptions

from contract.bus import Bus
from store import jobs, sweeps
from store.database import Database

log = logging.getLogger(__name__)


class Dispatch:
    """Publishes tasks of jobs that wait, and sweeps up what others left."""

    def __init__(
        self,
        database: Database,
        bus: Bus,
        enqueue: Callable[[str], None],
        *,
        max_attempts: int,
    ) -> None:
        self._database = database
        self._bus = bus
        self._enqueue = enqueue
        self._max_attempts = max_attempts

    def publish(self, job_id: str) -> bool:
        """Publish the job's task; False, and left to the next sweep, when that fails."""
        try:
            self._enqueue(job_id)
        except kombu.exceptions.OperationalError as error:
            log.warning(
                "task not published",
                extra={
                    "action": "enqueue_failed",
                    "job_id": job_id,
                    "cause": type(error.__cause__ or error).__name__,
                },
            )
            return False
        with self._database.write() as connection:
            jobs.mark_published(connection, job_id)
        return True

    def sweep(self) -> None:
        """Re-queue jobs whose worker went silent, end those tried too often, publish the rest."""
        with self._database.write() as connection:
            swept = sweeps.sweep(connection, max_attempts=self._max_attempts)
        for stored in swept.ended:
            self._bus.publish(stored.job_id, stored.seq, stored.payload)
        for job_id in swept.unpublished:
            log.info("job published again", extra={"action": "job_swept", "job_id": job_id})
            if not self.publish(job_id):
                return  # with Redis away each try costs seconds

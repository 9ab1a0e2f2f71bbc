"""Telling Redis what SQL has already, without making a request wait for it."""

import logging
import threading
from collections import deque
from collections.abc import Callable

import kombu.exceptions
from celery import Celery

from contract import queue as queues
from contract.bus import Bus
from store import jobs
from store.database import AWAY, Database
from store.events import Stored

log = logging.getLogger(__name__)

Parcel = Callable[[], bool]  # whether it was delivered
CLOSE_SECONDS = 4.0  # longer than a Redis that is frozen holds one parcel


class Courier:
    """Delivers in order, in a thread that lives as long as something waits.

    A Redis that is dead or frozen costs nobody any time. What cannot be delivered is dropped with
    all that waits behind it: the sweep publishes tasks, and the relay finds events.
    """

    def __init__(self, *, database: Database, queue: Celery, bus: Bus) -> None:
        self._database = database
        self._queue = queue
        self._bus = bus
        self._lock = threading.Lock()
        self._waiting: deque[Parcel] = deque()
        self._thread: threading.Thread | None = None

    def task(self, job_id: str) -> None:
        """Publish the job's task."""
        self._take(lambda: self._publish(job_id))

    def event(self, stored: Stored) -> None:
        """Publish a milestone."""
        self._take(lambda: self._bus.publish(stored.job_id, stored.seq, stored.payload))

    def gone(self, job_id: str) -> None:
        """Tell the job's streams that it was deleted."""
        self._take(lambda: self._bus.publish_gone(job_id))

    def close(self) -> None:
        """Wait until nothing waits any more, for a few seconds at most."""
        thread = self._thread
        if thread is not None:
            thread.join(CLOSE_SECONDS)

    def _take(self, parcel: Parcel) -> None:
        with self._lock:
            self._waiting.append(parcel)
            # A thread of the process that this one was forked from is not alive here.
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._deliver, name="courier", daemon=True)
                self._thread.start()

    def _deliver(self) -> None:
        while (parcel := self._next()) is not None:
            if not parcel():
                with self._lock:
                    self._waiting.clear()

    def _next(self) -> Parcel | None:
        with self._lock:
            if self._waiting:
                return self._waiting.popleft()
            self._thread = None
            return None

    def _publish(self, job_id: str) -> bool:
        try:
            queues.enqueue(self._queue, job_id)
            with self._database.write() as connection:
                jobs.mark_published(connection, job_id)
        except (kombu.exceptions.OperationalError, *AWAY) as error:
            cause = type(error.__cause__ or error).__name__
            extra = {"action": "enqueue_failed", "job_id": job_id, "cause": cause}
            log.warning("task left to the sweeper", extra=extra)
            return False
        return True

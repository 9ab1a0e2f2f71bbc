"""The queue as the worker's own code uses it."""

import contextlib
import json
from collections.abc import Iterator
from typing import Any

import kombu.exceptions
from celery import Celery

from contract import queue as queues


class Broker:
    """Celery's broker; every method raises kombu's OperationalError while it is away."""

    def __init__(self, queue: Celery) -> None:
        self._queue = queue

    def enqueue(self, job_id: str) -> None:
        """Publish the job's task."""
        queues.enqueue(self._queue, job_id)

    def waiting(self) -> frozenset[str]:
        """Return the ids of the jobs whose tasks wait to be taken."""
        # Celery asks a queue for its length only; behind it is a list of messages.
        with self._channel() as channel, channel.conn_or_acquire() as client:
            messages = client.lrange(queues.JOBS, 0, -1)
        return frozenset(json.loads(message)["headers"]["id"] for message in messages)

    def drop_sweeps(self) -> None:
        """Remove the sweeps that wait."""
        with self._channel() as channel:
            channel.queue_purge(queue=queues.SWEEPS)

    @contextlib.contextmanager
    def _channel(self) -> Iterator[Any]:
        with self._queue.pool.acquire(block=True) as connection:
            try:
                yield connection.default_channel
            except (*connection.connection_errors, *connection.channel_errors) as error:
                raise kombu.exceptions.OperationalError(str(error)) from error

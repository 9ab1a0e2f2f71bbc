"""Publishing a job's events on its Redis channel."""

import logging

import redis

from contract import channels

log = logging.getLogger(__name__)


class Bus:
    """Publishes to whoever listens now; SQL remembers for the others.

    A failed publish is logged and otherwise harmless: the relay finds the milestone in SQL.
    """

    def __init__(self, client: redis.Redis) -> None:
        self._client = client

    def publish(self, job_id: str, seq: int, json: str) -> bool:
        """Send one encoded milestone; return False when Redis did not take it."""
        return self._send(job_id, channels.pack(seq, json))

    def tick(self, job_id: str, after: int, json: str) -> bool:
        """Send one encoded tick that follows milestone `after`; False as above.

        Whoever has a later milestone drops it: it may be from a worker that was stopped just
        before it sent, and whose job another one has by now.
        """
        return self._send(job_id, channels.pack_tick(after, json))

    def publish_gone(self, job_id: str) -> bool:
        """Tell the job's streams that it was deleted; without it they find out in SQL."""
        return self._send(job_id, channels.pack_gone())

    def _send(self, job_id: str, payload: str) -> bool:
        try:
            self._client.publish(channels.for_job(job_id), payload)
        except redis.RedisError as error:
            log.warning(
                "event not published",
                extra={"action": "publish_failed", "job_id": job_id, "cause": type(error).__name__},
            )
            return False
        return True


def connect(redis_url: str) -> Bus:
    """Return a bus on its own connection pool; no publish blocks longer than 3 s."""
    return Bus(redis.Redis.from_url(redis_url, socket_timeout=3, socket_connect_timeout=3))

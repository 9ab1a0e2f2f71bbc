"""Publishing a job's events on its Redis channel."""

import logging
from collections.abc import Callable

import redis

from contract import channels

log = logging.getLogger(__name__)

#: A worker that was stopped may send a tick long after another one took its job over: it looked at
#: its lease just before. So Redis remembers the newest attempt that spoke and drops the ticks of
#: older ones. Their milestones pass: those were committed in time, and have numbers.
_PUBLISH_OF_ATTEMPT = """
local attempt, newest = tonumber(ARGV[1]), tonumber(redis.call('GET', KEYS[1]) or 1)
if attempt > newest then redis.call('SET', KEYS[1], attempt, 'EX', ARGV[2]) end
if attempt < newest and ARGV[3] == 'tick' then return 0 end
return redis.call('PUBLISH', ARGV[4], ARGV[5])
"""
_REMEMBERED_SECONDS = 86_400  # longer than any attempt runs


class Bus:
    """Publishes to whoever listens now; SQL remembers for the others.

    A failed publish is logged and otherwise harmless: the relay finds the milestone in SQL.
    """

    def __init__(self, client: redis.Redis) -> None:
        self._client = client
        self._publish_of_attempt = client.register_script(_PUBLISH_OF_ATTEMPT)

    def publish(
        self, job_id: str, seq: int | None, json: str, *, attempt: int | None = None
    ) -> bool:
        """Send one encoded event; return False when Redis did not take it.

        Workers name their attempt: no tick of it arrives once a later attempt has spoken.
        """
        channel, payload = channels.for_job(job_id), channels.pack(seq, json)
        if attempt is None:
            return self._tried(job_id, lambda: self._client.publish(channel, payload))
        keys = [channels.newest_attempt(job_id)]
        kind = "tick" if seq is None else "milestone"
        args: list[str | int] = [attempt, _REMEMBERED_SECONDS, kind, channel, payload]
        return self._tried(job_id, lambda: self._publish_of_attempt(keys=keys, args=args))

    def publish_gone(self, job_id: str) -> bool:
        """Tell the job's streams that it was deleted; without it they find out in SQL."""
        channel = channels.for_job(job_id)
        return self._tried(job_id, lambda: self._client.publish(channel, channels.pack_gone()))

    def _tried(self, job_id: str, send: Callable[[], object]) -> bool:
        try:
            send()
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

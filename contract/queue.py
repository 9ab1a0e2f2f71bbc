"""The one Celery configuration that app, worker, beat and Flower share."""

from typing import Any
from urllib.parse import urlsplit

import kombu
from celery import Celery

RUN_JOB = "schemalore.run_job"
SWEEP = "schemalore.sweep"
#: Sweeps wait apart: the length of the first queue then is the number of tasks that it has not
#: lost, and a sweep never waits behind jobs.
JOBS, SWEEPS = "schemalore", "schemalore.sweeps"

#: A running task is killed after this many seconds; a generation takes half an hour at most, and
#: a pull that takes longer is handed back before.
HARD_TIME_LIMIT_SECONDS = 7200
#: With the lease of 9 s, a lost worker's job goes on elsewhere within 13 s (docs/adr/0009).
SWEEP_EVERY_SECONDS = 4.0


def make(broker_url: str) -> Celery:
    """Return the Celery application; it connects when first used."""
    queue = Celery("schemalore", broker=_verified(broker_url))
    queue.conf.update(config())
    return queue


def _verified(broker_url: str) -> str:
    """Return the URL so that TLS checks the server's certificate, as every other client does."""
    parts = urlsplit(broker_url)
    # kombu trusts whoever answers, unless the URL says otherwise.
    if parts.scheme != "rediss" or "ssl_cert_reqs=" in parts.query:
        return broker_url
    query = f"{parts.query}&" if parts.query else ""
    return parts._replace(query=f"{query}ssl_cert_reqs=required").geturl()


def config() -> dict[str, Any]:
    """Return the settings, the same everywhere: the shortest visibility timeout of all wins."""
    transport = {
        # Redelivery after this time is no recovery: leases in SQL are. It only has to be longer
        # than any task, or Redis hands a running task to a second worker.
        "visibility_timeout": HARD_TIME_LIMIT_SECONDS + 1800,
        # A frozen Redis must not hang a submit (without these, for over a minute).
        "socket_timeout": 3,
        "socket_connect_timeout": 3,
        # Nor may a Redis that is down: without this a submit retries for six seconds, and the
        # sweeper publishes later anyway. A worker's own reconnecting is not touched by it.
        "max_retries": 0,
    }
    return {
        "task_acks_late": True,
        "task_reject_on_worker_lost": True,
        "task_acks_on_failure_or_timeout": True,
        "task_ignore_result": True,
        "task_store_errors_even_if_ignored": False,
        "task_serializer": "json",
        "accept_content": ["json"],
        "task_time_limit": HARD_TIME_LIMIT_SECONDS,
        "task_default_queue": JOBS,
        "task_queues": [kombu.Queue(name) for name in (JOBS, SWEEPS)],  # type: ignore[attr-defined,no-untyped-call]  # kombu exports lazily
        "task_routes": {SWEEP: {"queue": SWEEPS}},
        "task_send_sent_event": True,
        "worker_send_task_events": True,
        "worker_prefetch_multiplier": 1,
        "worker_pool": "prefork",
        "worker_concurrency": 1,
        "worker_soft_shutdown_timeout": 5.0,
        "worker_hijack_root_logger": False,
        "worker_cancel_long_running_tasks_on_connection_loss": False,
        "broker_connection_retry_on_startup": True,
        # Celery's default gives up after a hundred tries, and the worker ends.
        "broker_connection_max_retries": None,
        "broker_transport_options": transport,
        "timezone": "UTC",
        "beat_schedule": {
            "sweep": {
                "task": SWEEP,
                "schedule": SWEEP_EVERY_SECONDS,
                # A sweep that waited is worthless: the next one does the same.
                "options": {"expires": SWEEP_EVERY_SECONDS},
            }
        },
    }


def enqueue(queue: Celery, job_id: str) -> None:
    """Publish the job's task; it carries the id only. Raises kombu's OperationalError."""
    queue.send_task(
        RUN_JOB, kwargs={"job_id": job_id}, task_id=job_id, ignore_result=True, retry=False
    )

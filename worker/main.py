"""The Celery application: `celery -A worker.main worker` and `celery -A worker.main beat`."""

import logging
import sys

import kombu.exceptions
from celery import signals

from contract import logs
from contract.queue import SWEEP, SWEEP_EVERY_SECONDS
from worker import factory
from worker.settings import Settings

settings = Settings()
queue = factory.make(settings)
log = logging.getLogger("worker")


@signals.setup_logging.connect(weak=False)  # type: ignore[untyped-decorator]  # celery is untyped
def _log(**_: object) -> None:
    process = next((name for name in ("beat", "flower") if name in sys.argv), "worker")
    logs.configure(process=process, level=settings.log_level, form=settings.log_format)
    # Our own lines tell what becomes of each job; Celery's would add two for every sweep.
    for name in ("celery.worker.strategy", "celery.app.trace"):
        logging.getLogger(name).setLevel(logging.WARNING)


@signals.worker_ready.connect(weak=False)  # type: ignore[untyped-decorator]  # celery is untyped
def _sweep_first(**_: object) -> None:
    # As a task: the main process opens no database, since the processes it forks later would
    # share the connection.
    try:
        queue.send_task(SWEEP, expires=SWEEP_EVERY_SECONDS, retry=False)
    except kombu.exceptions.OperationalError:
        log.warning("first sweep not published", extra={"action": "enqueue_failed"})


if settings.worker_heartbeat_file is not None:
    # Of a worker, and of beat: what shows its life is that it sends.
    for signal, sender in ((signals.heartbeat_sent, None), (signals.after_task_publish, SWEEP)):
        signal.connect(
            lambda **_: settings.worker_heartbeat_file.touch(), sender=sender, weak=False
        )

"""Wires the worker; nothing is opened before a task runs."""

import os

from celery import Celery

from contract import bus
from contract import queue as queues
from store import database
from store.vault import Vault
from worker import tasks
from worker.broker import Broker
from worker.dispatch import Dispatch
from worker.ollama.embedding import Waits
from worker.ollama.limits import Limits
from worker.ollama.models import Models
from worker.pipeline import generation
from worker.runner import Runner, Timing
from worker.settings import Settings
from worker.sources import Sources
from worker.upkeep import Upkeep
from worker.worlds import Worlds


def make(settings: Settings) -> Celery:
    """Return the Celery application with its tasks, for worker and beat."""
    queue = queues.make(settings.redis_url.get_secret_value())
    tasks.register(queue, Openings(settings, queue).mine)
    return queue


class Process:
    """The connections of one process, and what works with them."""

    def __init__(self, settings: Settings, queue: Celery) -> None:
        opened = database.connect(settings.store_url)
        channel = bus.connect(settings.redis_url.get_secret_value())
        self.dispatch = Dispatch(
            opened,
            channel,
            Broker(queue),
            upkeep=Upkeep(opened, days=settings.retention_days),
            max_losses=settings.job_max_losses,
        )
        self.runner = Runner(
            database=opened,
            bus=channel,
            dispatch=self.dispatch,
            worlds=_worlds(settings, opened),
            generate=generation.generate,
            timing=Timing(lease=settings.job_lease_seconds),
        )


class Openings:
    """Opens connections once per process."""

    def __init__(self, settings: Settings, queue: Celery) -> None:
        self._settings = settings
        self._queue = queue
        self._opened: tuple[int, Process] | None = None

    def mine(self) -> Process:
        """Return this process's own: connections do not survive a fork in both processes."""
        if self._opened is None or self._opened[0] != os.getpid():
            self._opened = os.getpid(), Process(self._settings, self._queue)
        return self._opened[1]


def _worlds(settings: Settings, opened: database.Database) -> Worlds:
    return Worlds(
        database=opened,
        sources=Sources(
            vault=Vault(settings.vault_keys()),
            demo_path=settings.demo_path,
            sqlite_directories=settings.sqlite_directories,
        ),
        models=Models(
            settings.ollama_host,
            limits=_limits(settings),
            parallel=settings.ollama_parallel,
            slots=settings.data_dir / "slots",
        ),
        default_model=settings.ollama_model,
        embedding_hosts=settings.ollama_host,
        embedding_model=settings.ollama_embed_model,
        embedding_waits=Waits(connect=settings.ollama_connect_timeout_seconds),
    )


def _limits(settings: Settings) -> Limits:
    return Limits(
        num_ctx=settings.ollama_num_ctx,
        connect_seconds=settings.ollama_connect_timeout_seconds,
        first_seconds=settings.ollama_first_timeout_seconds,
        next_seconds=settings.ollama_chunk_timeout_seconds,
        step_seconds=settings.ollama_step_timeout_seconds,
        retries=settings.ollama_retries,
    )

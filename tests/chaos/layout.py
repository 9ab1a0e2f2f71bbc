"""Which processes a run's stack has, where each of them listens, and what they are told."""

import dataclasses
from dataclasses import dataclass
from pathlib import Path

from stack import plans
from stack.plans import Plan
from tests.chaos.schedule import WORKERS

LEASE_SECONDS = 6
STREAM_AGE_SECONDS = 45.0
STREAM_HEARTBEAT_SECONDS = 5.0
STREAMS_PER_USER = 20
MODEL_CALLS = 1  # at a time, of both workers together: one of them often has to wait
#: In the order of their start.
PROCESSES = ("relay", *WORKERS, "web", "beat")
REDIS, MODEL, DATABASE = "redis", "model", "database"


@dataclass(frozen=True, kw_only=True)
class Database:
    """Where the stack remembers, and the server to run for it: none for SQLite."""

    url: str
    command: tuple[str, ...] = ()


def plan(folder: Path, database_url: str) -> Plan:
    """Return the plan of a stack below `folder` that shares nothing with any other."""
    private = plans.private(folder / "data", database_url=database_url)
    environ = {
        **private.environ,
        "APP_INTERNAL_URL": f"http://127.0.0.1:{private.app_port}",
        "GENERATE_RATE_LIMIT": "100000/minute",
        "LOGIN_RATE_LIMIT": "100000/minute",
        "OLLAMA_MODEL": "llama3.1:8b",
        "OLLAMA_PARALLEL": str(MODEL_CALLS),
        "OLLAMA_FIRST_TIMEOUT_SECONDS": "4",
        "OLLAMA_CHUNK_TIMEOUT_SECONDS": "4",
        "JOB_LEASE_SECONDS": str(LEASE_SECONDS),
        "STREAM_AGE_SECONDS": str(STREAM_AGE_SECONDS),
        "STREAM_HEARTBEAT_SECONDS": str(STREAM_HEARTBEAT_SECONDS),
        "STREAMS_PER_USER": str(STREAMS_PER_USER),
    }
    return dataclasses.replace(private, processes=PROCESSES, environ=environ)

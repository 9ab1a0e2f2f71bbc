"""The tables of what is remembered; importing the package makes them all known."""

from store.schema.accounts import sessions, users
from store.schema.columns import metadata
from store.schema.contents import (
    checkpoints,
    contexts,
    projects,
    reviews,
    snapshots,
    vectors,
)
from store.schema.work import events, idempotency_keys, jobs, model_calls

__all__ = [
    "checkpoints",
    "contexts",
    "events",
    "idempotency_keys",
    "jobs",
    "metadata",
    "model_calls",
    "projects",
    "reviews",
    "sessions",
    "snapshots",
    "users",
    "vectors",
]

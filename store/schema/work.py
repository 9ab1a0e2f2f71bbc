"""The work on it: jobs, what they tell, and what they cost."""

import sqlalchemy as sa

from store.clock import Moment
from store.schema.columns import Id, metadata, reference

ACTIVE_JOB = sa.text("status IN ('queued', 'running')")
ACTIVE_PULL = sa.text("kind = 'pull_model' AND status IN ('queued', 'running')")
KEPT_WHOLE = sa.text("purged_at IS NULL")
#: Not claimed just once and seen through: few of many.
UNUSUAL = sa.text("(attempt <> 1 OR losses > 0)")

jobs = sa.Table(
    "jobs",
    metadata,
    sa.Column("id", Id, primary_key=True),
    reference("users"),
    reference("projects", nullable=True),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("status", sa.String(16), nullable=False),
    sa.Column("options", sa.JSON, nullable=False),  # what the caller asked for
    sa.Column("retry_of", Id),  # the job whose work this one takes up again
    sa.Column("fresh_since", Moment),  # older checkpoints are not for this job
    sa.Column("engine", sa.String(32)),  # what really runs, known when it started
    sa.Column("model", sa.String(200)),  # of a pull, from the beginning
    sa.Column("step", sa.String(16)),
    sa.Column("progress", sa.Integer, nullable=False),
    sa.Column("message", sa.Text, nullable=False),
    sa.Column("stats", sa.JSON),
    sa.Column("eta", sa.JSON),
    sa.Column("error", sa.JSON),
    sa.Column("timings", sa.JSON),  # seconds per step, once it ended
    sa.Column("last_seq", sa.Integer, nullable=False),
    sa.Column("attempt", sa.Integer, nullable=False),
    # How often its lease ran out: in all, and since it was last of use.
    sa.Column("losses", sa.Integer, nullable=False, server_default=sa.text("0")),
    sa.Column("losses_in_a_row", sa.Integer, nullable=False, server_default=sa.text("0")),
    sa.Column("claim_token", Id),
    sa.Column("lease_expires_at", Moment),
    sa.Column("worker_seen_at", Moment),
    sa.Column("cancel_requested_at", Moment),
    sa.Column("published_at", Moment),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("started_at", Moment),
    sa.Column("finished_at", Moment),
    sa.Column("purged_at", Moment),  # since then only its last event is kept
    sa.Index(
        "uq_jobs_active_project",
        "project_id",
        unique=True,
        postgresql_where=ACTIVE_JOB,
        sqlite_where=ACTIVE_JOB,
    ),
    sa.Index(
        "uq_jobs_active_pull",
        "user_id",
        "model",
        unique=True,
        postgresql_where=ACTIVE_PULL,
        sqlite_where=ACTIVE_PULL,
    ),
    sa.Index(
        "ix_jobs_kept_whole",
        "finished_at",
        postgresql_where=KEPT_WHOLE,
        sqlite_where=KEPT_WHOLE,
    ),
    sa.Index("ix_jobs_unusual", "status", postgresql_where=UNUSUAL, sqlite_where=UNUSUAL),
    sa.Index(None, "engine", "model", "finished_at"),  # runs like the one that begins
    sa.Index(None, "status", "created_at"),
    sa.Index(None, "user_id", "created_at"),
    sa.Index(None, "project_id"),
)

idempotency_keys = sa.Table(
    "idempotency_keys",
    metadata,
    sa.Column("user_id", Id, sa.ForeignKey("users.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("key", sa.String(255), primary_key=True),
    sa.Column(
        "job_id",
        Id,
        # A key is bound before its job is there: who comes second must wait for the first.
        sa.ForeignKey("jobs.id", ondelete="CASCADE", deferrable=True, initially="DEFERRED"),
        nullable=False,
    ),
    sa.Index(None, "job_id"),
)

events = sa.Table(
    "events",
    metadata,
    sa.Column("job_id", Id, sa.ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("payload", sa.Text, nullable=False),  # contract.events JSON, as it goes to clients
    sa.Column("at", Moment, nullable=False),
)

#: What each call of a language model cost; a null is unknown.
model_calls = sa.Table(
    "model_calls",
    metadata,
    sa.Column("id", Id, primary_key=True),
    reference("jobs"),
    sa.Column("attempt", sa.Integer, nullable=False),
    sa.Column("step", sa.String(16), nullable=False),
    sa.Column("model", sa.String(200), nullable=False),
    sa.Column("host", sa.String(300), nullable=False),  # host:port
    sa.Column("started_at", Moment, nullable=False),
    sa.Column("seconds", sa.Float, nullable=False),
    sa.Column("first_seconds", sa.Float),
    sa.Column("outcome", sa.String(32), nullable=False),
    sa.Column("prompt_tokens", sa.Integer),
    sa.Column("output_tokens", sa.Integer),
    sa.Column("load_seconds", sa.Float),
    sa.Column("prompt_seconds", sa.Float),
    sa.Column("output_seconds", sa.Float),
    sa.Index(None, "job_id"),
)

"""The tables of what is remembered."""

import sqlalchemy as sa

from store.clock import Moment

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)
Id = sa.String(36)
ACTIVE_JOB = sa.text("status IN ('queued', 'running')")
ACTIVE_PULL = sa.text("kind = 'pull_model' AND status IN ('queued', 'running')")


def _reference(target: str, *, nullable: bool = False) -> tuple[sa.Column[str], ...]:
    name = {"users": "user_id", "projects": "project_id", "jobs": "job_id"}[target]
    key = sa.ForeignKey(f"{target}.id", ondelete="CASCADE")
    return (sa.Column(name, Id, key, nullable=nullable),)


users = sa.Table(
    "users",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("email", sa.String(320), nullable=False, unique=True),  # lower case
    sa.Column("password_hash", sa.String(255), nullable=False),
    sa.Column("created_at", Moment, nullable=False),
)

#: One row per sign-in; revoking it ends all its tokens and streams.
sessions = sa.Table(
    "sessions",
    metadata,
    sa.Column("id", Id, primary_key=True),
    *_reference("users"),
    sa.Column("refresh_jti", Id, nullable=False),  # the only refresh token that is still good
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("expires_at", Moment, nullable=False),
    sa.Column("revoked_at", Moment),
    sa.Index(None, "user_id"),
    sa.Index(None, "revoked_at"),  # the relay asks every second
)

projects = sa.Table(
    "projects",
    metadata,
    sa.Column("id", Id, primary_key=True),
    *_reference("users"),
    sa.Column("name", sa.String(200), nullable=False),
    sa.Column("kind", sa.String(16), nullable=False),  # url, ddl, demo
    sa.Column("dialect", sa.String(32)),
    sa.Column("location", sa.String(500), nullable=False),  # shown; never has a password
    sa.Column("sealed_source", sa.Text, nullable=False),  # encrypted
    # How far the database may be looked into: none, statistics, shapes.
    sa.Column("profile", sa.String(16), nullable=False, server_default=sa.text("'none'")),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("updated_at", Moment, nullable=False),
    sa.Index(None, "user_id"),
)

snapshots = sa.Table(
    "snapshots",
    metadata,
    sa.Column("id", Id, primary_key=True),
    *_reference("projects"),
    sa.Column("fingerprint", sa.String(64), nullable=False),
    sa.Column("tables", sa.Integer, nullable=False),
    sa.Column("columns", sa.Integer, nullable=False),
    sa.Column("document", sa.Text, nullable=False),  # catalog.codec JSON, a fingerprint per table
    sa.Column("taken_at", Moment, nullable=False),
    sa.Index(None, "project_id", "taken_at"),
)

jobs = sa.Table(
    "jobs",
    metadata,
    sa.Column("id", Id, primary_key=True),
    *_reference("users"),
    *_reference("projects", nullable=True),
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
    *_reference("jobs"),
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

contexts = sa.Table(
    "contexts",
    metadata,
    sa.Column("id", Id, primary_key=True),
    *_reference("projects"),
    sa.Column("job_id", Id, nullable=False, unique=True),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("engine", sa.String(32), nullable=False),
    sa.Column("model", sa.String(200)),
    sa.Column("fingerprint", sa.String(64), nullable=False),  # of the snapshot it describes
    sa.Column("document", sa.Text, nullable=False),  # catalog.codec JSON
    sa.Column("prompt_hash", sa.String(64)),  # of all that the model was asked
    sa.Column("scores", sa.JSON),  # as in the document
    sa.Column("disclosed", sa.JSON),  # level, and how much of which kind was read and sent
    sa.Column("created_at", Moment, nullable=False),
    sa.UniqueConstraint("project_id", "version"),
)

#: Answers of models by what was asked: what was answered once is not asked again.
checkpoints = sa.Table(
    "checkpoints",
    metadata,
    sa.Column("project_id", Id, sa.ForeignKey("projects.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("fingerprint", sa.String(64), primary_key=True),  # of model and prompt
    sa.Column("answer", sa.Text, nullable=False),  # JSON
    sa.Column("stored_at", Moment, nullable=False),
    sa.Index(None, "stored_at"),
)

#: What people decided about texts; later generations keep to it. The last row of a target counts.
reviews = sa.Table(
    "reviews",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True),
    *_reference("projects"),
    sa.Column("target", sa.Text, nullable=False),
    sa.Column("state", sa.String(16), nullable=False),  # draft, accepted, edited, discarded
    sa.Column("text", sa.Text),
    sa.Column("item", sa.Text),  # JSON of the prompt or insight
    sa.Column("basis", sa.String(64)),  # of the facts that it was decided on
    sa.Column("decided_by", Id, nullable=False),
    sa.Column("decided_at", Moment, nullable=False),
    sa.Index(None, "project_id"),
)

#: What an embedding model made of a text about a table or column; equal texts share a row.
vectors = sa.Table(
    "vectors",
    metadata,
    sa.Column("project_id", Id, sa.ForeignKey("projects.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("model", sa.String(200), primary_key=True),
    sa.Column("fingerprint", sa.String(64), primary_key=True),  # of the text
    sa.Column("vector", sa.LargeBinary, nullable=False),  # catalog.search.meaning's packed form
    sa.Column("made_at", Moment, nullable=False),
)

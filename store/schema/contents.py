"""What people have read and described, and all that is kept of it."""

import sqlalchemy as sa

from store.clock import Moment
from store.schema.columns import Id, metadata, reference

projects = sa.Table(
    "projects",
    metadata,
    sa.Column("id", Id, primary_key=True),
    reference("users"),
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
    reference("projects"),
    sa.Column("fingerprint", sa.String(64), nullable=False),
    sa.Column("tables", sa.Integer, nullable=False),
    sa.Column("columns", sa.Integer, nullable=False),
    sa.Column("document", sa.Text, nullable=False),  # catalog.codec JSON, a fingerprint per table
    sa.Column("taken_at", Moment, nullable=False),
    sa.Index(None, "project_id", "taken_at"),
)

contexts = sa.Table(
    "contexts",
    metadata,
    sa.Column("id", Id, primary_key=True),
    reference("projects"),
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

#: What people decided about texts; later generations keep to it. The last row of a target counts.
reviews = sa.Table(
    "reviews",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True),
    reference("projects"),
    sa.Column("target", sa.Text, nullable=False),
    sa.Column("state", sa.String(16), nullable=False),  # draft, accepted, edited, discarded
    sa.Column("text", sa.Text),
    sa.Column("item", sa.Text),  # JSON of the prompt or insight
    sa.Column("basis", sa.String(64)),  # of the facts that it was decided on
    sa.Column("decided_by", Id, nullable=False),
    sa.Column("decided_at", Moment, nullable=False),
    sa.Index(None, "project_id"),
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

"""what is not kept for ever, and what says where it is."""

import sqlalchemy as sa
from alembic import op

revision = "0009_retention"
down_revision = "0008_profiles"

KEPT_WHOLE = sa.text("purged_at IS NULL")


def upgrade() -> None:
    op.add_column("jobs", sa.Column("purged_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "ix_jobs_kept_whole",
        "jobs",
        ["finished_at"],
        postgresql_where=KEPT_WHOLE,
        sqlite_where=KEPT_WHOLE,
    )
    op.create_index("ix_sessions_expires_at", "sessions", ["expires_at"])


def downgrade() -> None:
    op.drop_index("ix_sessions_expires_at", "sessions")
    op.drop_index("ix_jobs_kept_whole", "jobs")
    op.drop_column("jobs", "purged_at")

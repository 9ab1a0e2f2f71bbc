"""one active pull of a model per user."""

import sqlalchemy as sa
from alembic import op

revision = "0004_pulls"
down_revision = "0003_model_calls"

ACTIVE_PULL = sa.text("kind = 'pull_model' AND status IN ('queued', 'running')")


def upgrade() -> None:
    op.create_index(
        "uq_jobs_active_pull",
        "jobs",
        ["user_id", "model"],
        unique=True,
        postgresql_where=ACTIVE_PULL,
        sqlite_where=ACTIVE_PULL,
    )


def downgrade() -> None:
    op.drop_index("uq_jobs_active_pull", "jobs")

"""figures that do not read every job."""

import sqlalchemy as sa
from alembic import op

revision = "0010_figures"
down_revision = "0009_retention"

UNUSUAL = sa.text("(attempt <> 1 OR losses > 0)")


def upgrade() -> None:
    op.create_index(
        "ix_jobs_unusual", "jobs", ["status"], postgresql_where=UNUSUAL, sqlite_where=UNUSUAL
    )
    op.create_index("ix_jobs_engine_model_finished_at", "jobs", ["engine", "model", "finished_at"])


def downgrade() -> None:
    op.drop_index("ix_jobs_engine_model_finished_at", "jobs")
    op.drop_index("ix_jobs_unusual", "jobs")

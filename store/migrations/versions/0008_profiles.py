"""how far a project's database may be looked into, and what of it was read and sent."""

import sqlalchemy as sa
from alembic import op

revision = "0008_profiles"
down_revision = "0007_reviews"


def upgrade() -> None:
    level = sa.Column(
        "profile", sa.String(length=16), server_default=sa.text("'none'"), nullable=False
    )
    op.add_column("projects", level)
    op.add_column("contexts", sa.Column("disclosed", sa.JSON(), nullable=True))


def downgrade() -> None:
    op.drop_column("contexts", "disclosed")
    op.drop_column("projects", "profile")

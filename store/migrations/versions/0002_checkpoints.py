"""losses of workers, told apart from attempts."""

import sqlalchemy as sa
from alembic import op

revision = "0002_checkpoints"
down_revision = "0001"

COUNTS = ("losses", "losses_in_a_row")


def upgrade() -> None:
    for name in COUNTS:
        op.add_column(
            "jobs", sa.Column(name, sa.Integer(), nullable=False, server_default=sa.text("0"))
        )


def downgrade() -> None:
    for name in COUNTS:
        op.drop_column("jobs", name)

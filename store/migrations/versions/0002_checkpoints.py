"""checkpoints, retries, and losses of workers told apart from attempts."""

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
    op.add_column("jobs", sa.Column("retry_of", sa.String(length=36), nullable=True))
    op.add_column("jobs", sa.Column("fresh_since", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "checkpoints",
        sa.Column("project_id", sa.String(length=36), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("stored_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["project_id"],
            ["projects.id"],
            name=op.f("fk_checkpoints_project_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("project_id", "fingerprint", name=op.f("pk_checkpoints")),
    )
    op.create_index("ix_checkpoints_stored_at", "checkpoints", ["stored_at"], unique=False)


def downgrade() -> None:
    op.drop_table("checkpoints")
    for name in ("fresh_since", "retry_of", *COUNTS):
        op.drop_column("jobs", name)

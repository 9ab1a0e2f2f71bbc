"""the vectors of what is said about tables and columns."""

import sqlalchemy as sa
from alembic import op

revision = "0005_vectors"
down_revision = "0004_pulls"


def upgrade() -> None:
    op.create_table(
        "vectors",
        sa.Column("project_id", sa.String(length=36), nullable=False),
        sa.Column("model", sa.String(length=200), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("vector", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name=op.f("fk_vectors_project_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("project_id", "model", "fingerprint", name=op.f("pk_vectors")),
    )


def downgrade() -> None:
    op.drop_table("vectors")

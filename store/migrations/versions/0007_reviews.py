"""what people decided about texts, every decision of its own; prompts and scores of versions."""

import sqlalchemy as sa
from alembic import op

from store.clock import Moment

revision = "0007_reviews"
down_revision = "0006_idempotency_keys"


def upgrade() -> None:
    op.add_column("contexts", sa.Column("prompt_hash", sa.String(length=64), nullable=True))
    op.add_column("contexts", sa.Column("scores", sa.JSON(), nullable=True))
    op.create_table(
        "reviews",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.String(length=36), nullable=False),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("item", sa.Text(), nullable=True),
        sa.Column("basis", sa.String(length=64), nullable=True),
        sa.Column("decided_by", sa.String(length=36), nullable=False),
        sa.Column("decided_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name=op.f("fk_reviews_project_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_reviews")),
    )
    op.create_index("ix_reviews_project_id", "reviews", ["project_id"], unique=False)
    op.execute(
        "INSERT INTO reviews (project_id, target, state, text, decided_by, decided_at)"
        " SELECT project_id, target, 'edited', text, edited_by, edited_at FROM edits"
    )
    op.drop_table("edits")


def downgrade() -> None:
    op.create_table(
        "edits",
        sa.Column("project_id", sa.String(length=36), nullable=False),
        sa.Column("target", sa.String(length=700), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("edited_by", sa.String(length=36), nullable=False),
        sa.Column("edited_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name=op.f("fk_edits_project_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("project_id", "target", name=op.f("pk_edits")),
    )
    op.execute(
        "INSERT INTO edits (project_id, target, text, edited_by, edited_at)"
        " SELECT project_id, target, text, decided_by, decided_at FROM reviews AS last"
        " WHERE state = 'edited' AND length(target) <= 700 AND NOT EXISTS (SELECT 1 FROM reviews"
        " AS later WHERE later.project_id = last.project_id AND later.target = last.target"
        " AND later.number > last.number)"
    )
    op.drop_table("reviews")
    op.drop_column("contexts", "scores")
    op.drop_column("contexts", "prompt_hash")

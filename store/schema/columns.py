"""What all tables have in common."""

import sqlalchemy as sa

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


def reference(target: str, *, nullable: bool = False) -> sa.Column[str]:
    """Return the column that refers to a row of `target` and goes with it."""
    name = {"users": "user_id", "projects": "project_id", "jobs": "job_id"}[target]
    key = sa.ForeignKey(f"{target}.id", ondelete="CASCADE")
    return sa.Column(name, Id, key, nullable=nullable)

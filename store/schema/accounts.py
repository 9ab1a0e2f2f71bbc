"""Who uses Schemalore."""

import sqlalchemy as sa

from store.clock import Moment
from store.schema.columns import Id, metadata, reference

users = sa.Table(
    "users",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("email", sa.String(320), nullable=False, unique=True),  # lower case
    sa.Column("password_hash", sa.String(255), nullable=False),
    sa.Column("created_at", Moment, nullable=False),
)

#: One row per sign-in; revoking it ends all its tokens and streams.
sessions = sa.Table(
    "sessions",
    metadata,
    sa.Column("id", Id, primary_key=True),
    reference("users"),
    sa.Column("refresh_jti", Id, nullable=False),  # the only refresh token that is still good
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("expires_at", Moment, nullable=False),
    sa.Column("revoked_at", Moment),
    sa.Index(None, "user_id"),
    sa.Index(None, "expires_at"),
    sa.Index(None, "revoked_at"),  # the relay asks every second
)

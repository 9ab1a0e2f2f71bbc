"""Accounts and their sign-ins."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from store import clock
from store.schema import sessions, users


@dataclass(frozen=True, kw_only=True)
class User:
    """An account."""

    id: str
    email: str
    created_at: datetime


class EmailTakenError(ValueError):
    """There is an account with this address already."""


def create(connection: sa.Connection, *, email: str, password_hash: str) -> User:
    """Insert an account; EmailTakenError, after which the transaction must be rolled back."""
    try:
        row = connection.execute(
            sa.insert(users)
            .values(
                id=str(uuid.uuid4()),
                email=email.lower(),
                password_hash=password_hash,
                created_at=clock.now(),
            )
            .returning(users.c.id, users.c.email, users.c.created_at)
        ).one()
    except sa.exc.IntegrityError as error:
        raise EmailTakenError(email) from error
    return User(id=row.id, email=row.email, created_at=row.created_at)


def get(connection: sa.Connection, user_id: str) -> User | None:
    """Return the account, or None."""
    query = sa.select(users.c.id, users.c.email, users.c.created_at).where(users.c.id == user_id)
    row = connection.execute(query).first()
    return User(id=row.id, email=row.email, created_at=row.created_at) if row else None


def credentials(connection: sa.Connection, email: str) -> tuple[User, str] | None:
    """Return the account with this address and its password hash, or None."""
    row = connection.execute(sa.select(users).where(users.c.email == email.lower())).first()
    if row is None:
        return None
    return User(id=row.id, email=row.email, created_at=row.created_at), row.password_hash


def rehash(connection: sa.Connection, user_id: str, password_hash: str) -> None:
    """Replace the password hash, for stronger parameters."""
    connection.execute(
        sa.update(users).where(users.c.id == user_id).values(password_hash=password_hash)
    )


def sign_in(
    connection: sa.Connection, user_id: str, *, refresh_jti: str, lifetime: timedelta
) -> str:
    """Start a session and return its id."""
    session_id = str(uuid.uuid4())
    connection.execute(
        sa.insert(sessions).values(
            id=session_id,
            user_id=user_id,
            refresh_jti=refresh_jti,
            created_at=clock.now(),
            expires_at=clock.now_plus(lifetime.total_seconds()),
        )
    )
    return session_id


def session_active(connection: sa.Connection, session_id: str) -> bool:
    """Whether the session exists, has not expired and was not revoked."""
    query = sa.select(sessions.c.id).where(
        sessions.c.id == session_id,
        sessions.c.revoked_at.is_(None),
        sessions.c.expires_at > clock.now(),
    )
    return connection.execute(query).first() is not None


def revoked_sessions(connection: sa.Connection, *, within_seconds: float) -> set[str]:
    """Return the sessions that were revoked in the last seconds."""
    query = sa.select(sessions.c.id).where(sessions.c.revoked_at > clock.ago(within_seconds))
    return set(connection.execute(query).scalars())


def rotate(connection: sa.Connection, session_id: str, *, used_jti: str, next_jti: str) -> bool:
    """Replace the session's refresh token; a token used twice revokes the session (False)."""
    result = connection.execute(
        sa.update(sessions)
        .where(
            sessions.c.id == session_id,
            sessions.c.refresh_jti == used_jti,
            sessions.c.revoked_at.is_(None),
        )
        .values(refresh_jti=next_jti)
    )
    if result.rowcount == 1:
        return True
    sign_out(connection, session_id)
    return False


def sign_out(connection: sa.Connection, session_id: str) -> None:
    """Revoke the session: its tokens stop working and its streams end."""
    connection.execute(
        sa.update(sessions)
        .where(sessions.c.id == session_id, sessions.c.revoked_at.is_(None))
        .values(revoked_at=clock.now())
    )


def purge_sessions(connection: sa.Connection, *, limit: int) -> int:
    """Delete sessions that ended by their age, at most `limit`; return how many it were.

    Nothing is refused or allowed by it: a session that is not there is as good as an ended one.
    """
    # A day later, since the relay asks for sign-ins that were ended a moment ago.
    old = (
        sa.select(sessions.c.id)
        .where(sessions.c.expires_at < clock.ago(clock.DAY_SECONDS))
        .order_by(sessions.c.expires_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    ids = connection.execute(old).scalars().all()
    connection.execute(sa.delete(sessions).where(sessions.c.id.in_(ids)))
    return len(ids)

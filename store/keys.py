"""Idempotency keys: a user's key is one job for ever, whether it made the job or joined it."""

import sqlalchemy as sa

from store import database
from store.schema import idempotency_keys as table


def bind(connection: sa.Connection, user_id: str, key: str, *, job_id: str) -> str:
    """Return the id of the key's job: `job_id`, or that which the key was bound to before.

    Whoever comes with the same key meanwhile waits for the end of this transaction.
    """
    insert = database.insert(connection, table).values(user_id=user_id, key=key, job_id=job_id)
    connection.execute(insert.on_conflict_do_nothing())
    query = sa.select(table.c.job_id).where(_is(user_id, key))
    bound: str = connection.execute(query).scalar_one()
    return bound


def rebind(connection: sa.Connection, user_id: str, key: str, *, job_id: str) -> None:
    """Bind the key to the job that stands in the place of the one it was bound to."""
    connection.execute(sa.update(table).where(_is(user_id, key)).values(job_id=job_id))


def _is(user_id: str, key: str) -> sa.ColumnElement[bool]:
    return sa.and_(table.c.user_id == user_id, table.c.key == key)

"""What a model answered, so that nothing asks it the same again."""

from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa

from store import clock, database
from store.schema import checkpoints

#: An answer is asked for anew when it is older.
KEPT_DAYS = 30


def save(connection: sa.Connection, project_id: str, answers: Mapping[str, str]) -> None:
    """Store answers by the fingerprints of what was asked; newer ones replace older ones."""
    if not answers:
        return
    insert = database.insert(connection, checkpoints).values(
        [
            {
                "project_id": project_id,
                "fingerprint": fingerprint,
                "answer": answer,
                "stored_at": clock.now(),
            }
            for fingerprint, answer in answers.items()
        ]
    )
    connection.execute(
        insert.on_conflict_do_update(
            index_elements=[checkpoints.c.project_id, checkpoints.c.fingerprint],
            set_={"answer": insert.excluded.answer, "stored_at": insert.excluded.stored_at},
        )
    )


def find(
    connection: sa.Connection, project_id: str, fingerprint: str, *, since: datetime | None
) -> str | None:
    """Return the answer, None when there is none or it was stored before `since`."""
    query = sa.select(checkpoints.c.answer).where(
        checkpoints.c.project_id == project_id, checkpoints.c.fingerprint == fingerprint
    )
    if since is not None:
        query = query.where(checkpoints.c.stored_at >= since)
    return connection.execute(query).scalar()


def purge(connection: sa.Connection, *, limit: int) -> int:
    """Delete what is older than KEPT_DAYS, at most `limit` answers; return how many it were."""
    key = checkpoints.c.project_id, checkpoints.c.fingerprint
    old = (
        sa.select(*key)
        .where(checkpoints.c.stored_at < clock.ago(KEPT_DAYS * clock.DAY_SECONDS))
        .order_by(checkpoints.c.stored_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    keys = [tuple(row) for row in connection.execute(old)]
    connection.execute(sa.delete(checkpoints).where(sa.tuple_(*key).in_(keys)))
    return len(keys)

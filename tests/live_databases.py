"""Real databases of a test: a script is run on one, what is asked of it is counted."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa

from catalog.readers import addresses, connections, errors


def execute(url: str, script: str) -> None:
    drivers = {"postgresql": "postgresql+psycopg", "mysql": "mysql+pymysql"}
    parsed = sa.make_url(url)
    engine = sa.create_engine(
        parsed.set(drivername=drivers[parsed.drivername]), poolclass=sa.NullPool
    )
    with engine.begin() as connection:
        for statement in script.split(";\n"):
            if statement.strip():
                connection.exec_driver_sql(statement.replace("%", "%%"))


def named(url: str, database: str, *, password: str | None = None) -> str:
    changed = sa.make_url(url).set(database=database)
    changed = changed.set(password=password) if password else changed
    return changed.render_as_string(hide_password=False)


@contextmanager
def queries_counted() -> Iterator[list[str]]:
    seen: list[str] = []

    def count(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    sa.event.listen(sa.Engine, "before_cursor_execute", count)
    try:
        yield seen
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", count)


def refused_write(url: str, file: Path | None = None) -> str:
    """Try to create a table where a reader reads, and return what the database says."""
    with (
        pytest.raises(errors.RefusedError) as caught,
        connections.open_read_only(
            addresses.parse(url), file=file, connect_timeout_seconds=5, read_timeout_seconds=5
        ) as connection,
    ):
        connection.exec_driver_sql("CREATE TABLE written (a int)")
    return caught.value.message

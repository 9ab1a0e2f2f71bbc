"""Planning queries in the database that they are for; nothing of them is run."""

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, Final

import sqlalchemy

from catalog import sqlcheck
from catalog.model import Snapshot
from catalog.planning.verdicts import Verdict
from catalog.readers import addresses, connections
from catalog.readers.addresses import Kind
from catalog.renderings import lines

_NAMES: Final = {
    "postgresql": "PostgreSQL",
    "mysql": "MySQL",
    "mariadb": "MariaDB",
    "sqlite": "SQLite",
}
_EXPLAIN: Final[dict[Kind, str]] = {
    "postgresql": "EXPLAIN",
    "mysql": "EXPLAIN",
    "sqlite": "EXPLAIN QUERY PLAN",
}
_MOST_CHARACTERS: Final = 300  # of what a database says
# SQLSTATE classes that say something of the query; others, of the server, the time or the user.
_OF_THE_QUERY: Final = ("0A", "21", "22", "42", "2F")
_FORBIDDEN: Final = "42501"
# Of a missing permission, a limit of time, a lost connection: they say nothing of the query.
_MYSQL_OTHERS: Final = frozenset(
    {1142, 1143, 1227, 1317, 1345, 1356, 1370, 1205, 1969, 3024, 1040, 1053, 1203, 1226}
)
_MYSQL_CLIENT: Final = range(2000, 3000)


def plan(
    url: str,
    queries: Sequence[str],
    snapshot: Snapshot,
    *,
    allowed_directories: Sequence[Path] = (),
    connect_timeout_seconds: int = 5,
    statement_timeout_seconds: int = 5,
) -> list[Verdict]:
    """Return for each query whether the database at `url` plans it; SourceError when it is away.

    Only what passes `sqlcheck` reaches the database, one statement at a time, in a transaction
    that can write nothing and is rolled back.
    """
    address = addresses.parse(url)
    file = addresses.check_file(address, allowed_directories) if address.kind == "sqlite" else None
    how = f"planned by {_NAMES.get(snapshot.dialect, address.kind)}"
    with connections.open_read_only(
        address,
        file=file,
        connect_timeout_seconds=connect_timeout_seconds,
        read_timeout_seconds=statement_timeout_seconds,
    ) as connection:
        connection.commit()  # or the first rollback would take the limit of time along
        return [_one(connection, address.kind, query, snapshot, how) for query in queries]


def _one(
    connection: sqlalchemy.Connection, kind: Kind, query: str, snapshot: Snapshot, how: str
) -> Verdict:
    wrong = sqlcheck.check(query, snapshot)
    if wrong:
        return Verdict(how=how, problem=wrong[0])
    driver: Any = connection.connection.dbapi_connection
    try:
        with closing(driver.cursor()) as cursor:
            _explain(cursor, kind, f"{_EXPLAIN[kind]} {query}")
    except connection.dialect.loaded_dbapi.Error as error:
        return _refused(kind, error, how)
    finally:
        driver.rollback()
    return Verdict(how=how)


def _explain(cursor: Any, kind: Kind, statement: str) -> None:  # noqa: ANN401  # of any driver
    if kind == "postgresql":
        # With a binary result it goes by the protocol that takes a single statement only.
        cursor.execute(statement, binary=True)
    else:
        cursor.execute(statement)
    cursor.fetchall()


def _refused(kind: Kind, error: Exception, how: str) -> Verdict:
    said = _said(kind, error)
    if said is None:
        return Verdict(how=how, problem="The database could not say.", tried=False)
    return Verdict(how=how, problem=f"The database refuses it: {said}")


def _said(kind: Kind, error: Exception) -> str | None:
    """Return what the database says of the query; None when it speaks of something else."""
    if kind == "postgresql":
        state = str(getattr(error, "sqlstate", None) or "")
        if state == _FORBIDDEN or not state.startswith(_OF_THE_QUERY):
            return None
        diagnosis: Any = getattr(error, "diag", None)
        return lines.shortened(str(diagnosis.message_primary), _MOST_CHARACTERS)
    if kind == "mysql":
        number = error.args[0] if error.args else 0
        if not isinstance(number, int) or number in _MYSQL_OTHERS or number in _MYSQL_CLIENT:
            return None
        return lines.shortened(str(error.args[-1]), _MOST_CHARACTERS)
    text = str(error)
    if "locked" in text or "busy" in text or "interrupted" in text:
        return None
    return lines.shortened(text, _MOST_CHARACTERS)

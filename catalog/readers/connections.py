"""Connections to other people's databases: read-only, bounded in time, errors in plain words."""

import sqlite3
import struct
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import sqlalchemy
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from catalog.readers.addresses import Address
from catalog.readers.errors import RefusedError, SourceError, UnreachableError

# What drivers raise, besides their own errors, when something else than their database answers.
_GARBAGE_ANSWERS: Final = (
    OSError,
    struct.error,
    IndexError,
    RuntimeError,
    ValueError,
    AssertionError,
)
_MYSQL_REFUSALS: Final[Mapping[int, tuple[str, str]]] = {
    1044: ("refused the user access to the database", "Grant the user access to it."),
    1045: ("refused the user or password", "Check user name and password in the URL."),
    1049: ("does not exist on its server", "Check the database's name at the end of the URL."),
    1142: ("refused the user a needed permission", "Grant the user SELECT on the tables."),
    1251: ("refused the way of signing in", "Give the user a password type the driver knows."),
    1698: ("refused the user or password", "Check user name and password in the URL."),
    3159: ("requires an encrypted connection", "Allow this connection without TLS, or use TLS."),
}
_POSTGRESQL_REFUSALS: Final[Mapping[str, tuple[str, str]]] = {
    "password": ("refused the user or password", "Check user name and password in the URL."),
    "authentication": ("refused the user or password", "Check user name and password in the URL."),
    "no pg_hba.conf entry": (
        "does not let this user connect from here",
        "Allow this server's address in pg_hba.conf.",
    ),
    "role": ("has no such user", "Check the user name in the URL."),
    "database": (
        "does not exist on its server",
        "Check the database's name at the end of the URL.",
    ),
    "permission denied": ("refused a needed permission", "Grant the user CONNECT and SELECT."),
}
# libpq fills what is not given from the worker's own environment, home directory and service
# file, and would sign in with the worker's identity. Empty values stand for "none"; files cannot
# be empty, their defaults would be read, so they are named where no file can be.
_NO_FILE: Final = "/dev/null/none"
_NOTHING_OF_OURS: Final[Mapping[str, str]] = {
    "hostaddr": "",
    "options": "",
    "passfile": _NO_FILE,
    "sslcert": _NO_FILE,
    "sslkey": _NO_FILE,
}
_POSTGRESQL_BUSY: Final = ("too many", "remaining connection slots", "starting up", "shutting down")


@contextmanager
def open_read_only(
    address: Address, *, file: Path | None, connect_timeout_seconds: int, read_timeout_seconds: int
) -> Iterator[sqlalchemy.Connection]:
    """Yield a read-only connection that ends with the block; every failure is a SourceError."""
    arguments = _connect_arguments(address, connect_timeout_seconds, read_timeout_seconds)
    engine = sqlalchemy.create_engine(
        address.url, poolclass=NullPool, connect_args=arguments, **_creator(file, address)
    )
    try:
        with engine.connect() as connection:
            yield _restricted(connection, address, read_timeout_seconds)
    except DBAPIError as error:
        raise _explain(address, error.orig or error) from None
    except SQLAlchemyError as error:
        raise _refused(address, f"could not be read ({type(error).__name__})") from None
    except _GARBAGE_ANSWERS as error:
        # `from None` here and above: the drivers' texts may quote the URL with its password.
        raise _unreachable(
            address, f"did not answer as expected ({type(error).__name__})"
        ) from None
    finally:
        engine.dispose()


def _connect_arguments(address: Address, connect: int, read: int) -> dict[str, Any]:
    if address.kind == "postgresql":
        # No prepared statements: a pooler in between would mix them up.
        bounds = {"connect_timeout": connect, "prepare_threshold": None}
        return {**_NOTHING_OF_OURS, **_identity(address.url), **bounds}
    if address.kind == "mysql":
        # The handshake is read under read_timeout; another service on the port may never greet.
        return {"connect_timeout": connect, "read_timeout": connect, "write_timeout": read}
    return {}


def _identity(url: sqlalchemy.URL) -> dict[str, Any]:
    """Return who signs in where, and nothing for libpq to look up, e.g. in PGPASSWORD."""
    return {
        "host": url.host,
        "port": url.port,
        "user": url.username,
        "password": url.password or "",
        "dbname": url.database,
        "gssencmode": url.query.get("gssencmode", "disable"),
    }


def _creator(file: Path | None, address: Address) -> dict[str, Callable[[], sqlite3.Connection]]:
    if file is None or address.kind != "sqlite":
        return {}
    # mode=ro: SQLite would otherwise create a missing file.
    uri = f"file:{quote(str(file))}?mode=ro"
    return {"creator": lambda: sqlite3.connect(uri, uri=True, timeout=5, check_same_thread=False)}


def _restricted(
    connection: sqlalchemy.Connection, address: Address, read_timeout_seconds: int
) -> sqlalchemy.Connection:
    milliseconds = read_timeout_seconds * 1000
    if address.kind == "postgresql":
        connection = connection.execution_options(postgresql_readonly=True)
        connection.execute(
            sqlalchemy.text(
                "SELECT set_config('default_transaction_read_only', 'on', false),"
                " set_config('statement_timeout', :timeout, false)"
            ),
            {"timeout": str(milliseconds)},
        )
    elif address.kind == "mysql":
        driver: Any = connection.connection.dbapi_connection
        driver._read_timeout = read_timeout_seconds  # noqa: SLF001  # PyMySQL has no setter
        connection.exec_driver_sql("SET SESSION TRANSACTION READ ONLY")
        maria = bool(getattr(connection.dialect, "is_mariadb", False))
        limit = f"max_statement_time = {read_timeout_seconds}"
        connection.exec_driver_sql(
            f"SET SESSION {limit}" if maria else f"SET SESSION max_execution_time = {milliseconds}"
        )
        connection.rollback()  # the setting holds for the next transactions, not for this one
    else:
        connection.exec_driver_sql("PRAGMA query_only = ON")
    return connection


def _explain(address: Address, error: BaseException) -> SourceError:
    if address.kind == "postgresql":
        return _explain_postgresql(address, error)
    if address.kind == "mysql":
        return _explain_mysql(address, error)
    if "locked" in str(error) or "busy" in str(error):
        return _unreachable(address, "is locked by another program")
    return _refused(
        address, f"could not be read: {error}", "Check that the file is a whole SQLite database."
    )


def _explain_postgresql(address: Address, error: BaseException) -> SourceError:
    state = getattr(error, "sqlstate", None)
    if state is not None:
        return _explain_state(address, state)
    text = str(error)
    # libpq gives no code while connecting; a server that answered and said no writes FATAL.
    _, answered, refusal = text.partition("FATAL:")
    if not answered or any(busy in refusal for busy in _POSTGRESQL_BUSY):
        return _unreachable(address, _reach_failure(text))
    for sign, (what, remedy) in _POSTGRESQL_REFUSALS.items():
        if sign in refusal:
            return _refused(address, what, remedy)
    return _refused(address, "refused the connection")


def _explain_state(address: Address, state: str) -> SourceError:
    if state == "57014":
        return _unreachable(address, "took too long to answer")
    if state.startswith(("57", "53", "08")):
        return _unreachable(address, "closed the connection or is out of resources")
    if state == "42501":
        return _refused(
            address,
            "refused a needed permission",
            "Grant the user USAGE and SELECT on the schemas.",
        )
    return _refused(address, f"refused a query of its catalogue (SQLSTATE {state})")


def _explain_mysql(address: Address, error: BaseException) -> SourceError:
    number = error.args[0] if error.args and isinstance(error.args[0], int) else 0
    if number in _MYSQL_REFUSALS:
        what, remedy = _MYSQL_REFUSALS[number]
        return _refused(address, what, remedy)
    if number in {1040, 1053, 1203, 1226, 1969, 3024} or number == 0 or 2000 <= number < 3000:  # noqa: PLR2004  # the client library's own numbers
        text = str(error.args[1]) if len(error.args) > 1 else ""
        return _unreachable(address, _reach_failure(text))
    return _refused(address, f"refused a query of its catalogue (error {number})")


def _reach_failure(text: str) -> str:
    lowered = text.lower()
    if any(sign in lowered for sign in ("resolve", "name or service", "getaddrinfo", "host name")):
        return "cannot be found: its host name is unknown"
    if "refused" in lowered:
        return "does not answer: nothing listens on its port"
    if "timeout" in lowered or "timed out" in lowered:
        return "did not answer in time"
    if any(busy in lowered for busy in _POSTGRESQL_BUSY):
        return "is busy, starting up or shutting down"
    return "cannot be reached"


def _unreachable(address: Address, what: str) -> UnreachableError:
    return UnreachableError(
        f"The database {address.display} {what}.",
        remedy="Check host and port, that the database runs, and that it accepts connections from"
        " this machine; then try again.",
    )


def _refused(address: Address, what: str, remedy: str | None = None) -> RefusedError:
    return RefusedError(
        f"The database {address.display} {what}.",
        remedy=remedy or "Check the URL and the user's permissions.",
    )

"""Opening the database that remembers, PostgreSQL or SQLite, and its two kinds of transaction."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import sqlalchemy as sa
from sqlalchemy import pool
from sqlalchemy.dialects import postgresql, sqlite

BUSY_TIMEOUT_MILLISECONDS = 5000
_AUTOCOMMIT: dict[str, Any] = {"isolation_level": "AUTOCOMMIT", "skip_autocommit_rollback": True}
#: What a statement raises while the database restarts, cannot be reached, or (SQLite) is locked
#: for longer than that; an InternalError in a transaction that PostgreSQL ended, see below.
AWAY = (
    sa.exc.OperationalError,
    sa.exc.InterfaceError,
    sa.exc.InternalError,
    sa.exc.TimeoutError,
)
#: Unless DATABASE_URL says otherwise. Without them a server that vanished with its machine, and
#: says nothing any more, is waited for for up to two hours.
_POSTGRESQL_DEFAULTS = {
    "connect_timeout": "5",
    "keepalives_idle": "10",
    "keepalives_interval": "5",
    "keepalives_count": "3",
    "tcp_user_timeout": "25000",  # milliseconds
}
#: A process that is frozen, or whose machine vanished, in the middle of a transaction holds its
#: rows until PostgreSQL ends the transaction. No process of ours pauses for so long in one.
IDLE_IN_TRANSACTION_SECONDS = 30


class UnsupportedDatabaseError(ValueError):
    """DATABASE_URL names a database that Schemalore cannot keep its own data in."""


class Database:
    """The engine, and transactions for reading and for writing."""

    def __init__(self, engine: sa.Engine) -> None:
        self.engine = engine

    @contextmanager
    def read(self) -> Iterator[sa.Connection]:
        """Yield a connection in a transaction that only reads."""
        with self.engine.connect() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[sa.Connection]:
        """Yield a connection in a transaction that is committed at the end of the block."""
        # SQLite must take its write lock at BEGIN: a read that turns into a write fails at once
        # with "database is locked" when another writer came first, without waiting.
        with (
            self.engine.connect().execution_options(sqlite_begin="BEGIN IMMEDIATE") as connection,
            connection.begin(),
        ):
            yield connection

    def close(self) -> None:
        """Close all pooled connections."""
        self.engine.dispose()


def connect(url: str, *, pool_size: int = 5, only_reads: bool = False) -> Database:
    """Return the database at `url`, not yet connected; SQLite's folder is made when missing.

    `only_reads` is for a process whose transactions are single reading statements: each stands
    for itself, which saves the round trips that begin and end a transaction.
    """
    parsed = sa.make_url(url)
    backend = parsed.get_backend_name()
    if backend == "postgres" or parsed.drivername == "postgresql":
        parsed, backend = parsed.set(drivername="postgresql+psycopg"), "postgresql"
    if backend == "postgresql":
        return Database(_postgresql(parsed, pool_size, only_reads=only_reads))
    if backend == "sqlite":
        return Database(_sqlite(parsed, pool_size, only_reads=only_reads))
    raise UnsupportedDatabaseError(
        f"DATABASE_URL names {backend!r}; use postgresql://... or sqlite:///path"
    )


def insert(connection: sa.Connection, table: sa.Table) -> postgresql.Insert | sqlite.Insert:
    """Return an INSERT into the table that can say what is done on a conflict."""
    if connection.dialect.name == "sqlite":
        return sqlite.insert(table)
    return postgresql.insert(table)


def _postgresql(url: sa.URL, pool_size: int, *, only_reads: bool) -> sa.Engine:
    engine = sa.create_engine(
        url.set(query={**_POSTGRESQL_DEFAULTS, **url.query}),
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_pre_ping=True,
        hide_parameters=True,  # an error's text must not carry password hashes to a log
        **_AUTOCOMMIT if only_reads else {},
    )

    @sa.event.listens_for(engine, "connect")
    def _configure(connection: psycopg.Connection, _record: object) -> None:
        # Not among the connection's options, which a pooler in between may refuse.
        seconds = IDLE_IN_TRANSACTION_SECONDS
        connection.execute(f"SET idle_in_transaction_session_timeout = '{seconds}s'")
        connection.commit()

    return engine


def _sqlite(url: sa.URL, pool_size: int, *, only_reads: bool) -> sa.Engine:
    if url.database and url.database != ":memory:":
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    engine = sa.create_engine(
        url,
        poolclass=pool.QueuePool,
        hide_parameters=True,
        pool_size=pool_size,
        max_overflow=pool_size,
        connect_args={"check_same_thread": False, "timeout": BUSY_TIMEOUT_MILLISECONDS / 1000},
        **_AUTOCOMMIT if only_reads else {},
    )

    @sa.event.listens_for(engine, "connect")
    def _configure(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None  # we emit BEGIN ourselves, below
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MILLISECONDS}")
        cursor.execute("PRAGMA synchronous=NORMAL")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.close()

    if only_reads:
        return engine

    @sa.event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        begin = connection.get_execution_options().get("sqlite_begin", "BEGIN")
        connection.exec_driver_sql(begin)

    return engine

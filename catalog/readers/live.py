"""Reads the schema of a live database; it never reads, counts or changes a row."""

from collections.abc import Sequence
from pathlib import Path

import sqlalchemy

from catalog.model import Snapshot, Table, Unread
from catalog.readers import (
    addresses,
    assembly,
    connections,
    families,
    limits,
    mysql,
    postgresql,
    reflection,
    sqlite,
)


def read(
    url: str,
    *,
    allowed_directories: Sequence[Path] = (),
    connect_timeout_seconds: int = 5,
    read_timeout_seconds: int = 30,
    limit_tables: int = limits.MOST_TABLES,
) -> Snapshot:
    """Return the snapshot of the database at `url`; SourceError with cause and remedy otherwise.

    SQLite files are read below `allowed_directories` only; each query is bounded in time.
    """
    address = addresses.parse(url)
    file = addresses.check_file(address, allowed_directories) if address.kind == "sqlite" else None
    reports: list[Unread] = []
    with (
        reflection.warnings_as_reports(reports),
        connections.open_read_only(
            address,
            file=file,
            connect_timeout_seconds=connect_timeout_seconds,
            read_timeout_seconds=read_timeout_seconds,
        ) as connection,
    ):
        limits.check_database(connection, address.kind, limit_tables)
        tables, children = _tables(connection, address.kind, reports)
        dialect = connection.dialect
        version = ".".join(str(part) for part in dialect.server_version_info or ())
        maria = bool(getattr(dialect, "is_mariadb", False))
    origin = assembly.Origin(
        dialect="mariadb" if maria else address.kind,
        database=address.database,
        server_version=version or None,
        home=address.database if address.kind == "mysql" else None,
    )
    return assembly.snapshot(tables, origin, children=children, unread=reports)


def _tables(
    connection: sqlalchemy.Connection, kind: addresses.Kind, reports: list[Unread]
) -> tuple[list[Table], list[families.Child]]:
    if kind == "postgresql":
        return postgresql.read(connection)
    if kind == "mysql":
        return mysql.read(connection), []
    return sqlite.read(connection, reports), []

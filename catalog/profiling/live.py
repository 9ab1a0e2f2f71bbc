"""Reads the profile of a live database as far as its level allows."""

import sqlite3
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import sqlalchemy

from catalog.model import Snapshot
from catalog.profile import ColumnProfile, Level, Profile, TableProfile
from catalog.profiling import sampling, statistics
from catalog.profiling.sampling import Bounds, Roles
from catalog.profiling.statistics import Known
from catalog.readers import addresses, connections

SECONDS: Final = 10.0  # for all samples together
STATEMENT_SECONDS: Final = 2
_STEPS: Final = 10_000  # of SQLite's machine between two looks at the clock


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What is to be profiled, and how far."""

    snapshot: Snapshot
    roles: Roles
    level: Level


def read(
    url: str,
    wanted: Wanted,
    *,
    allowed_directories: Sequence[Path] = (),
    stop: Callable[[], bool] = lambda: False,
    seconds: float = SECONDS,
) -> Profile:
    """Return what may be known of the values of the database at `url`; SourceError.

    Everything happens in read-only transactions. Statistics take two queries; `shapes` takes one
    more for each table, each of 2 s at most, and none is begun after `seconds`.
    """
    snapshot, level = wanted.snapshot, wanted.level
    if level == "none":
        return Profile()
    address = addresses.parse(url)
    file = addresses.check_file(address, allowed_directories) if address.kind == "sqlite" else None
    with connections.open_read_only(
        address, file=file, connect_timeout_seconds=5, read_timeout_seconds=STATEMENT_SECONDS
    ) as connection:
        connection.commit()  # or the first rollback would take the limit of time along
        known = statistics.read(connection, address.kind, snapshot)
        if level == "statistics":
            return Profile(level=level, tables=_merged((), known, snapshot))
        bounds = Bounds(until=time.monotonic() + seconds, stop=stop)
        _interrupt_sqlite(connection, bounds)
        sampled, unread = sampling.read(connection, address.kind, snapshot, wanted.roles, bounds)
    return Profile(level=level, tables=_merged(sampled, known, snapshot), unread=tuple(unread))


def _interrupt_sqlite(connection: sqlalchemy.Connection, bounds: Bounds) -> None:
    driver: Any = connection.connection.dbapi_connection
    if isinstance(driver, sqlite3.Connection):  # it has no limit of time of its own
        driver.set_progress_handler(bounds.over, _STEPS)


def _merged(
    sampled: Sequence[TableProfile], known: Known, snapshot: Snapshot
) -> tuple[TableProfile, ...]:
    """Return the tables of which anything is known or kept back, in the snapshot's order."""
    by_id = {table.id: table for table in sampled}
    found = []
    for table in snapshot.tables:
        seen = by_id.get(table.id) or TableProfile(id=table.id)
        held = known.get(table.id, {})
        told = {column.name: column for column in seen.columns}
        columns = tuple(
            _both(held.get(column.name), told.get(column.name))
            for column in table.columns
            if column.name in held or column.name in told
        )
        if columns or seen.withheld or seen.sampled_columns:
            found.append(replace(seen, columns=columns))
    return tuple(found)


def _both(held: ColumnProfile | None, told: ColumnProfile | None) -> ColumnProfile:
    if held is None or told is None:
        return next(each for each in (held, told) if each is not None)
    return replace(held, shapes=told.shapes, codes=told.codes)

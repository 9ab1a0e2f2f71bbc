"""SQLite's side of a live read: declared types, views, and objects it cannot open itself."""

from dataclasses import dataclass, field
from typing import Any, Final

import sqlalchemy
from sqlalchemy.exc import DBAPIError

from catalog.model import Column, Table, Unread
from catalog.readers import reflection

_OBJECTS: Final = """
SELECT name, type, sql FROM sqlite_master
WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name
"""
# Tables of a full-text or spatial index that hold its inner data; they mean nothing to a reader.
_SHADOWS: Final = "SELECT name FROM pragma_table_list WHERE type = 'shadow' AND schema = 'main'"
_COLUMNS: Final = (
    'SELECT name, type, "notnull", dflt_value FROM pragma_table_xinfo(?) WHERE hidden <> 1'
)
_SHADOWS_SINCE: Final = (3, 37, 0)


@dataclass
class _Found:
    tables: dict[str, reflection.Extras] = field(default_factory=dict)
    views: list[Table] = field(default_factory=list)


def read(connection: sqlalchemy.Connection, reports: list[Unread]) -> list[Table]:
    """Return the file's tables and views; what SQLite itself cannot open goes to `reports`."""
    found = _objects(connection, reports)
    scope = reflection.Scope(
        schema=None, extras=found.tables, label=lambda schema: schema, filtered=True
    )
    return [*reflection.tables(reflection.inspector(connection), scope), *found.views]


def _objects(connection: sqlalchemy.Connection, reports: list[Unread]) -> _Found:
    shadows = _shadows(connection)
    estimates = _estimates(connection)
    found = _Found()
    for name, kind, sql in connection.exec_driver_sql(_OBJECTS).all():
        if name in shadows:
            continue
        try:
            rows = connection.exec_driver_sql(_COLUMNS, (name,)).all()
        except DBAPIError as error:  # a view of a dropped table, a module that is not loaded
            reports.append(Unread(what=f"{kind} {name}", reason=str(error.orig)))
            continue
        if kind == "view":
            found.views.append(_view(name, rows, sql))
        else:
            found.tables[name] = reflection.Extras(
                types={row.name: row.type for row in rows}, row_estimate=estimates.get(name)
            )
    return found


def _view(name: str, rows: Any, sql: str | None) -> Table:  # noqa: ANN401  # driver rows
    columns = tuple(Column(name=row.name, type=row.type, nullable=not row.notnull) for row in rows)
    return Table(name=name, kind="view", columns=columns, definition=sql)


def _shadows(connection: sqlalchemy.Connection) -> frozenset[str]:
    if (connection.dialect.server_version_info or ()) < _SHADOWS_SINCE:
        return frozenset()
    return frozenset(connection.exec_driver_sql(_SHADOWS).scalars())


def _estimates(connection: sqlalchemy.Connection) -> dict[str, int]:
    """Return rows by table as the last ANALYZE left them."""
    has_statistics = connection.exec_driver_sql(
        "SELECT 1 FROM sqlite_master WHERE name = 'sqlite_stat1'"
    ).first()
    if not has_statistics:
        return {}
    rows = connection.exec_driver_sql("SELECT tbl, stat FROM sqlite_stat1").all()
    counts = {table: str(stat).split(" ", 1)[0] for table, stat in rows if stat}
    return {table: int(count) for table, count in counts.items() if count.isdigit()}

"""MySQL's side of a live read: types, views and statistics from information_schema."""

from collections.abc import Mapping
from typing import Any, Final

import sqlalchemy

from catalog.model import Column, Table
from catalog.readers import enums, reflection

_TABLES: Final = sqlalchemy.text("""
SELECT t.TABLE_NAME AS name, t.TABLE_TYPE AS type, t.TABLE_ROWS AS estimate,
       v.VIEW_DEFINITION AS definition
FROM information_schema.TABLES t
LEFT JOIN information_schema.VIEWS v
       ON v.TABLE_SCHEMA = t.TABLE_SCHEMA AND v.TABLE_NAME = t.TABLE_NAME
WHERE t.TABLE_SCHEMA = DATABASE() ORDER BY t.TABLE_NAME
""")
_COLUMNS: Final = sqlalchemy.text("""
SELECT TABLE_NAME AS table_name, COLUMN_NAME AS name, COLUMN_TYPE AS type,
       IS_NULLABLE AS nullable, COLUMN_DEFAULT AS fallback, COLUMN_COMMENT AS comment
FROM information_schema.COLUMNS
WHERE TABLE_SCHEMA = DATABASE() ORDER BY TABLE_NAME, ORDINAL_POSITION
""")


def read(connection: sqlalchemy.Connection) -> list[Table]:
    """Return the tables and views of the database that the URL names."""
    columns: dict[str, list[Column]] = {}
    for row in connection.execute(_COLUMNS):
        columns.setdefault(row.table_name, []).append(_column(row))
    base: dict[str, reflection.Extras] = {}
    views: dict[str, reflection.Extras] = {}
    for row in connection.execute(_TABLES):
        if row.type == "SEQUENCE":
            continue
        is_view = row.type != "BASE TABLE" and "VERSIONED" not in row.type
        target = views if is_view else base
        target[row.name] = _extras(row, columns.get(row.name, []), is_view=is_view)
    inspect = reflection.inspector(connection)
    scope = reflection.Scope(schema=None, extras=base, label=_label(connection))
    return [*reflection.tables(inspect, scope), *_views(views)]


def _label(connection: sqlalchemy.Connection) -> Any:  # noqa: ANN401  # a local function
    database = connection.engine.url.database

    def label(schema: str | None) -> str | None:
        return None if schema in {None, database} else schema

    return label


def _column(row: sqlalchemy.Row[Any]) -> Column:
    return Column(
        name=row.name,
        type=row.type,
        nullable=row.nullable == "YES",
        default=None if row.fallback == "NULL" else row.fallback,
        comment=row.comment or None,
        enum=enums.from_type(row.type),
    )


def _extras(row: sqlalchemy.Row[Any], columns: list[Column], *, is_view: bool) -> reflection.Extras:
    allowed: Mapping[str, tuple[str, ...]] = {c.name: c.enum for c in columns if c.enum}
    return reflection.Extras(
        kind="view" if is_view else "table",
        types={column.name: column.type for column in columns},
        enums=allowed,
        row_estimate=row.estimate if not is_view else None,
        definition=row.definition or None,
        columns=tuple(columns) if is_view else (),
    )


def _views(views: Mapping[str, reflection.Extras]) -> list[Table]:
    """Return views by information_schema alone: asking about a broken one would be an error."""
    return [
        Table(name=name, kind="view", columns=extras.columns, definition=extras.definition)
        for name, extras in views.items()
    ]

"""Looks at some rows of a table; what is seen is masked here and told to nobody else."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import sqlalchemy
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql import quoted_name

from catalog.model import Column, Snapshot, Table, Unread
from catalog.profile import ColumnProfile, TableProfile
from catalog.profiling import privacy, shapes
from catalog.readers.addresses import Kind
from catalog.structure.roles import Role

ROWS: Final = 2000  # of a table; of some pages of a large one perhaps twice as many
MOST_TABLES: Final = 500
_WHOLE: Final = 10 * ROWS  # a table of fewer rows is read from its beginning
_HOME: Final = "SELECT coalesce(current_schema(), 'public')"
_MANNERS: Final[Mapping[Role, shapes.Manner]] = {
    Role.STATUS: "word",
    Role.POLYMORPHIC_TYPE: "word",
    Role.FLAG: "word",
    Role.CURRENCY: "slug",
    Role.CODE: "slug",
}

Roles = Mapping[str, Mapping[str, Role]]  # by table id and column


@dataclass(frozen=True, kw_only=True)
class Bounds:
    """When to stop: at a moment of the monotonic clock, or when nobody waits any more."""

    until: float
    stop: Callable[[], bool]

    def over(self) -> bool:
        """Whether no other table is to be begun."""
        return self.stop() or time.monotonic() > self.until


def read(
    connection: sqlalchemy.Connection,
    kind: Kind,
    snapshot: Snapshot,
    roles: Roles,
    bounds: Bounds,
) -> tuple[list[TableProfile], list[Unread]]:
    """Return what may be told of the tables' values, and which tables were not looked at.

    One query for each table that has something to tell, of twice `ROWS` rows at most.
    """
    home = connection.exec_driver_sql(_HOME).scalar() if kind == "postgresql" else None
    told: list[TableProfile] = []
    unread: list[Unread] = []
    asked = 0
    for table in snapshot.tables:
        found = TableProfile(id=table.id, withheld=privacy.withheld(table, roles[table.id]))
        columns = privacy.samplable(table, roles[table.id])
        if columns and (asked == MOST_TABLES or bounds.over()):
            unread.append(Unread(what=f"values of {table.id}", reason=_too_many(asked)))
        elif columns:
            asked += 1
            query = _query(table, columns, kind=kind, home=home)
            try:
                rows = connection.execute(query).all()
            except DBAPIError as error:
                reason = type(error.orig).__name__  # its text may quote what was read
                unread.append(Unread(what=f"values of {table.id}", reason=reason))
            else:
                found = _told(found, columns, roles[table.id], rows)
            finally:
                connection.rollback()
        told.append(found)
    return told, unread


def _too_many(asked: int) -> str:
    return "too many tables" if asked == MOST_TABLES else "the time for looking at values was over"


def _query(
    table: Table, columns: Sequence[Column], *, kind: Kind, home: str | None
) -> sqlalchemy.Select[tuple[str, ...]]:
    schema = table.schema or home
    named = sqlalchemy.table(
        quoted_name(table.name, quote=True),
        schema=quoted_name(schema, quote=True) if schema else None,
    )
    source: sqlalchemy.FromClause = named
    limit = ROWS
    rows = table.row_estimate
    if kind == "postgresql" and rows is not None and rows > _WHOLE:
        # Some pages from everywhere, always the same ones: the oldest rows are not like the others.
        limit, share = 2 * ROWS, 100 * ROWS / rows
        source = sqlalchemy.tablesample(
            named, sqlalchemy.func.system(sqlalchemy.literal(share)), seed=sqlalchemy.literal(1)
        )
    cut = [
        sqlalchemy.func.substr(
            sqlalchemy.cast(
                sqlalchemy.column(quoted_name(column.name, quote=True)), sqlalchemy.String
            ),
            1,
            shapes.LONGEST + 1,
        ).label(f"c{number}")
        for number, column in enumerate(columns)
    ]
    return sqlalchemy.select(*cut).select_from(source).limit(limit)


def _told(
    found: TableProfile,
    columns: Sequence[Column],
    roles: Mapping[str, Role],
    rows: Sequence[sqlalchemy.Row[tuple[str, ...]]],
) -> TableProfile:
    profiles: list[ColumnProfile] = []
    personal: list[str] = []
    for number, column in enumerate(columns):
        values = [str(row[number]).strip() for row in rows if row[number] is not None]
        manner = _MANNERS.get(roles.get(column.name, Role.OTHER), "code")
        told = shapes.of([value for value in values if value], manner=manner)
        if told.personal:
            personal.append(column.name)
        elif told.shapes or told.codes:
            profiles.append(ColumnProfile(name=column.name, shapes=told.shapes, codes=told.codes))
    return replace(
        found,
        columns=tuple(profiles),
        sampled_rows=len(rows),
        sampled_columns=tuple(column.name for column in columns),
        withheld=(*found.withheld, *personal),
    )

"""Statistics that a database holds already; no row is read and nothing is counted for them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy

from catalog.model import Snapshot
from catalog.profile import ColumnProfile
from catalog.readers.addresses import Kind

_EXACT: Final = 20  # beyond, two digits are told: a number that changes daily makes texts stale
# Not its most_common_vals and histogram_bounds: they hold values.
_POSTGRESQL: Final = sqlalchemy.text("""
SELECT schemaname AS schema, tablename AS "table", attname AS "column",
       null_frac AS nulls, n_distinct AS "distinct", pg_catalog.current_schema() AS home
FROM pg_catalog.pg_stats
WHERE schemaname !~ '^pg_' AND schemaname <> 'information_schema'
ORDER BY inherited
""")
# Other engines than InnoDB may have counted every null as a value of its own.
_MYSQL: Final = sqlalchemy.text("""
SELECT s.TABLE_NAME AS `table`, s.COLUMN_NAME AS `column`, s.CARDINALITY AS `distinct`,
       s.NON_UNIQUE AS repeated, t.ENGINE AS engine, t.TABLE_ROWS AS `rows`
FROM information_schema.STATISTICS s
JOIN information_schema.TABLES t
  ON t.TABLE_SCHEMA = s.TABLE_SCHEMA AND t.TABLE_NAME = s.TABLE_NAME
WHERE s.TABLE_SCHEMA = DATABASE() AND s.SEQ_IN_INDEX = 1 AND s.SUB_PART IS NULL
  AND s.COLUMN_NAME IS NOT NULL AND s.CARDINALITY IS NOT NULL
  AND (t.ENGINE = 'InnoDB' OR s.NULLABLE = '')
ORDER BY s.NON_UNIQUE DESC
""")
_SQLITE_ANALYSED: Final = "SELECT 1 FROM sqlite_master WHERE name = 'sqlite_stat1'"
# The first number is of rows, the second of rows that share a value of the first column.
_SQLITE: Final = """
SELECT s.tbl, i.name, s.stat FROM sqlite_stat1 s JOIN pragma_index_info(s.idx) i ON i.seqno = 0
WHERE s.stat IS NOT NULL AND i.name IS NOT NULL
"""
_NEAR: Final = 0.9

Known = Mapping[str, Mapping[str, ColumnProfile]]  # by table id and column


@dataclass(frozen=True, kw_only=True)
class _Row:
    table: str  # Table.id
    column: str
    distinct: float | None  # negative: as a share of the rows
    nulls: float | None = None


def read(connection: sqlalchemy.Connection, kind: Kind, snapshot: Snapshot) -> Known:
    """Return what the database knows of the columns in the snapshot, in one or two queries."""
    rows = {"postgresql": _postgresql, "mysql": _mysql, "sqlite": _sqlite}[kind](connection)
    found: dict[str, dict[str, ColumnProfile]] = {}
    columns = {table.id: {column.name for column in table.columns} for table in snapshot.tables}
    estimates = {table.id: table.row_estimate for table in snapshot.tables}
    for row in rows:
        if row.column in columns.get(row.table, ()):
            found.setdefault(row.table, {})[row.column] = _profile(row, estimates[row.table])
    return found


def _profile(row: _Row, estimate: int | None) -> ColumnProfile:
    distinct = row.distinct
    if distinct is not None and distinct < 0:
        distinct = None if estimate is None else -distinct * estimate
    return ColumnProfile(
        name=row.column,
        null_share=None if row.nulls is None else round(row.nulls, 2),
        distinct=None if distinct is None else _rounded(round(distinct)),
    )


def _rounded(count: int) -> int:
    return count if count <= _EXACT else int(float(f"{count:.2g}"))


def _postgresql(connection: sqlalchemy.Connection) -> Iterator[_Row]:
    # Those of a table with its partitions come last, and stand.
    for row in connection.execute(_POSTGRESQL):
        name = row.table if row.schema == (row.home or "public") else f"{row.schema}.{row.table}"
        unknown = row.distinct == 0
        distinct = None if unknown else float(row.distinct)
        yield _Row(table=name, column=row.column, distinct=distinct, nulls=float(row.nulls))


def _mysql(connection: sqlalchemy.Connection) -> Iterator[_Row]:
    maria = bool(getattr(connection.dialect, "is_mariadb", False))
    for row in connection.execute(_MYSQL):
        distinct: float | None = float(row.distinct)
        # MariaDB tells twice what InnoDB counted, to make indexes look better, but never more
        # than there are rows: near those nobody knows.
        if maria and row.engine == "InnoDB" and row.repeated:
            distinct = float(row.distinct) / 2 if row.distinct < _NEAR * row.rows else None
        if distinct is not None:
            yield _Row(table=row.table, column=row.column, distinct=distinct)


def _sqlite(connection: sqlalchemy.Connection) -> Iterator[_Row]:
    if not connection.exec_driver_sql(_SQLITE_ANALYSED).first():
        return
    for table, column, stat in connection.exec_driver_sql(_SQLITE).all():
        distinct = _from_stat(str(stat))
        if distinct is not None:
            yield _Row(table=table, column=column, distinct=distinct)


def _from_stat(stat: str) -> float | None:
    numbers: list[Any] = stat.split(" ")[:2]
    if len(numbers) < 2 or not all(number.isdigit() for number in numbers):  # noqa: PLR2004  # rows, and rows per value
        return None
    rows, per_value = map(int, numbers)
    return rows / per_value if per_value else None

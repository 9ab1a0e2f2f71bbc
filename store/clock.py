"""The database's own clock: leases must not depend on the clocks of worker machines."""

from datetime import UTC, datetime

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql import functions
from sqlalchemy.sql.compiler import SQLCompiler

DAY_SECONDS = 86_400


class Moment(sa.TypeDecorator[datetime]):
    """An aware UTC time; SQLite, which has no time zones, keeps it as UTC text."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: sa.Dialect) -> datetime | None:
        """Send UTC; a time without zone is an error."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, _dialect: sa.Dialect) -> datetime | None:
        """Return UTC, whatever zone the connection uses."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class now_plus(functions.GenericFunction[datetime]):  # noqa: N801 - SQL functions are lower case
    """The database's time now plus some seconds."""

    type = Moment()
    inherit_cache = True


def now() -> sa.ColumnElement[datetime]:
    """Return the SQL expression for the database's present time."""
    return now_plus(0)


def ago(seconds: float) -> sa.ScalarSelect[datetime]:
    """Return the time of so many seconds ago, to compare a column with that has an index.

    PostgreSQL uses no index for a comparison with a function that may say something else for
    every row; a subquery is asked once.
    """
    return sa.select(now_plus(-seconds)).scalar_subquery()


@compiles(now_plus)
def _default(element: now_plus, compiler: SQLCompiler, **options: object) -> str:
    seconds = compiler.process(element.clauses, **options)
    # The real time, not the transaction's start.
    return f"(clock_timestamp() + make_interval(secs => {seconds}))"


@compiles(now_plus, "sqlite")
def _sqlite(element: now_plus, compiler: SQLCompiler, **options: object) -> str:
    seconds = compiler.process(element.clauses, **options)
    # The very text that SQLAlchemy stores for a DateTime, so that comparisons hold.
    return f"(strftime('%Y-%m-%d %H:%M:%f', 'now', ({seconds}) || ' seconds') || '000')"

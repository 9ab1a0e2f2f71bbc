"""Puts rows into the demo database."""

import sqlite3
from datetime import date, datetime
from decimal import Decimal

Value = str | int | float | Decimal | date | None


class Writer:
    """Inserts one row at a time, so that a wrong reference fails where it is made."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def add(self, table: str, /, **values: Value) -> int:
        """Insert one row and return its id."""
        columns = ", ".join(values)
        places = ", ".join("?" * len(values))
        cursor = self._connection.execute(
            f"INSERT INTO {table} ({columns}) VALUES ({places})",  # noqa: S608  # our own literals
            [_stored(value) for value in values.values()],
        )
        return cursor.lastrowid or 0


def _stored(value: Value) -> str | int | float | None:
    match value:
        case datetime():
            return value.isoformat(sep=" ", timespec="seconds")
        case date():
            return value.isoformat()
        case Decimal():
            return float(value)
    return value

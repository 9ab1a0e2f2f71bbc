"""Column definitions of MySQL and MariaDB, written only where every part of them is known.

A comment on a column needs its whole definition, and what is left out of it is lost:
AUTO_INCREMENT, ON UPDATE, a character set, a check, the expression of a generated column.
"""

import re
from dataclasses import dataclass
from enum import Enum
from typing import Final

from catalog.model import Column, Snapshot, Table

# Types without a character set and without an automatic ON UPDATE.
_WHOLE: Final = re.compile(r"(?:tiny|small|medium|big)?int(?:\(\d+\))?(?: unsigned)?(?: zerofill)?")
_KNOWN: Final = re.compile(
    r"(?:decimal|numeric)(?:\(\d+(?:,\d+)?\))?(?: unsigned)?(?: zerofill)?"
    r"|(?:float|double)(?:\(\d+,\d+\))?(?: unsigned)?(?: zerofill)?"
    r"|date|time(?:\(\d\))?|year(?:\(4\))?|bit\(\d+\)|boolean"
)
_LITERAL: Final = re.compile(r"-?\d+(?:\.\d+)?|'[^'\\]*'")


class Source(Enum):
    """Where a definition was read, which decides how much of it can be known."""

    TEXT = "text"  # its words for a type may differ from the database's
    MARIADB = "mariadb"  # a check written beside a column belongs to it, and is not read
    MYSQL = "mysql"  # checks are always the table's


def source(snapshot: Snapshot) -> Source:
    """Return where the snapshot of a MySQL or MariaDB database came from."""
    if snapshot.server_version is None:
        return Source.TEXT
    return Source.MARIADB if snapshot.dialect == "mariadb" else Source.MYSQL


@dataclass(frozen=True, kw_only=True)
class Unknown:
    """Why a column's definition cannot be written."""

    reason: str


def definition(table: Table, column: Column, *, source: Source) -> str | Unknown:
    """Return type, nullability and default, or why they may not be all that the column has."""
    reason = _doubt(table, column, source)
    if reason:
        return Unknown(reason=reason)
    null = "NULL" if column.nullable else "NOT NULL"
    default = f" DEFAULT {column.default}" if column.default is not None else ""
    return f"{column.type} {null}{default}"


def _doubt(table: Table, column: Column, source: Source) -> str | None:
    kind = column.type.lower()
    whole = bool(_WHOLE.fullmatch(kind))
    doubts = {
        "the column's definition was not read from a live database": source is Source.TEXT,
        "the column may have a check of its own": source is Source.MARIADB,
        "the column may have more to its type, such as a character set": not (
            whole or _KNOWN.fullmatch(kind)
        ),
        "the column may count up by itself (AUTO_INCREMENT)": whole and _may_count(table, column),
        "the column may be generated": column.default is not None
        and not _LITERAL.fullmatch(column.default),
        "the column may have a check": bool(column.enum)
        or any(column.name.lower() in check.condition.lower() for check in table.checks),
    }
    return next((reason for reason, applies in doubts.items() if applies), None)


def _may_count(table: Table, column: Column) -> bool:
    """Whether the column leads a key, as one that counts up has to; a reference does not count."""
    if any(column.name in key.columns for key in table.foreign_keys):
        return column.name in table.primary_key
    keys = [table.primary_key, *(key.columns for key in table.unique_keys)]
    keys += [index.columns for index in table.indexes]
    return column.default is None and any(key[:1] == (column.name,) for key in keys)

"""How many tables are read: beyond that nobody reads what is written, and a worker is held long."""

from collections.abc import Mapping
from typing import Final

import sqlalchemy

from catalog.readers.addresses import Kind
from catalog.readers.errors import RefusedError

MOST_TABLES: Final = 10_000  # tables and views

_RELATIONS: Final[Mapping[Kind, str]] = {
    "postgresql": """
SELECT c.oid
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm') AND NOT c.relispartition
  AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
""",
    "mysql": """
SELECT TABLE_NAME FROM information_schema.TABLES
WHERE TABLE_SCHEMA = DATABASE() AND TABLE_TYPE <> 'SEQUENCE'
""",
    "sqlite": """
SELECT name FROM sqlite_master
WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
""",
}


def check(found: int, limit: int) -> None:
    """Raise RefusedError when more tables and views were found than may be read."""
    if found > limit:
        raise RefusedError(
            f"The schema has {found:,} tables and views; at most {limit:,} are read.",
            remedy="Split the DDL into parts that belong together, or read one schema of the"
            " database, e.g. with pg_dump --schema-only --schema=NAME.",
        )


def check_database(connection: sqlalchemy.Connection, kind: Kind, limit: int) -> None:
    """Raise RefusedError when a database has too many tables, before any of them is read."""
    check(len(connection.exec_driver_sql(_RELATIONS[kind]).all()), limit)

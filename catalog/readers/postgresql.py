"""PostgreSQL's side of a live read: which relations count, and what reflection leaves out."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy
from sqlalchemy.engine.reflection import ObjectKind

from catalog.model import Table
from catalog.readers import reflection

# Partition children are left out (their parent stands for them), and so is what an extension owns.
_RELATIONS: Final = sqlalchemy.text("""
SELECT c.oid, n.nspname AS schema, c.relname AS name, c.relkind::text AS kind,
       c.reltuples::bigint AS estimate,
       CASE WHEN c.relkind IN ('v', 'm')
            THEN pg_catalog.pg_get_viewdef(c.oid, true) END AS definition,
       coalesce(pg_catalog.current_schema(), 'public') AS default_schema
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm') AND NOT c.relispartition
  AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
  AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_depend d
                  WHERE d.objid = c.oid AND d.deptype = 'e'
                    AND d.classid = 'pg_catalog.pg_class'::regclass)
ORDER BY n.nspname, c.relname
""")
_COLUMNS: Final = sqlalchemy.text("""
SELECT a.attrelid AS oid, a.attname AS name,
       pg_catalog.format_type(a.atttypid, a.atttypmod) AS type, e.labels
FROM pg_catalog.pg_attribute a
JOIN pg_catalog.pg_class c ON c.oid = a.attrelid AND c.relkind IN ('r', 'p', 'f', 'v', 'm')
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN (SELECT enumtypid, array_agg(enumlabel::text ORDER BY enumsortorder) AS labels
           FROM pg_catalog.pg_enum GROUP BY enumtypid) e ON e.enumtypid = a.atttypid
WHERE a.attnum > 0 AND NOT a.attisdropped
  AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
""")


@dataclass(frozen=True, kw_only=True)
class _Relations:
    default_schema: str
    by_schema: Mapping[str, Mapping[str, reflection.Extras]]


def read(connection: sqlalchemy.Connection) -> list[Table]:
    """Return the tables and views of all schemas that are not the system's."""
    relations = _relations(connection)
    inspect = reflection.inspector(connection)

    def label(schema: str | None) -> str | None:
        return None if schema in {relations.default_schema, None} else schema

    return [
        table
        for schema, extras in relations.by_schema.items()
        for table in reflection.tables(
            inspect,
            reflection.Scope(
                schema=schema,
                extras=extras,
                label=label,
                kind=ObjectKind.ANY,
                # else a target on the search path would come without its schema
                foreign_key_options={"postgresql_ignore_search_path": True},
            ),
        )
    ]


def _relations(connection: sqlalchemy.Connection) -> _Relations:
    types: dict[int, dict[str, str]] = {}
    labels: dict[int, dict[str, tuple[str, ...]]] = {}
    for row in connection.execute(_COLUMNS):
        types.setdefault(row.oid, {})[row.name] = row.type
        if row.labels:
            labels.setdefault(row.oid, {})[row.name] = tuple(row.labels)
    by_schema: dict[str, dict[str, reflection.Extras]] = {}
    default_schema = "public"
    for row in connection.execute(_RELATIONS):
        default_schema = row.default_schema
        by_schema.setdefault(row.schema, {})[row.name] = _extras(
            row, types.get(row.oid, {}), labels.get(row.oid, {})
        )
    return _Relations(default_schema=default_schema, by_schema=by_schema)


def _extras(
    row: sqlalchemy.Row[Any], types: Mapping[str, str], labels: Mapping[str, tuple[str, ...]]
) -> reflection.Extras:
    is_view = row.kind in {"v", "m"}
    # -1 means never analysed; a plain view has no rows of its own
    known = row.estimate >= 0 and row.kind != "v"
    return reflection.Extras(
        kind="view" if is_view else "table",
        types=types,
        enums=labels,
        row_estimate=row.estimate if known else None,
        definition=row.definition.strip() if row.definition else None,
    )

"""PostgreSQL's side of a live read: which relations count, and what reflection leaves out."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import sqlalchemy
from sqlalchemy.engine.reflection import ObjectKind

from catalog.model import Table
from catalog.readers import families, reflection

# What an extension owns is left out. Partitions are read as parts of their table only.
_RELATIONS: Final = sqlalchemy.text("""
SELECT c.oid, n.nspname AS schema, c.relname AS name, c.relkind::text AS kind,
       c.reltuples::bigint AS estimate, c.relispartition AS partition,
       CASE WHEN c.relkind IN ('v', 'm')
            THEN pg_catalog.pg_get_viewdef(c.oid, true) END AS definition,
       coalesce(parents.oids, '{}') AS parents, coalesce(sources.oids, '{}') AS sources,
       coalesce(targets.names, '{}') AS key_names, coalesce(targets.oids, '{}') AS key_targets,
       coalesce(pg_catalog.current_schema(), 'public') AS default_schema
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN (SELECT inhrelid, array_agg(inhparent ORDER BY inhseqno) AS oids
           FROM pg_catalog.pg_inherits GROUP BY inhrelid) parents ON parents.inhrelid = c.oid
LEFT JOIN (SELECT r.ev_class, array_agg(DISTINCT d.refobjid) AS oids
           FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_rewrite r ON r.oid = d.objid
           WHERE d.classid = 'pg_catalog.pg_rewrite'::regclass AND r.rulename = '_RETURN'
             AND d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjid <> r.ev_class
           GROUP BY r.ev_class) sources ON sources.ev_class = c.oid
LEFT JOIN (SELECT conrelid, array_agg(conname::text) AS names, array_agg(confrelid) AS oids
           FROM pg_catalog.pg_constraint WHERE contype = 'f'
           GROUP BY conrelid) targets ON targets.conrelid = c.oid
WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm')
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
class _Details:
    """What belongs to the relations, by their numbers."""

    types: dict[int, dict[str, str]] = field(default_factory=dict)
    labels: dict[int, dict[str, tuple[str, ...]]] = field(default_factory=dict)
    ids: dict[int, str] = field(default_factory=dict)


def read(connection: sqlalchemy.Connection) -> tuple[list[Table], list[families.Child]]:
    """Return the tables and views of all schemas that are not the system's, and who is part."""
    rows = connection.execute(_RELATIONS).all()
    default = rows[0].default_schema if rows else "public"

    def label(schema: str | None) -> str | None:
        return None if schema in {default, None} else schema

    details = _details(connection, rows, label)
    by_schema: dict[str, dict[str, reflection.Extras]] = {}
    for row in rows:
        if not row.partition:
            by_schema.setdefault(row.schema, {})[row.name] = _extras(row, details)
    inspect = reflection.inspector(connection)
    tables = [
        table
        for schema, extras in by_schema.items()
        for table in reflection.tables(
            inspect,
            reflection.Scope(
                schema=schema,
                extras=extras,
                label=label,
                kind=ObjectKind.ANY,
            ),
        )
    ]
    return tables, list(_children(rows, details.ids))


def _details(
    connection: sqlalchemy.Connection, rows: Sequence[sqlalchemy.Row[Any]], label: reflection.Label
) -> _Details:
    details = _Details()
    for row in rows:
        schema = label(row.schema)
        details.ids[row.oid] = f"{schema}.{row.name}" if schema else row.name
    for row in connection.execute(_COLUMNS):
        details.types.setdefault(row.oid, {})[row.name] = row.type
        if row.labels:
            details.labels.setdefault(row.oid, {})[row.name] = tuple(row.labels)
    return details


def _extras(row: sqlalchemy.Row[Any], details: _Details) -> reflection.Extras:
    # -1 means never analysed; a plain view has no rows of its own
    known = row.estimate >= 0 and row.kind != "v"
    return reflection.Extras(
        kind="view" if row.kind in {"v", "m"} else "table",
        types=details.types.get(row.oid, {}),
        enums=details.labels.get(row.oid, {}),
        row_estimate=row.estimate if known else None,
        definition=row.definition.strip() if row.definition else None,
        materialized=row.kind == "m",
        sources=tuple(details.ids[oid] for oid in row.sources if oid in details.ids),
        # Reflection looks for a target of the default schema in the schema of the key.
        targets={
            name: details.ids[oid]
            for name, oid in zip(row.key_names, row.key_targets, strict=True)
            if oid in details.ids
        },
    )


def _children(
    rows: Sequence[sqlalchemy.Row[Any]], ids: Mapping[int, str]
) -> Iterator[families.Child]:
    # An analysed partitioned table has counted the rows of its partitions.
    counted = {row.oid for row in rows if row.kind == "p" and row.estimate >= 0}
    for row in rows:
        counts = row.partition and row.estimate >= 0
        for parent in row.parents:
            if parent in ids:
                rows_known = row.estimate if counts and parent not in counted else None
                yield families.Child(id=ids[row.oid], parent=ids[parent], row_estimate=rows_known)

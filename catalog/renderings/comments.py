"""What was written as comments in the database: statements that put it there."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from catalog import dialects
from catalog.context import Context, Text
from catalog.model import Column, Snapshot, Table
from catalog.renderings import mysql_columns, sql_text, written
from catalog.renderings.sql_text import Style

_STYLES: Final[Mapping[str, Style]] = {
    "postgres": Style(marked_escapes=True),
    "redshift": Style(escapes=True),
    "materialize": Style(marked_escapes=True),
    "risingwave": Style(marked_escapes=True),
    "duckdb": Style(marked_escapes=True),
    "oracle": Style(folds_up=True, comment_on_view=False, limit=1000),  # 4000 bytes
    "snowflake": Style(escapes=True, folds_up=True),
    "exasol": Style(folds_up=True, limit=2000),
    "teradata": Style(limit=255),
    "trino": Style(),
}
_MYSQL: Final = Style(quote="`", escapes=True)
_MYSQL_TABLE_LIMIT: Final = 2048
_MYSQL_COLUMN_LIMIT: Final = 1024


@dataclass(frozen=True, kw_only=True)
class _New:
    """A text that the database does not hold yet; without a column it is the table's."""

    table: Table
    column: Column | None
    text: Text


def render(snapshot: Snapshot, context: Context) -> str:
    """Return SQL that stores the descriptions; those that are comments already are left out."""
    found = list(_new(snapshot, written.Texts(context)))
    rows = [
        sql_text.remark(f"Descriptions of {snapshot.database} for {_product(snapshot)}."),
        "-- Comments that the database already holds are left out.",
        *_statements(snapshot, found),
    ]
    return "\n".join(rows) + "\n"


def _product(snapshot: Snapshot) -> str:
    return dialects.product(snapshot.dialect)


def _new(snapshot: Snapshot, texts: written.Texts) -> Iterator[_New]:
    for table in snapshot.tables:
        about = texts.table(table.id)
        if about and about.source != "comment":
            yield _New(table=table, column=None, text=about)
        for column in table.columns:
            meaning = texts.column(table.id, column.name)
            if meaning and meaning.source != "comment":
                yield _New(table=table, column=column, text=meaning)


def _statements(snapshot: Snapshot, found: list[_New]) -> Iterator[str]:
    dialect = dialects.to_sqlglot(snapshot.dialect) or ""
    if dialect == "mysql":
        origin = mysql_columns.source(snapshot)
        yield "-- MODIFY repeats a column as it was read; an INVISIBLE one would become visible."
        for new in found:
            yield from ("", *_confidence(new), *_mysql(new, origin))
        return
    style = _STYLES.get(dialect)
    if style is None:
        yield sql_text.remark(
            f"Comments are not supported for {_product(snapshot)}; the descriptions follow as text."
        )
        for new in found:
            yield from ("", *_confidence(new), sql_text.remark(f"{_label(new)}: {new.text.text}"))
        return
    if dialect == "oracle":
        yield "-- In SQL*Plus run SET DEFINE OFF first, or an ampersand asks for a value."
    for new in found:
        yield from ("", *_confidence(new), _comment_on(new, style))


def _comment_on(new: _New, style: Style) -> str:
    target = _table(new.table, style)
    text = sql_text.literal(new.text.text, style)
    if new.column:
        return f"COMMENT ON COLUMN {target}.{sql_text.name(new.column.name, style)} IS {text};"
    kind = _kind(new.table) if style.comment_on_view else "TABLE"
    return f"COMMENT ON {kind} {target} IS {text};"


def _kind(table: Table) -> str:
    if table.kind != "view":
        return "TABLE"
    return "MATERIALIZED VIEW" if table.materialized else "VIEW"


def _mysql(new: _New, origin: mysql_columns.Source) -> Iterator[str]:
    if new.table.kind == "view":
        yield sql_text.remark(f"{_label(new)}: {new.text.text} (views take no comments)")
        return
    target = _table(new.table, _MYSQL)
    if new.column is None:
        text = sql_text.literal(new.text.text, replace(_MYSQL, limit=_MYSQL_TABLE_LIMIT))
        yield f"ALTER TABLE {target} COMMENT = {text};"
        return
    definition = mysql_columns.definition(new.table, new.column, source=origin)
    if isinstance(definition, mysql_columns.Unknown):
        yield sql_text.remark(f"{_label(new)}: {new.text.text}")
        yield sql_text.remark(f"No statement: {definition.reason}, and MODIFY would lose it.")
        return
    text = sql_text.literal(new.text.text, replace(_MYSQL, limit=_MYSQL_COLUMN_LIMIT))
    column = sql_text.name(new.column.name, _MYSQL)
    yield f"ALTER TABLE {target} MODIFY COLUMN {column} {definition} COMMENT {text};"


def _confidence(new: _New) -> Iterator[str]:
    if new.text.confidence == "low":
        yield "-- low confidence: check before use"


def _table(table: Table, style: Style) -> str:
    parts = (table.schema, table.name) if table.schema else (table.name,)
    return ".".join(sql_text.name(part, style) for part in parts)


def _label(new: _New) -> str:
    return f"{new.table.id}.{new.column.name}" if new.column else new.table.id

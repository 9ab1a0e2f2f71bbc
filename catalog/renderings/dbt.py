"""The tables as dbt sources, one per schema, with tests for what the database declares."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from catalog import dialects
from catalog.context import Context
from catalog.model import Column, ForeignKey, Snapshot, Table
from catalog.renderings import lines, written

_PLAIN: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_JINJA: Final = re.compile(r"\{(?=[{%#])")
# JSON may hold these as they are, YAML may not.
_NOT_IN_YAML: Final = re.compile(r"[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")


def render(snapshot: Snapshot, context: Context) -> str:
    """Return a properties file in YAML; what dbt would run as Jinja is broken up."""
    texts = written.Texts(context)
    sources = _sources(snapshot)
    names = {each.id: name for tables in sources.values() for each, name in _named(tables)}
    rows = ["version: 2", "", "sources:" if sources else "sources: []"]
    for (name, schema), tables in sources.items():
        rows.append(f"  - name: {_string(name)}")
        rows.append(f"    schema: {_string(schema)}")
        if context.summary.strip():
            rows.append(f"    description: {_text(context.summary)}")
        rows.append("    tables:")
        for table in tables:
            rows.extend(_table(table, snapshot, texts, names))
    return "\n".join(rows) + "\n"


def _sources(snapshot: Snapshot) -> Mapping[tuple[str, str], list[Table]]:
    found: dict[tuple[str, str], list[Table]] = {}
    for table in snapshot.tables:
        schema = table.schema or _default_schema(snapshot)
        found.setdefault((_source(snapshot, table), schema), []).append(table)
    return found


def _source(snapshot: Snapshot, table: Table) -> str:
    """Return a source's name: the database's, and the schema's where it is not the default."""
    parts = (snapshot.database, table.schema) if table.schema else (snapshot.database,)
    return "_".join(_word(part) for part in parts)


def _default_schema(snapshot: Snapshot) -> str:
    dialect = dialects.to_sqlglot(snapshot.dialect)
    return (dialects.default_schema(dialect) if dialect else None) or snapshot.database


def _named(tables: Iterable[Table]) -> Iterator[tuple[Table, str]]:
    """Yield each table of a source with its name in dbt, which takes plain words in tests only."""
    tables = tuple(tables)
    taken = {table.name for table in tables if _PLAIN.fullmatch(table.name)}
    for table in tables:
        if _PLAIN.fullmatch(table.name):
            yield table, table.name
            continue
        word = name = _word(table.name)
        number = 1
        while name in taken:
            number += 1
            name = f"{word}_{number}"
        taken.add(name)
        yield table, name


def _table(
    table: Table, snapshot: Snapshot, texts: written.Texts, names: Mapping[str, str]
) -> Iterator[str]:
    yield f"      - name: {_string(names[table.id])}"
    if names[table.id] != table.name:
        yield f"        identifier: {_string(table.name)}"
    description = texts.table(table.id)
    if description:
        yield f"        description: {_text(description.text)}"
    if _needs_quoting(table.name, snapshot):
        yield "        quoting:"
        yield "          identifier: true"
    yield from _columns(table, snapshot, texts, names)


def _columns(
    table: Table, snapshot: Snapshot, texts: written.Texts, names: Mapping[str, str]
) -> Iterator[str]:
    if table.columns:
        yield "        columns:"
    for column in table.columns:
        yield f"          - name: {_string(column.name)}"
        about = texts.column(table.id, column.name)
        if about:
            yield f"            description: {_text(about.text)}"
        if column.type:
            yield f"            data_type: {_string(column.type)}"
        if _needs_quoting(column.name, snapshot):
            yield "            quote: true"
        yield from _tests(table, column, snapshot, names)


def _tests(
    table: Table, column: Column, snapshot: Snapshot, names: Mapping[str, str]
) -> Iterator[str]:
    found: list[str] = []
    if not column.nullable or column.name in table.primary_key:
        found.append("              - not_null")
    alone = (column.name,)
    if alone == table.primary_key or any(alone == key.columns for key in table.unique_keys):
        found.append("              - unique")
    for key in table.foreign_keys:
        if key.columns == alone and len(key.target_columns) == 1:
            found.extend(_relationship(key, snapshot, names))
    if found:
        yield "            data_tests:"
        yield from found


def _relationship(key: ForeignKey, snapshot: Snapshot, names: Mapping[str, str]) -> Iterable[str]:
    target = snapshot.find(key.target)
    # dbt evaluates `to` as an expression and puts `field` into SQL as it is: anything but a plain
    # word could say anything there.
    if target is None or not _PLAIN.fullmatch(key.target_columns[0]):
        return ()
    to = f"source('{_source(snapshot, target)}', '{names[target.id]}')"
    return (
        "              - relationships:",
        "                  arguments:",
        f"                    to: {_string(to)}",
        f"                    field: {_string(key.target_columns[0])}",
    )


def _needs_quoting(name: str, snapshot: Snapshot) -> bool:
    """Whether the name means something else, or nothing, without quotation marks."""
    if not _PLAIN.fullmatch(name):
        return True
    dialect = dialects.to_sqlglot(snapshot.dialect) or snapshot.dialect
    return dialects.fold(name, dialect, quoted=False) != name


def _word(name: str) -> str:
    word = re.sub(r"[^A-Za-z0-9_]+", "_", name).strip("_").lower() or "database"
    return f"_{word}" if word[0].isdigit() else word


def _text(text: str) -> str:
    return _string("\n\n".join(lines.paragraphs(text)))


def _string(text: str) -> str:
    """Return a double-quoted YAML string that dbt's Jinja leaves as it is."""
    broken = _JINJA.sub("{ ", text)
    quoted = json.dumps(broken, ensure_ascii=False)
    return _NOT_IN_YAML.sub(lambda match: f"\\u{ord(match[0]):04x}", quoted)

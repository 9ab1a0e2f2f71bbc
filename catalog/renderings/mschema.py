"""The schema in M-Schema form: compact text that tells a language model what it may query.

The form has no quotation; what would read as one of its parts is written as a JSON string here.
"""

import json
import re
from collections.abc import Iterator
from typing import Final

from catalog.context import Context, Text
from catalog.model import Column, Snapshot, Table
from catalog.renderings import joins, lines, written

_EXAMPLES: Final = 8
_TABLE_CHARACTERS: Final = 400
_COLUMN_CHARACTERS: Final = 200
_VALUE_CHARACTERS: Final = 40
# The form's own brackets: a description that held one would look like the form's next part.
_OWN: Final = str.maketrans({"【": "[", "】": "]"})
_PLAIN_NAME: Final = re.compile(r"(?!.* AND )[^\s:()\[\],=.\"#]+( [^\s:()\[\],=.\"#]+)*")
_PLAIN_VALUE: Final = re.compile(r"[^\[\],\"]+")
#: How the parts after a column's description begin.
_PART: Final = re.compile(r"Primary Key|Examples: \[")
_PARTS: Final = re.compile(rf", (?={_PART.pattern})")


def render(snapshot: Snapshot, context: Context) -> str:
    """Return the schema: per table its columns, then the joins, implied ones marked."""
    texts = written.Texts(context)
    rows = [f"【DB_ID】 {_plain(snapshot.database, _COLUMN_CHARACTERS)}", "【Schema】"]
    for table in snapshot.tables:
        rows.extend(_table(table, texts))
    rows.append("【Foreign keys】")
    for join in joins.of(snapshot):
        pairs = zip(join.columns, join.target_columns, strict=False)
        condition = " AND ".join(
            f"{_table_name(join.table)}.{_name(column)}={_table_name(join.target)}.{_name(target)}"
            for column, target in pairs
        )
        if condition:
            rows.append(condition + ("" if join.declared else " (implied)"))
    return "\n".join(rows) + "\n"


def _table(table: Table, texts: written.Texts) -> Iterator[str]:
    about = _text(texts.table(table.id), _TABLE_CHARACTERS)
    kind = "View" if table.kind == "view" else "Table"
    yield f"# {kind}: {_table_name(table)}{about}"
    yield "["
    yield ",\n".join(_column(table, column, texts) for column in table.columns)
    yield "]"


def _column(table: Table, column: Column, texts: written.Texts) -> str:
    about = _text(texts.column(table.id, column.name), _COLUMN_CHARACTERS)
    key = ", Primary Key" if column.name in table.primary_key else ""
    values = [_value(value) for value in texts.values(table.id, column)[:_EXAMPLES]]
    examples = f", Examples: [{', '.join(values)}]" if values else ""
    # No space after a comma: that is how the next part begins.
    declared = _plain(column.type, _VALUE_CHARACTERS).replace(", ", ",")
    return f"({_name(column.name)}:{declared}{about}{key}{examples})"


def _text(text: Text | None, limit: int) -> str:
    if text is None:
        return ""
    line = _PARTS.sub("; ", _plain(text.text, limit))
    return f", {_quoted(line) if _PART.match(line) else line}"


def _table_name(table: Table) -> str:
    parts = (table.schema, table.name) if table.schema else (table.name,)
    return ".".join(map(_name, parts))


def _name(name: str) -> str:
    line = lines.single(name).translate(_OWN)
    return line if _PLAIN_NAME.fullmatch(line) else _quoted(line)


def _value(value: str) -> str:
    line = _plain(value, _VALUE_CHARACTERS)
    return line if _PLAIN_VALUE.fullmatch(line) else _quoted(line)


def _quoted(line: str) -> str:
    return json.dumps(line, ensure_ascii=False)


def _plain(text: str, limit: int) -> str:
    return lines.shortened(text, limit).translate(_OWN)

"""The schema in M-Schema form: compact text that tells a language model what it may query."""

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
            f"{_name(join.table.id)}.{_name(column)}={_name(join.target.id)}.{_name(target)}"
            for column, target in pairs
        )
        if condition:
            rows.append(condition + ("" if join.declared else " (implied)"))
    return "\n".join(rows) + "\n"


def _table(table: Table, texts: written.Texts) -> Iterator[str]:
    about = _text(texts.table(table.id), _TABLE_CHARACTERS)
    kind = "View" if table.kind == "view" else "Table"
    yield f"# {kind}: {_name(table.id)}{about}"
    yield "["
    yield ",\n".join(_column(table, column, texts) for column in table.columns)
    yield "]"


def _column(table: Table, column: Column, texts: written.Texts) -> str:
    about = _text(texts.column(table.id, column.name), _COLUMN_CHARACTERS)
    key = ", Primary Key" if column.name in table.primary_key else ""
    values = [
        _plain(value, _VALUE_CHARACTERS) for value in texts.values(table.id, column)[:_EXAMPLES]
    ]
    examples = f", Examples: [{', '.join(values)}]" if values else ""
    return f"({_name(column.name)}:{_plain(column.type, _VALUE_CHARACTERS)}{about}{key}{examples})"


def _text(text: Text | None, limit: int) -> str:
    return f", {_plain(text.text, limit)}" if text else ""


def _name(name: str) -> str:
    return lines.single(name).translate(_OWN)


def _plain(text: str, limit: int) -> str:
    return lines.shortened(text, limit).translate(_OWN)

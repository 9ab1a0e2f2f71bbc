"""The blocks of a prompt: a table with as many of its columns as there is room for."""

import re
from collections.abc import Iterable, Sequence
from functools import cached_property, lru_cache
from typing import Final

from sqlglot import exp
from sqlglot.dialects.dialect import Dialect

from catalog import dialects
from catalog.model import Column, Table
from catalog.renderings import lines, tokens
from catalog.renderings.joins import Join
from catalog.renderings.written import Texts

_VALUES: Final = 8
_VALUE_CHARACTERS: Final = 30
_TYPE_CHARACTERS: Final = 40
_TABLE_CHARACTERS: Final = 160
_COLUMN_CHARACTERS: Final = 90
_PLAIN: Final = re.compile(r"[a-z_][a-z0-9_]*")


class Block:
    """A table: its columns in the order in which they are given up, the last one first."""

    def __init__(
        self, table: Table, names: Sequence[str], *, texts: Texts, dialect: str, shown: int
    ) -> None:
        """`names` are those of all columns, the most needed first."""
        self.table = table
        self._names = [name for name in names if writable(name)]
        self._texts = texts
        self._dialect = dialect
        self.shown = min(shown, len(self._names))

    @property
    def hidden(self) -> int:
        """How many columns are not shown."""
        return len(self.table.columns) - self.shown

    def lines(self) -> list[str]:
        """Return the table's lines with the columns that are shown, in the table's order."""
        chosen = set(self._names[: self.shown])
        rows = [self._head]
        rows += [
            self._columns[column.name] for column in self.table.columns if column.name in chosen
        ]
        if self.hidden:
            rows.append(f"  -- {self.hidden} more columns are left out")
        return rows

    def tokens(self) -> int:
        """Return what the lines cost."""
        return cost(self.lines())

    def widen(self, room: int, *, most: int) -> int:
        """Show more columns, `most` in all, as long as they fit the room; return what is left."""
        before = self.tokens()
        while self.shown < min(most, len(self._names)):
            self.shown += 1
            if self.tokens() - before > room:
                self.shown -= 1
                break
        return room - (self.tokens() - before)

    @cached_property
    def _head(self) -> str:
        kind = "VIEW" if self.table.kind == "view" else "TABLE"
        text = self._texts.table(self.table.id)
        about = f" -- {lines.shortened(text.text, _TABLE_CHARACTERS)}" if text else ""
        return f"{kind} {table_name(self.table, self._dialect)}{about}"

    @cached_property
    def _columns(self) -> dict[str, str]:
        return {column.name: self._column(column) for column in self.table.columns}

    def _column(self, column: Column) -> str:
        declared = lines.shortened(column.type, _TYPE_CHARACTERS)
        parts = [f"  {name(column.name, self._dialect)} {declared}".rstrip()]
        if column.name in self.table.primary_key:
            parts.append("primary key")
        known = self._texts.values(self.table.id, column)
        if known:
            values = (lines.shortened(each, _VALUE_CHARACTERS) for each in known[:_VALUES])
            more = ", ..." if len(known) > _VALUES else ""
            parts.append(f"{'one of' if column.enum else 'seen'}: {', '.join(values)}{more}")
        text = self._texts.column(self.table.id, column.name)
        # What was derived from name and keys alone stands there already.
        told = text if text and text.source != "template" else None
        about = f" -- {lines.shortened(told.text, _COLUMN_CHARACTERS)}" if told else ""
        return ", ".join(parts) + about


def cost(rows: Iterable[str]) -> int:
    """Return the tokens of these lines, their ends included."""
    return sum(tokens.at_most(row) + 1 for row in rows)


def join_line(join: Join, dialect: str) -> str:
    """Return how two tables join, as a condition."""
    table, target = table_name(join.table, dialect), table_name(join.target, dialect)
    pairs = zip(join.columns, join.target_columns, strict=True)
    condition = " AND ".join(
        f"{table}.{name(own, dialect)} = {target}.{name(theirs, dialect)}" for own, theirs in pairs
    )
    return f"JOIN {condition}{'' if join.declared else ' -- not declared, but implied by names'}"


def table_name(table: Table, dialect: str) -> str:
    """Return the table's name as the dialect's SQL needs it."""
    parts = (table.schema, table.name) if table.schema else (table.name,)
    return ".".join(name(part, dialect) for part in parts)


@lru_cache(maxsize=65536)
def name(identifier: str, dialect: str) -> str:
    """Return a name as the dialect's SQL needs it: quoted, unless it is plain and no keyword."""
    rules = dialects.to_sqlglot(dialect) or ""
    keywords = Dialect.get_or_raise(rules).tokenizer_class.KEYWORDS
    bare = _PLAIN.fullmatch(identifier) and identifier.upper() not in keywords
    return exp.to_identifier(identifier, quoted=not bare).sql(dialect=rules)


def writable(identifier: str) -> bool:
    """Tell whether a name fits on one line as it is."""
    return bool(identifier) and lines.single(identifier) == identifier

"""Writes small pieces of SQL in a dialect: names, months, limits, time spans."""

import re
from dataclasses import dataclass, field

from catalog import dialects, words
from catalog.model import Column, Snapshot, Table
from worker.pipeline import wording

_RESERVED = wording.vocabulary(
    "abs add all alter analyse analyze and any array as asc asymmetric authorization backup "
    "begin between binary both by call cascade case cast change character check cluster collate "
    "column comment commit condition connect constraint convert create cross cube current "
    "current_date current_role current_time current_timestamp current_user cursor database "
    "databases date day declare default deferrable delete desc describe distinct div do drop "
    "dual each else end escape except exists explain false fetch file filter float for force "
    "foreign freeze from full function generated glob go grant group grouping groups having if "
    "ignore ilike in index initially inner insert int integer intersect interval into is isnull "
    "join key keys kill lag last_value lateral lead leading left level like limit lines load "
    "lock log logs long loop match maxvalue merge mod mode natural no not notnull ntile null "
    "number numeric of offset on only open option or order outer over overlaps partition plan "
    "pragma precision primary procedure public purge range rank read references regexp rename "
    "repeat replace restrict return returning right rlike role row row_number rows schema "
    "schemas select session session_user set show similar size some sql start symmetric table "
    "tables then time timestamp to top trailing trigger true truncate union unique unlock "
    "unsigned update usage use user using values varchar view when where while window with "
    "write year month zone"
)
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_LOWER_ONLY = frozenset({"postgres", "redshift", "materialize", "risingwave"})
_UPPER_ONLY = frozenset({"oracle", "snowflake"})
_BACKTICKS = wording.vocabulary(
    "mysql bigquery hive spark spark2 databricks doris starrocks clickhouse"
)
_BRACKETS = frozenset({"tsql", "fabric"})
_MONTHS = {
    "sqlite": "strftime('%Y-%m', {0})",
    "postgres": "to_char({0}, 'YYYY-MM')",
    "redshift": "to_char({0}, 'YYYY-MM')",
    "oracle": "to_char({0}, 'YYYY-MM')",
    "snowflake": "to_char({0}, 'YYYY-MM')",
    "mysql": "date_format({0}, '%Y-%m')",
    "duckdb": "strftime({0}, '%Y-%m')",
    "tsql": "format({0}, 'yyyy-MM')",
    "fabric": "format({0}, 'yyyy-MM')",
}
_DAYS = {
    "sqlite": "julianday({1}) - julianday({0})",
    "postgres": "extract(epoch FROM CAST({1} AS timestamp) - CAST({0} AS timestamp)) / 86400",
    "mysql": "timestampdiff(SECOND, {0}, {1}) / 86400.0",
}
_BARE = frozenset({"sqlite", "mysql"})  # both take the names of functions and types as columns


@dataclass(frozen=True, kw_only=True)
class Pen:
    """Writes SQL for one snapshot's dialect."""

    dialect: str  # sqlglot's name of it

    @classmethod
    def of(cls, snapshot: Snapshot) -> "Pen":
        """Return the pen for the snapshot's dialect."""
        return cls(dialect=dialects.to_sqlglot(snapshot.dialect) or snapshot.dialect)

    def quote(self, name: str) -> str:
        """Return the name, quoted where the dialect would read it otherwise."""
        folded = (name != name.lower() and self.dialect in _LOWER_ONLY) or (
            name != name.upper() and self.dialect in _UPPER_ONLY
        )
        if _PLAIN.fullmatch(name) and not folded and name.lower() not in _RESERVED:
            return name
        if self.dialect in _BACKTICKS:
            return f"`{name.replace('`', '``')}`"
        if self.dialect in _BRACKETS:
            return f"[{name.replace(']', ']]')}]"
        escaped = name.replace('"', '""')
        return f'"{escaped}"'

    def table(self, table: Table) -> str:
        """Return the table's name with its schema where that is not the default one."""
        return ".".join(self.quote(part) for part in (table.schema, table.name) if part)

    def month(self, expression: str) -> str:
        """Return the month of a date or time, as text such as 2026-11 where the dialect can."""
        known = _MONTHS.get(self.dialect)
        if known:
            return known.format(expression)
        return f"extract(YEAR FROM {expression}) * 100 + extract(MONTH FROM {expression})"

    def days(self, first: str, second: str) -> str | None:
        """Return the days from the first moment to the second; None where no way is known."""
        known = _DAYS.get(self.dialect)
        return known.format(first, second) if known else None

    def live(self, column: Column, expression: str) -> str | None:
        """Return the condition that a soft delete leaves true for rows in use, if one is known."""
        kind = column.type.lower()
        if "date" in kind or "time" in kind:
            return f"{expression} IS NULL"
        if "bool" in kind and self.dialect not in _BARE:
            return f"{expression} = FALSE"
        if "bool" in kind or kind.startswith(("tinyint", "bit", "int", "smallint")):
            return f"{expression} = 0"
        return None


@dataclass(kw_only=True)
class Query:
    """A SELECT under construction."""

    pen: Pen
    select: list[str] = field(default_factory=list)
    sources: list[str] = field(default_factory=list)
    where: list[str] = field(default_factory=list)
    group: list[str] = field(default_factory=list)
    order: list[str] = field(default_factory=list)
    limit: int | None = None
    aliases: set[str] = field(default_factory=set)

    def start(self, table: Table) -> str:
        """Begin with a table and return its alias."""
        alias = self._alias(table)
        self.sources.append(f"FROM {self.pen.table(table)} AS {alias}")
        return alias

    def join(self, table: Table, condition: str, *, kind: str = "JOIN") -> str:
        """Join a table on a condition in which {0} stands for its alias, and return that."""
        alias = self._alias(table)
        on = condition.replace("{0}", alias)
        self.sources.append(f"{kind} {self.pen.table(table)} AS {alias} ON {on}")
        return alias

    def text(self) -> str:
        """Return the query over several lines."""
        top = f"TOP {self.limit} " if self.limit and self.pen.dialect in _BRACKETS else ""
        lines = [f"SELECT {top}{', '.join(self.select)}", *self.sources]
        if self.where:
            lines.append(f"WHERE {' AND '.join(self.where)}")
        if self.group:
            lines.append(f"GROUP BY {', '.join(self.group)}")
        if self.order:
            lines.append(f"ORDER BY {', '.join(self.order)}")
        if self.limit and not top:
            fetch = self.pen.dialect == "oracle"
            lines.append(f"FETCH FIRST {self.limit} ROWS ONLY" if fetch else f"LIMIT {self.limit}")
        text = "\n".join(lines)
        # Oracle knows no AS before a table's alias.
        return text.replace(" AS ", " ") if self.pen.dialect == "oracle" else text

    def _alias(self, table: Table) -> str:
        initials = "".join(piece[0] for piece in words.split(table.name)[:4] if piece.isalpha())
        alias, number = initials or "t", 2
        while alias in _RESERVED or alias in self.aliases:
            alias, number = f"{initials or 't'}{number}", number + 1
        self.aliases.add(alias)
        return alias

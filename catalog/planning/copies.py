"""Planning a query on an empty copy of the schema, where there is no database to ask."""

import sqlite3
from collections.abc import Callable, Iterable
from contextlib import closing
from typing import Final

from catalog import dialects, sqlcheck
from catalog.model import Snapshot, Table
from catalog.planning import grouping, plain
from catalog.planning.verdicts import Verdict
from catalog.sqlcheck import Resolved

#: Of the source's own dialect, all of a query is tried; of others, what SQLite knows as well.
SAME: Final = "planned by SQLite on an empty copy of the schema"
OTHER: Final = (
    "planned on an empty copy of the schema (names, grouping and structure; not the functions and"
    " types of {dialect})"
)


def plan(sql: str, snapshot: Snapshot) -> Verdict:
    """Return whether SQLite plans the query over empty tables of the snapshot."""
    dialect = dialects.to_sqlglot(snapshot.dialect) or ""
    resolved = sqlcheck.resolve(sql, snapshot)
    same = dialect == "sqlite" and all(not table.schema for table in resolved.tables.values())
    how = SAME if same else OTHER.format(dialect=snapshot.dialect)
    problem = next(iter(resolved.problems), None) or grouping.problem(resolved, dialect)
    if problem is None:
        problem = _own(sql, resolved) if same else _translated(resolved)
    return Verdict(how=how, problem=problem)


def _own(sql: str, resolved: Resolved) -> str | None:
    return _planned(sql, resolved.tables.values(), lambda table: table.name)


def _translated(resolved: Resolved) -> str | None:
    if resolved.query is None:
        return "It cannot be resolved."
    if plain.reads_functions(resolved.query):
        return "It reads from a function, which an empty copy of the schema cannot try."
    sql = plain.text(resolved.query, resolved.tables)
    return _planned(sql, resolved.tables.values(), lambda table: table.id)


def _planned(sql: str, tables: Iterable[Table], called: Callable[[Table], str]) -> str | None:
    with closing(sqlite3.connect(":memory:")) as copy:
        copy.create_function(plain.COMPUTED, -1, _nothing)
        # typeshed lets a class only stand for an aggregate whose methods it can name
        copy.create_window_function(plain.AGGREGATED, -1, _Nothing)
        try:
            for table in tables:
                copy.execute(_creation(called(table), table))
            copy.execute(f"EXPLAIN QUERY PLAN {sql}")
        except sqlite3.Error as error:
            return f"An empty copy of the schema refuses it: {error}"
    return None


def _creation(name: str, table: Table) -> str:
    columns = ", ".join(_quoted(column.name) for column in table.columns)
    return f"CREATE TABLE {_quoted(name)} ({columns})"


def _quoted(name: str) -> str:
    escaped = name.replace('"', '""').replace("\x00", "")
    return f'"{escaped}"'


def _nothing(*_arguments: object) -> None:
    """Stand for a function: planning calls none."""


class _Nothing:
    """Stands for an aggregate: planning calls none."""

    def step(self, *_arguments: object) -> None: ...

    def inverse(self, *_arguments: object) -> None: ...

    def value(self) -> None: ...

    def finalize(self) -> None: ...

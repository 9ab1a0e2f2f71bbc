"""Whether a query is one read-only statement whose tables and columns exist."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import sqlglot
from sqlglot import exp
from sqlglot.errors import OptimizeError, SqlglotError
from sqlglot.optimizer import scope as scopes
from sqlglot.optimizer.normalize_identifiers import normalize_identifiers
from sqlglot.optimizer.qualify import qualify
from sqlglot.schema import MappingSchema

from catalog import dialects, sqlfunctions
from catalog.model import Snapshot, Table

#: What changes something or locks it, wherever in the statement it stands.
_WRITES = (
    exp.Insert, exp.Update, exp.Delete, exp.Merge, exp.Create, exp.Drop, exp.Alter,
    exp.TruncateTable, exp.Into, exp.Lock, exp.Command,
)  # fmt: skip
_DEFAULT = "default_schema_of_the_database"


@dataclass(frozen=True, kw_only=True)
class Resolved:
    """A query and what its names mean; `query` is there only without problems.

    All its columns name their table's alias, and its tables their schema and name as in `tables`.
    """

    problems: tuple[str, ...] = ()
    query: exp.Query | None = None
    tables: Mapping[tuple[str, str], Table] = field(default_factory=dict)


def check(sql: str, snapshot: Snapshot) -> tuple[str, ...]:
    """Return what is wrong with the query, as sentences; nothing when all is well.

    It has to parse in the snapshot's dialect as a single query without any write that calls only
    functions which compute, and every table and column that it names, through aliases, subqueries
    and CTEs, has to exist.
    """
    return resolve(sql, snapshot).problems


def resolve(sql: str, snapshot: Snapshot) -> Resolved:
    """Return the query with its names looked up, or what is wrong with it."""
    dialect = dialects.to_sqlglot(snapshot.dialect) or ""
    try:
        statements = [found for found in sqlglot.parse(sql, dialect=dialect) if found is not None]
    except SqlglotError as error:
        return _wrong(f"It does not parse: {_first_line(error)}")
    if len(statements) != 1:
        return _wrong("It has to be exactly one statement.")
    query = statements[0]
    if not isinstance(query, exp.Query) or query.find(*_WRITES):
        return _wrong("It has to be a query that only reads.")
    if any(node.comments for node in query.walk()):
        # MySQL runs what stands in some comments.
        return _wrong("It has to be written without comments.")
    if calls := tuple(dict.fromkeys(sqlfunctions.unknown(query))):
        return _wrong(f"It calls what is not known to compute only: {', '.join(calls[:5])}.")
    return _names(query, snapshot, dialect)


def _wrong(*problems: str) -> Resolved:
    return Resolved(problems=problems)


def _names(query: exp.Query, snapshot: Snapshot, dialect: str) -> Resolved:
    # Column names of these are case-insensitive, whatever sqlglot takes for the whole dialect.
    rules = f"{dialect}, normalization_strategy=case_insensitive" if dialect == "mysql" else dialect
    query = normalize_identifiers(query, dialect=rules)
    known = _known(query, snapshot, rules)
    used: dict[tuple[str, str], Table] = {}
    problems = []
    for name in _tables(query):
        found = _find(name, known, dialect)
        if found is None:
            problems.append(f"There is no table {name.sql(dialect=dialect)}.")
            continue
        key = _key(found, rules)
        name.set("db", exp.to_identifier(key[0], quoted=True))
        used[key] = found
    if problems:
        return _wrong(*dict.fromkeys(problems))
    return _columns(query, used, rules)


def _known(query: exp.Query, snapshot: Snapshot, rules: str) -> dict[tuple[str, str], Table]:
    """Return the tables that the query may mean; normalizing the names of all is slow."""
    names = dict.fromkeys(name.name for name in query.find_all(exp.Table))
    return {_key(table, rules): table for name in names for table in snapshot.named(name)}


def _tables(query: exp.Query) -> Iterator[exp.Table]:
    """Yield the tables that are no CTE of the query."""
    for scope in scopes.traverse_scope(query):
        for source in scope.sources.values():
            if isinstance(source, exp.Table) and isinstance(source.this, exp.Identifier):
                yield source


def _find(name: exp.Table, known: dict[tuple[str, str], Table], dialect: str) -> Table | None:
    schema = name.db
    if schema.lower() == dialects.default_schema(dialect):
        schema = ""
    return known.get((schema or _DEFAULT, name.name)) or known.get((schema, name.name))


def _columns(query: exp.Query, used: dict[tuple[str, str], Table], rules: str) -> Resolved:
    schema = MappingSchema(dialect=rules, normalize=False)
    for (schema_name, table_name), table in used.items():
        schema.add_table(
            exp.table_(table_name, db=schema_name, quoted=True),
            {_normal(column.name, rules): "text" for column in table.columns},
            normalize=False,
            match_depth=False,
        )
    try:
        qualified = qualify(
            query,
            schema=schema,
            dialect=rules,
            expand_stars=False,
            quote_identifiers=False,
        )
    except OptimizeError as error:
        return _wrong(f"A column does not exist or is ambiguous: {_first_line(error)}")
    except SqlglotError as error:
        return _wrong(f"It cannot be resolved: {_first_line(error)}")
    return Resolved(query=qualified, tables=used)


def _key(table: Table, rules: str) -> tuple[str, str]:
    return (_normal(table.schema, rules) if table.schema else _DEFAULT, _normal(table.name, rules))


def _normal(name: str, rules: str) -> str:
    identifier = normalize_identifiers(exp.to_identifier(name, quoted=True), dialect=rules)
    return str(identifier.name)


def _first_line(error: Exception) -> str:
    return str(error).split("\n", 1)[0]

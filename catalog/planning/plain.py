"""A query with everything taken out that SQLite does not know; structure and names stay."""

from collections.abc import Iterator, Mapping
from typing import Final

from sqlglot import exp
from sqlglot.errors import ErrorLevel

from catalog import sqlfunctions
from catalog.model import Table

#: What stands for all functions that compute, and for those that make one value of many rows.
COMPUTED: Final = "computed"
AGGREGATED: Final = "aggregated"
_KEPT: Final = (exp.Case, exp.If, exp.And, exp.Or, exp.Exists)
_AROUND: Final = (exp.WithinGroup, exp.IgnoreNulls, exp.RespectNulls)
_PASSED: Final = (exp.Distinct, exp.Order, exp.Ordered, exp.Bracket, exp.JSONKeyValue)


def text(query: exp.Query, tables: Mapping[tuple[str, str], Table]) -> str:
    """Return a resolved query as SQLite's SQL over the tables under their ids."""
    copied = query.copy()
    for source in list(copied.find_all(exp.Table)):
        table = tables.get((source.db, source.name))
        if table is not None:
            source.set("this", exp.to_identifier(table.id, quoted=True))
            source.set("db", None)
            source.set("catalog", None)
    plainer = copied.transform(_plain)
    return plainer.sql(dialect="sqlite", identify=True, unsupported_level=ErrorLevel.IGNORE)


def reads_functions(query: exp.Query) -> bool:
    """Tell whether a function stands where a table would, of which SQLite knows none."""
    if query.find(exp.Lateral, exp.Unnest):
        return True
    return any(not isinstance(source.this, exp.Identifier) for source in query.find_all(exp.Table))


def _plain(node: exp.Expr) -> exp.Expr:
    if isinstance(node, exp.Interval):
        return exp.Literal.string("interval")
    if isinstance(node, exp.AtTimeZone | exp.Collate):
        inner: exp.Expr = node.this.transform(_plain)
        return inner
    if isinstance(node, _AROUND):
        return _call(node, aggregated=True)
    if isinstance(node, exp.Func) and not isinstance(node, _KEPT):
        windowed = isinstance(node.parent, exp.Window) and node.arg_key == "this"
        return _call(node, aggregated=windowed or sqlfunctions.aggregates(node))
    return node


def _call(node: exp.Expr, *, aggregated: bool) -> exp.Expr:
    arguments = list(_arguments(node))
    if any(isinstance(child, exp.Distinct) for child in node.iter_expressions()):
        # SQLite takes one argument beside DISTINCT; the others are named, too.
        one = exp.Anonymous(this=COMPUTED, expressions=arguments)
        arguments = [exp.Distinct(expressions=[one])]
    return exp.Anonymous(this=AGGREGATED if aggregated else COMPUTED, expressions=arguments)


def _arguments(node: exp.Expr) -> Iterator[exp.Expr]:
    """Yield what the call computes with, none of the words of its own grammar."""
    for child in node.iter_expressions():
        if isinstance(child, exp.DataType | exp.Identifier | exp.Var | exp.Star):
            continue
        inside = isinstance(node, _AROUND) and child is node.this
        if inside or isinstance(child, _PASSED) or not isinstance(child, exp.Condition | exp.Query):
            yield from _arguments(child)
        else:
            # What takes the place of a part is not looked into any more.
            yield child.copy().transform(_plain)

"""Whether a query shows values that are not one per group, which most databases refuse."""

from collections.abc import Iterator, Mapping
from typing import Final

from sqlglot import exp

from catalog import sqlfunctions
from catalog.model import Table
from catalog.sqlcheck import Resolved

#: These take any value of the group.
_LENIENT: Final = frozenset({"sqlite", "mysql"})
#: These know that a table's key decides its other columns.
_KEYS_DECIDE: Final = frozenset({"postgres", "mysql"})
_AROUND: Final = (exp.Filter, exp.WithinGroup, exp.IgnoreNulls, exp.RespectNulls)


def problem(resolved: Resolved, dialect: str) -> str | None:
    """Return the first column that is neither grouped nor aggregated, as a sentence, or None."""
    if resolved.query is None or dialect in _LENIENT:
        return None
    for select in resolved.query.find_all(exp.Select):
        column = _loose(select, resolved.tables, keys_decide=dialect in _KEYS_DECIDE)
        if column is not None:
            return f"{column.sql()} has to be in GROUP BY or inside an aggregate function."
    return None


def _loose(
    select: exp.Select, tables: Mapping[tuple[str, str], Table], *, keys_decide: bool
) -> exp.Column | None:
    group = select.args.get("group")
    if group is not None and _varies(group):
        return None  # ROLLUP and its like group in several ways at once
    shown = [*select.expressions, *_parts(select)]
    if group is None and not any(_aggregated(node) for part in shown for node in _own(part)):
        return None
    grouped = list(group.expressions) if group is not None else []
    if keys_decide:
        grouped += _decided(select, tables, grouped)
    return next((found for part in shown for found in _ungrouped(part, grouped)), None)


def _varies(group: exp.Expr) -> bool:
    return any(value for key, value in group.args.items() if key != "expressions")


def _parts(select: exp.Select) -> Iterator[exp.Expr]:
    for name in ("having", "order"):
        part = select.args.get(name)
        if isinstance(part, exp.Expr):
            yield part


def _decided(
    select: exp.Select, tables: Mapping[tuple[str, str], Table], grouped: list[exp.Expr]
) -> list[exp.Expr]:
    """Return the columns of tables whose whole key is grouped."""
    names = {(node.table, node.name.lower()) for node in grouped if isinstance(node, exp.Column)}
    found: list[exp.Expr] = []
    for source in _sources(select):
        table = tables.get((source.db, source.name))
        if table is None or not table.primary_key:
            continue
        alias = source.alias_or_name
        if all((alias, name.lower()) in names for name in table.primary_key):
            found += [node for node in select.find_all(exp.Column) if node.table == alias]
    return found


def _sources(select: exp.Select) -> Iterator[exp.Table]:
    for part in (select.args.get("from_"), *(select.args.get("joins") or ())):
        if part is not None and isinstance(part.this, exp.Table):
            yield part.this


def _ungrouped(node: exp.Expr, grouped: list[exp.Expr]) -> Iterator[exp.Column]:
    if node in grouped or isinstance(node, exp.Query) or _aggregated(node):
        return
    if isinstance(node, exp.Column):
        # Without a table it is the name of something shown.
        if node.table:
            yield node
        return
    for child in node.iter_expressions():
        yield from _ungrouped(child, grouped)


def _own(node: exp.Expr) -> Iterator[exp.Expr]:
    """Yield the parts of an expression that belong to its own SELECT."""
    if isinstance(node, exp.Query):
        return
    yield node
    for child in node.iter_expressions():
        yield from _own(child)


def _aggregated(node: exp.Expr) -> bool:
    """Tell whether it makes one value per group; with OVER it makes one per row."""
    inner, outer = node, node
    while isinstance(inner, _AROUND):
        inner = inner.this
    while isinstance(outer.parent, _AROUND):
        outer = outer.parent
    windowed = isinstance(outer.parent, exp.Window) and outer.arg_key == "this"
    return sqlfunctions.aggregates(inner) and not windowed

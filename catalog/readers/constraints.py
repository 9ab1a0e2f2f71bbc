"""Columns and constraints of sqlglot's trees, added to a draft."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlglot import exp

from catalog.model import Check, Column, ForeignKey, Index, UniqueKey
from catalog.readers import enums
from catalog.readers.drafts import Draft, Drafts


@dataclass(frozen=True, kw_only=True)
class Target:
    """Where a constraint goes: the table, and the column it was written beside, if any."""

    drafts: Drafts
    draft: Draft
    column: str | None = None
    name: str | None = None
    types: Mapping[str, str] | None = None  # column name -> type as written


def add(node: object, target: Target) -> None:
    """Add a column or constraint to the target's draft; other nodes (options) change nothing."""
    for kind, handler in _HANDLERS.items():
        if isinstance(node, kind):
            handler(node, target)
            return


def names(nodes: Iterable[Any], drafts: Drafts) -> tuple[str, ...]:
    """Return the column names in a list of columns, ordered or prefixed ones included."""
    return tuple(_name(node, drafts) for node in nodes)


def _name(node: Any, drafts: Drafts) -> str:  # noqa: ANN401  # sqlglot's trees are loosely typed
    while isinstance(node, (exp.Ordered, exp.ColumnPrefix, exp.Column, exp.Paren, exp.Opclass)):
        node = node.this
    if isinstance(node, exp.Identifier):
        return drafts.name(node)
    return str(node.sql(dialect=drafts.dialect)) if isinstance(node, exp.Expression) else str(node)


def _column_def(node: exp.ColumnDef, target: Target) -> None:
    name = target.drafts.name(node.this)
    written = (target.types or {}).get(name)
    kind = node.args.get("kind")
    text = written if written is not None else _sql(kind, target.drafts)
    target.draft.columns[name] = Column(name=name, type=text, enum=enums.from_type(text))
    beside = Target(drafts=target.drafts, draft=target.draft, column=name)
    for constraint in node.args.get("constraints") or ():
        add(constraint, beside)


def _bare_column(node: exp.Identifier, target: Target) -> None:
    """SQLite lets a column be without a type."""
    name = target.drafts.name(node)
    target.draft.columns[name] = Column(name=name, type="")


def _column_constraint(node: exp.ColumnConstraint, target: Target) -> None:
    add(node.args.get("kind"), target)


def _constraint(node: exp.Constraint, target: Target) -> None:
    name = node.this.name if node.this else None
    inner = Target(drafts=target.drafts, draft=target.draft, column=target.column, name=name)
    listed = [part for part in node.expressions if isinstance(part, exp.ClusteredColumnConstraint)]
    if listed:  # SQL Server: PRIMARY KEY CLUSTERED (a, b)
        columns = names(_flat(listed[0].this), target.drafts)
        if any(isinstance(part, exp.PrimaryKeyColumnConstraint) for part in node.expressions):
            target.draft.primary_key = columns
        else:
            target.draft.unique_keys.append(UniqueKey(columns=columns, name=name))
        return
    for part in node.expressions:
        add(part, inner)


def _primary_key(node: exp.PrimaryKey, target: Target) -> None:
    target.draft.primary_key = names(node.expressions, target.drafts)


def _primary_key_column(_node: exp.Expression, target: Target) -> None:
    if target.column:
        target.draft.primary_key = (target.column,)


def _unique(node: exp.UniqueColumnConstraint, target: Target) -> None:
    listed = node.this
    columns: tuple[str, ...] = (target.column,) if target.column else ()
    name = target.name
    if isinstance(listed, exp.Schema):
        columns = names(listed.expressions, target.drafts)
        name = name or (listed.this.name if listed.this else None)
    if columns:
        target.draft.unique_keys.append(UniqueKey(columns=columns, name=name))


def _foreign_key(node: exp.ForeignKey, target: Target) -> None:
    reference = node.args.get("reference")
    if isinstance(reference, exp.Reference):
        _refer(names(node.expressions, target.drafts), reference, target)


def _reference(node: exp.Reference, target: Target) -> None:
    if target.column:
        _refer((target.column,), node, target)


def _refer(columns: tuple[str, ...], reference: exp.Reference, target: Target) -> None:
    to = reference.this
    listed: Sequence[Any] = ()
    if isinstance(to, exp.Schema):
        to, listed = to.this, to.expressions
    if not isinstance(to, exp.Table):
        return
    key = ForeignKey(
        columns=columns,
        target=target.drafts.id(to),
        target_columns=names(listed, target.drafts),
        name=target.name,
    )
    target.draft.foreign_keys.append(key)


def _check(node: exp.CheckColumnConstraint, target: Target) -> None:
    condition = _sql(node.this, target.drafts)
    target.draft.checks.append(Check(condition=condition, name=target.name))


def _index(node: exp.IndexColumnConstraint, target: Target) -> None:
    columns = names(node.expressions, target.drafts)
    name = node.this.name if isinstance(node.this, exp.Expression) else ""
    if columns:
        target.draft.indexes.append(Index(name=name or "_".join(columns), columns=columns))


def _not_null(node: exp.NotNullColumnConstraint, target: Target) -> None:
    if target.column:
        target.draft.change(target.column, nullable=bool(node.args.get("allow_null")))


def _default(node: exp.Expression, target: Target) -> None:
    text = _sql(node.this, target.drafts)
    if target.column and text.upper() != "NULL":
        target.draft.change(target.column, default=text)


def _comment(node: exp.CommentColumnConstraint, target: Target) -> None:
    if target.column:
        target.draft.change(target.column, comment=node.name or None)


def _like(node: exp.LikeProperty, target: Target) -> None:
    source = target.drafts.find(target.drafts.id(node.this))
    if source is not None:
        target.draft.columns.update(source.columns)
        target.draft.primary_key = source.primary_key


def _flat(node: Any) -> Sequence[Any]:  # noqa: ANN401  # a list, or one bracketed tree
    return node if isinstance(node, list) else list(getattr(node, "expressions", None) or [node])


def _sql(node: object, drafts: Drafts) -> str:
    return node.sql(dialect=drafts.dialect) if isinstance(node, exp.Expression) else ""


_HANDLERS: Final[Mapping[type[Any], Callable[[Any, Target], None]]] = {
    exp.ColumnDef: _column_def,
    exp.Identifier: _bare_column,
    exp.ColumnConstraint: _column_constraint,
    exp.Constraint: _constraint,
    exp.PrimaryKey: _primary_key,
    exp.PrimaryKeyColumnConstraint: _primary_key_column,
    exp.UniqueColumnConstraint: _unique,
    exp.ForeignKey: _foreign_key,
    exp.Reference: _reference,
    exp.CheckColumnConstraint: _check,
    exp.IndexColumnConstraint: _index,
    exp.NotNullColumnConstraint: _not_null,
    exp.DefaultColumnConstraint: _default,
    exp.ComputedColumnConstraint: _default,
    exp.CommentColumnConstraint: _comment,
    exp.LikeProperty: _like,
}

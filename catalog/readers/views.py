"""What views read, and their columns: names and, where a column is just passed on, its type."""

from collections.abc import Iterator
from typing import Final

from sqlglot import exp

from catalog import dialects
from catalog.model import Column
from catalog.readers.drafts import Draft, Drafts
from catalog.readers.parsing import UnparsedError, parse

_DEEPEST_VIEW: Final = 50  # views over views; deeper chains stay without some types


def sources(query: exp.Query) -> Iterator[exp.Table]:
    """Yield the tables that a query reads, without those that it defines itself."""
    own = {one.alias_or_name.lower() for one in query.find_all(exp.CTE)}
    for table in query.find_all(exp.Table):
        if isinstance(table.this, exp.Identifier) and (table.db or table.name.lower() not in own):
            yield table


def sources_of(definition: str, dialect: str, *, home: str | None = None) -> tuple[str, ...]:
    """Return the ids of the tables that a view's SQL reads; UnparsedError when it is unreadable.

    `home` is the schema whose tables have no schema in their ids, besides the dialect's default.
    """
    known = dialects.to_sqlglot(dialect) or dialect
    tree = parse(definition, known, exp.Expression)
    query = tree.expression if isinstance(tree, exp.Create) else tree
    if not isinstance(query, exp.Query):
        raise UnparsedError("it is no query in this dialect")
    homes = {"", dialects.default_schema(known), home and home.lower()}
    found = (
        table.name if table.db.lower() in homes else f"{table.db}.{table.name}"
        for table in sources(query)
    )
    return tuple(dict.fromkeys(found))


def settle(drafts: Drafts) -> None:
    """Give every view the columns of its query, now that all tables are known."""
    for draft in list(drafts):
        _settle(draft, drafts, frozenset())


def _settle(draft: Draft, drafts: Drafts, above: frozenset[int]) -> None:
    query, draft.query = draft.query, None
    if query is None or id(draft) in above or len(above) > _DEEPEST_VIEW:
        return
    found = list(_columns(query, drafts, above | {id(draft)}))
    if draft.columns:  # a list of names after the view's name
        found = [
            Column(name=name, type=column.type)
            for name, column in zip(draft.columns, found, strict=False)
        ] or list(draft.columns.values())
    draft.columns = {column.name: column for column in found}


def _columns(query: exp.Query, drafts: Drafts, above: frozenset[int]) -> Iterator[Column]:
    select = query
    while isinstance(select, (exp.SetOperation, exp.Subquery)):
        select = select.this
    if not isinstance(select, exp.Select):
        return
    sources = _sources(select, drafts, above)
    for projection in select.expressions:
        yield from _projected(projection, sources, drafts)


def _sources(select: exp.Select, drafts: Drafts, above: frozenset[int]) -> dict[str, Draft]:
    joined = [join.this for join in select.args.get("joins") or ()]
    first = select.args.get("from_")
    sources: dict[str, Draft] = {}
    for node in [first.this if first else None, *joined]:
        draft = drafts.find(drafts.id(node)) if isinstance(node, exp.Table) else None
        if draft is not None and isinstance(node, exp.Table):
            _settle(draft, drafts, above)
            sources[node.alias_or_name.lower()] = draft
    return sources


def _projected(
    projection: exp.Expression, sources: dict[str, Draft], drafts: Drafts
) -> Iterator[Column]:
    if isinstance(projection, exp.Star):
        for source in sources.values():
            yield from _passed(source)
    elif isinstance(projection, exp.Column) and isinstance(projection.this, exp.Star):
        passed = sources.get(projection.table.lower())
        yield from _passed(passed) if passed else ()
    elif projection.alias_or_name:
        inner = projection.unalias()
        identifier = projection.args.get("alias") or inner.this
        named = isinstance(identifier, exp.Identifier)
        name = drafts.name(identifier) if named else projection.alias_or_name
        yield Column(name=name, type=_type(inner, sources))


def _passed(source: Draft) -> Iterator[Column]:
    for column in source.columns.values():
        yield Column(name=column.name, type=column.type)


def _type(node: object, sources: dict[str, Draft]) -> str:
    if not isinstance(node, exp.Column):
        return ""
    table = node.table.lower()
    for alias, source in sources.items():
        found = source.find(node.name) if table in {"", alias} else None
        if found is not None:
            return source.columns[found].type
    return ""

"""CREATE TABLE, VIEW, INDEX, TYPE and DOMAIN, added to the drafts."""

import re
from typing import Final

from sqlglot import exp

from catalog.model import Column, Index, UniqueKey
from catalog.readers import constraints, enums, families, items, views
from catalog.readers.drafts import Draft, Drafts
from catalog.readers.parsing import LONGEST_STATEMENT, UnparsedError, parse, parse_name
from catalog.readers.statements import Statement

_VIRTUAL: Final = re.compile(
    rf"CREATE\s+VIRTUAL\s+TABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?(?P<name>{items.NAME})\s+USING\s+\w+",
    re.IGNORECASE,
)
_PARTITION_OF: Final = re.compile(
    rf"CREATE\s+(?:\w+\s+)?TABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?(?P<name>{items.NAME})"
    rf"\s+PARTITION\s+OF\s+(?P<parent>{items.NAME})",
    re.IGNORECASE,
)
_TYPE: Final = re.compile(
    rf"CREATE\s+(?:TYPE|DOMAIN)\s+(?P<name>{items.NAME})\s+AS\s+(?P<definition>.*)",
    re.IGNORECASE | re.DOTALL,
)
_DOMAIN_CHECK: Final = re.compile(r"CHECK\s*\((?P<condition>.*)\)", re.IGNORECASE | re.DOTALL)
_VIEW_HEAD: Final = re.compile(r"\A\s*CREATE\s+(?:[^\s(]+\s+){1,12}?VIEW\s+", re.IGNORECASE)
_MATERIALIZED: Final = re.compile(r"\A\s*CREATE\s+(?:\w+\s+){0,2}MATERIALIZED\b", re.IGNORECASE)
_VIEW_TAIL: Final = re.compile(
    r"\s+WITH\s+(?:(?:NO\s+)?DATA|(?:\w+\s+)?CHECK\s+OPTION|READ\s+ONLY)\s*\Z", re.IGNORECASE
)
_ONLY: Final = re.compile(r"\bON\s+ONLY\s", re.IGNORECASE)
_VIEW_BODY: Final = re.compile(r"\bAS\b\s*(?=SELECT\b|WITH\b|\()", re.IGNORECASE)
# Says where a constraint or row is kept, not what it means; dropped when a table will not parse.
_STORAGE: Final = re.compile(
    r"\b(?:USING\s+INDEX\b.*|ENABLE(?:\s+VALIDATE)?|DISABLE|NOT\s+VALID"
    r"|TABLESPACE\s+\S+|WITH\s*\([^()]*\)|ON\s+\[PRIMARY\]|NONCLUSTERED|CLUSTERED|SEGMENT\s+CREATION\s+\w+"
    r"|ROWGUIDCOL|NOT\s+FOR\s+REPLICATION|INVISIBLE|USING\s+BTREE)(?=\W|$)",
    re.IGNORECASE | re.DOTALL,
)


def create_table(statement: Statement, drafts: Drafts) -> None:
    """Add a table; parts of it that cannot be read are reported and the rest kept."""
    text = statement.text
    if len(text) > LONGEST_STATEMENT:
        raise UnparsedError(f"the statement is longer than {LONGEST_STATEMENT:,} characters")
    if match := _PARTITION_OF.match(text):
        drafts.children[_id(match["name"], drafts)] = _id(match["parent"], drafts)
    elif match := _VIRTUAL.match(text):
        _create_virtual(match["name"], text, match.end(), drafts)
    else:
        parts = items.body(text, escapes=drafts.escapes)
        try:
            tree = parse(text, drafts.dialect, exp.Create)
        except UnparsedError:
            if parts is None:
                raise
            _salvage(statement, parts, drafts)
            return
        _create_parsed(tree, parts, drafts)


def create_view(statement: Statement, drafts: Drafts) -> None:
    """Add a view with its definition; its columns are settled when all tables are known."""
    text = _VIEW_HEAD.sub("CREATE VIEW ", statement.text)  # DEFINER and the like are no schema
    tree = parse(_VIEW_TAIL.sub("", text), drafts.dialect, exp.Create)
    listed = tree.this.expressions if isinstance(tree.this, exp.Schema) else ()
    table = tree.this.this if isinstance(tree.this, exp.Schema) else tree.this
    query = tree.expression
    if not isinstance(table, exp.Table) or not isinstance(query, exp.Query):
        raise UnparsedError("it is no view over a query")
    schema, name = drafts.place(table)
    body = _VIEW_BODY.search(statement.text)
    draft = Draft(name=name, schema=schema, kind="view", query=query)
    draft.materialized = bool(_MATERIALIZED.match(statement.text))
    draft.sources = tuple(dict.fromkeys(drafts.id(source) for source in views.sources(query)))
    draft.definition = statement.text[body.end() :] if body else query.sql(drafts.dialect)
    for column in constraints.names([getattr(node, "this", node) for node in listed], drafts):
        draft.columns[column] = Column(name=column, type="")
    drafts.add(draft)


def create_index(statement: Statement, drafts: Drafts) -> None:
    """Add an index to its table; an index of an unknown table is an UnparsedError."""
    tree = parse(_ONLY.sub("ON ", statement.text, count=1), drafts.dialect, exp.Create)
    node = tree.this
    if not isinstance(node, exp.Index) or not isinstance(node.args.get("table"), exp.Table):
        raise UnparsedError("its syntax is unknown in this dialect")
    draft = drafts.find(drafts.id(node.args["table"]))
    if draft is None:
        if drafts.id(node.args["table"]) in drafts.children:
            return
        raise UnparsedError("the table it belongs to was not read")
    parameters = node.args.get("params")
    listed = parameters.args.get("columns") or () if parameters else ()
    columns = tuple(draft.find(name) or name for name in constraints.names(listed, drafts))
    unique = bool(tree.args.get("unique"))
    name = node.name or "_".join(columns)
    draft.indexes.append(Index(name=name, columns=columns, unique=unique))
    partial = parameters is not None and parameters.args.get("where")
    if unique and not partial and all(column in draft.columns for column in columns):
        draft.unique_keys.append(UniqueKey(columns=columns, name=name))


def create_type(statement: Statement, drafts: Drafts) -> None:
    """Remember the values of an enum type, or of a domain that checks for some."""
    match = _TYPE.match(statement.text)
    if match is None:
        return
    name = items.unquoted(re.split(r"\s*\.\s*", match["name"])[-1]).lower()
    values = enums.from_type(match["definition"])
    check = _DOMAIN_CHECK.search(match["definition"])
    found = enums.from_condition(check["condition"]) if check else None
    if values or found:
        drafts.types[name] = values or (found[1] if found else ())


def parse_item(item: items.Item, drafts: Drafts) -> list[exp.Expression]:
    """Return the column or constraint that an item is, options of storage and odd types left out.

    Raises UnparsedError when even so it cannot be read.
    """
    plain = _STORAGE.sub(" ", item.text)
    retyped = items.Item(text=plain, offset=0).plainly_typed if item.column else plain
    failure: UnparsedError | None = None
    for text in dict.fromkeys((item.text, plain, retyped)):
        try:
            tree = parse(f"CREATE TABLE x ({text})", drafts.dialect, exp.Create)
        except UnparsedError as error:
            failure = failure or error
        else:
            if isinstance(tree.this, exp.Schema):
                return list(tree.this.expressions)
    raise failure or UnparsedError("it is no column or constraint")


def _create_parsed(tree: exp.Create, parts: items.Body | None, drafts: Drafts) -> None:
    table = tree.this.this if isinstance(tree.this, exp.Schema) else tree.this
    if not isinstance(table, exp.Table):
        raise UnparsedError("it names no table")
    draft = _draft(table, drafts)
    target = constraints.Target(drafts=drafts, draft=draft, types=_types(parts, drafts))
    if isinstance(tree.this, exp.Schema):
        for node in tree.this.expressions:
            constraints.add(node, target)
    for option in (tree.args.get("properties") or exp.Properties()).expressions:
        if isinstance(option, exp.SchemaCommentProperty):
            draft.comment = option.name or None
        constraints.add(option, target)
        _inherit(option, draft, drafts)
    if isinstance(tree.expression, exp.Query):
        draft.query = tree.expression  # CREATE TABLE ... AS SELECT
    drafts.add(draft)


def _inherit(option: exp.Expression, draft: Draft, drafts: Drafts) -> None:
    """PostgreSQL's INHERITS puts the parents' columns first."""
    if isinstance(option, exp.InheritsProperty):
        own = f"{draft.schema}.{draft.name}" if draft.schema else draft.name
        for table in option.expressions:
            drafts.heirs.append(families.Child(id=own, parent=drafts.id(table)))
            parent = drafts.find(drafts.id(table))
            if parent is not None:
                draft.columns = {**parent.columns, **draft.columns}


def _salvage(statement: Statement, parts: items.Body, drafts: Drafts) -> None:
    """Read a table item by item, so that one odd column does not cost the others."""
    draft = _draft(parse_name(parts.name, drafts.dialect), drafts)
    target = constraints.Target(drafts=drafts, draft=draft, types=_types(parts, drafts))
    for item in parts.items:
        try:
            nodes = parse_item(item, drafts)
        except UnparsedError as error:
            line = statement.line + statement.text.count("\n", 0, item.offset)
            _keep_column(item, draft, drafts)
            drafts.report(f"{draft.name}: {item.text}", str(error), line)
            continue
        for node in nodes:
            constraints.add(node, target)
    drafts.add(draft)


def _keep_column(item: items.Item, draft: Draft, drafts: Drafts) -> None:
    """Keep at least the name and type of a column whose constraints cannot be read."""
    if item.column is not None and item.type:
        name = _name(item.column, drafts)
        draft.columns[name] = Column(name=name, type=item.type, enum=enums.from_type(item.type))


def _create_virtual(written: str, text: str, end: int, drafts: Drafts) -> None:
    """SQLite's virtual tables list their columns as arguments of a module."""
    parts = items.body(f"CREATE TABLE {written} {text[end:].lstrip()}")
    draft = _draft(parse_name(written, drafts.dialect), drafts)
    for item in parts.items if parts else ():
        if "=" not in item.text and item.column is not None:
            name = _name(item.column, drafts)
            draft.columns[name] = Column(name=name, type="")
    drafts.add(draft)


def _draft(table: exp.Table, drafts: Drafts) -> Draft:
    schema, name = drafts.place(table)
    return Draft(name=name, schema=schema)


def _types(parts: items.Body | None, drafts: Drafts) -> dict[str, str]:
    listed = parts.items if parts else ()
    return {_name(item.column, drafts): item.type for item in listed if item.column is not None}


def _name(written: str, drafts: Drafts) -> str:
    name = items.unquoted(written)
    return drafts.name(exp.to_identifier(name, quoted=name != written))


def _id(written: str, drafts: Drafts) -> str:
    return drafts.id(parse_name(written, drafts.dialect))

"""ALTER TABLE, COMMENT ON and DROP, applied to the drafts."""

import re
from typing import Any, Final

from sqlglot import exp

from catalog.readers import constraints, creations, items
from catalog.readers.drafts import Draft, Drafts
from catalog.readers.parsing import UnparsedError, parse, parse_name
from catalog.readers.statements import Statement

_ATTACH: Final = re.compile(
    rf"ALTER\s+(?P<kind>TABLE|INDEX)\s+(?:IF\s+EXISTS\s+)?(?:ONLY\s+)?(?P<parent>{items.NAME})"
    rf"\s+ATTACH\s+PARTITION\s+(?P<name>{items.NAME})",
    re.IGNORECASE,
)
_MATTERS: Final = re.compile(
    r"\b(?:ADD|MODIFY|CHANGE|RENAME|DROP\s+COLUMN|SET\s+DEFAULT|SET\s+NOT\s+NULL)\b", re.IGNORECASE
)
_IDENTITY: Final = re.compile(r"\bADD\s+GENERATED\b", re.IGNORECASE)
_DEFAULT_FOR: Final = re.compile(
    rf"\bDEFAULT\s+(?P<value>.+?)\s+FOR\s+(?P<column>{items.NAME})", re.IGNORECASE | re.DOTALL
)
_HEAD: Final = re.compile(
    rf"ALTER\s+(?:FOREIGN\s+)?TABLE\s+(?:IF\s+EXISTS\s+)?(?:ONLY\s+)?(?P<table>{items.NAME})\s+"
    r"(?:WITH\s+(?:NO)?CHECK\s+)?(?P<actions>.*)",
    re.IGNORECASE | re.DOTALL,
)
_ADD: Final = re.compile(
    r"(?:ADD\s*)?(?:\bCOLUMN\s+)?(?:IF\s+NOT\s+EXISTS\s+)?(?P<item>.*)", re.IGNORECASE | re.DOTALL
)
_COMMENT: Final = re.compile(
    rf"COMMENT\s+(?:IF\s+EXISTS\s+)?ON\s+(?P<kind>TABLE|COLUMN|VIEW|MATERIALIZED\s+VIEW|FOREIGN\s+TABLE)"
    rf"\s+(?P<name>{items.NAME})\s+IS\s+(?:NULL|E?'(?P<text>(?:[^']|'')*)')",
    re.IGNORECASE,
)
_DROP: Final = re.compile(
    r"DROP\s+(?:TABLE|(?:MATERIALIZED\s+)?VIEW|FOREIGN\s+TABLE)\s+(?:IF\s+EXISTS\s+)?(?P<names>.+)",
    re.IGNORECASE | re.DOTALL,
)


def alter_table(statement: Statement, drafts: Drafts) -> None:
    """Apply what an ALTER TABLE says about columns and constraints; other actions are no schema."""
    text = statement.text
    if match := _ATTACH.match(text):
        if match["kind"].upper() == "TABLE":
            drafts.children[_id(match["name"], drafts)] = _id(match["parent"], drafts)
        return
    if not _MATTERS.search(text) or _IDENTITY.search(text):
        return
    try:
        tree = parse(text, drafts.dialect, exp.Alter)
    except UnparsedError:
        _alter_piecewise(text, drafts)
        return
    if not isinstance(tree.this, exp.Table):
        raise UnparsedError("it names no table")
    draft = _draft(tree.this, drafts)
    if draft is not None:
        for action in tree.args.get("actions") or ():
            _apply(action, draft, drafts)


def comment_on(statement: Statement, drafts: Drafts) -> None:
    """Set a table's or column's comment; comments on other objects are no schema."""
    match = _COMMENT.match(statement.text)
    if match is None:
        return
    text = (match["text"] or "").replace("''", "'") or None
    path = parse_name(match["name"], drafts.dialect)
    if match["kind"].upper() != "COLUMN":
        if (draft := drafts.find(drafts.id(path))) is not None:
            draft.comment = text
        return
    owner = exp.Table(this=path.args.get("db"), db=path.args.get("catalog"))
    if owner.this is not None and (draft := drafts.find(drafts.id(owner))) is not None:
        draft.change(drafts.name(path.this), comment=text)


def drop(statement: Statement, drafts: Drafts) -> None:
    """Forget tables and views that the text itself drops again."""
    match = _DROP.match(statement.text)
    for name in re.findall(items.NAME, match["names"]) if match else ():
        if name.upper() not in {"CASCADE", "RESTRICT", "CONSTRAINTS", "PURGE"}:
            drafts.remove(_id(name, drafts))


def _draft(table: exp.Table, drafts: Drafts) -> Draft | None:
    """Return the table to change; None for a partition, whose parent stands for it."""
    draft = drafts.find(drafts.id(table))
    if draft is None and drafts.id(table) not in drafts.children:
        raise UnparsedError("the table it changes was not read")
    return draft


def _alter_piecewise(text: str, drafts: Drafts) -> None:
    """Read an ALTER TABLE action by action, as sqlglot does not know all their options."""
    head = _HEAD.match(text)
    if head is None:
        raise UnparsedError("its syntax is unknown in this dialect")
    draft = _draft(parse_name(head["table"], drafts.dialect), drafts)
    if draft is None:
        return
    target = constraints.Target(drafts=drafts, draft=draft)
    actions = re.sub(r"\AADD\s*(?=\()", "", head["actions"], flags=re.IGNORECASE)
    for action in items.listed(actions, escapes=drafts.escapes):
        if default := _DEFAULT_FOR.search(action.text):
            column = items.unquoted(default["column"])
            draft.change(column, default=default["value"])
        elif item := _ADD.match(action.text):
            for node in creations.parse_item(items.Item(text=item["item"], offset=0), drafts):
                constraints.add(node, target)


def _apply(action: Any, draft: Draft, drafts: Drafts) -> None:  # noqa: ANN401  # sqlglot's trees
    target = constraints.Target(drafts=drafts, draft=draft)
    if isinstance(action, exp.AddConstraint):
        for part in action.expressions:
            constraints.add(part, target)
    elif isinstance(action, exp.ModifyColumn):
        constraints.add(action.this, target)
    elif isinstance(action, exp.ColumnDef):
        constraints.add(action, target)
    elif isinstance(action, exp.Schema):  # ADD (a INT, b INT)
        for part in action.expressions:
            constraints.add(part, target)
    elif isinstance(action, exp.AlterColumn):
        _alter_column(action, draft, drafts)
    else:
        _rename_or_drop(action, draft, drafts)


def _alter_column(action: exp.AlterColumn, draft: Draft, drafts: Drafts) -> None:
    name = drafts.name(action.this)
    default = action.args.get("default")
    if isinstance(default, exp.Expression):
        draft.change(name, default=default.sql(dialect=drafts.dialect))
    if action.args.get("allow_null") is False:
        draft.change(name, nullable=False)


def _rename_or_drop(action: Any, draft: Draft, drafts: Drafts) -> None:  # noqa: ANN401  # sqlglot's trees
    if isinstance(action, exp.RenameColumn):
        old, new = draft.find(drafts.name(action.this.this)), action.args.get("to")
        if old is not None and new is not None:
            draft.change(old, name=drafts.name(new.this))
            draft.columns = {column.name: column for column in draft.columns.values()}
    elif isinstance(action, exp.AlterRename):
        drafts.remove(f"{draft.schema}.{draft.name}" if draft.schema else draft.name)
        draft.name = drafts.name(action.this.this)
        drafts.add(draft)
    elif isinstance(action, exp.Drop) and action.args.get("kind") == "COLUMN":
        draft.columns.pop(draft.find(drafts.name(action.this.this)) or "", None)


def _id(written: str, drafts: Drafts) -> str:
    return drafts.id(parse_name(written, drafts.dialect))

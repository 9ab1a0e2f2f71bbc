"""Runs over a script's statements: those about the schema change the drafts, others pass by."""

import re
from collections.abc import Callable, Mapping
from typing import Final

from catalog.readers import alterations, creations, statements, views
from catalog.readers.drafts import Drafts
from catalog.readers.parsing import UnparsedError
from catalog.readers.statements import Statement

_FIRST_WORD: Final = re.compile(r"[A-Za-z_]+")
_CREATED: Final = re.compile(
    r"CREATE\s+(?:[^\s(]+\s+){0,8}?(?P<kind>TABLE|VIEW|INDEX|TYPE|DOMAIN|SCHEMA|SEQUENCE|FUNCTION"
    r"|PROCEDURE|PROC|TRIGGER|EXTENSION|DATABASE|ROLE|USER|RULE|POLICY|AGGREGATE|OPERATOR|CAST"
    r"|LANGUAGE|EVENT|PACKAGE|SYNONYM|SERVER|PUBLICATION|STATISTICS|COLLATION|TABLESPACE|LOGIN"
    r"|STAGE|STREAM|TASK|WAREHOUSE)\b",
    re.IGNORECASE,
)
_TEMPORARY: Final = re.compile(
    r"CREATE\s+(?:OR\s+REPLACE\s+)?(?:LOCAL\s+)?TEMP(?:ORARY)?\s|CREATE\s+TABLE\s+[\[\"]?#",
    re.IGNORECASE,
)
_SCHEMA_NAME: Final = re.compile(
    r"CREATE\s+SCHEMA\s+(?:IF\s+NOT\s+EXISTS\s+)?\"?(\w+)", re.IGNORECASE
)
# Not the partitions of a table, which are no tables of their own.
_NAMED: Final = re.compile(
    r"CREATE\s+(?:(?:OR\s+REPLACE|UNLOGGED|FOREIGN|EXTERNAL|FORCE|MATERIALIZED|TRANSIENT)\s+){0,3}"
    r"(?:TABLE|VIEW)\s+(?:IF\s+NOT\s+EXISTS\s+)?(?P<name>[^\s(]++)(?!\s+PARTITION\s+OF\b)",
    re.IGNORECASE,
)
_NESTED: Final = re.compile(r"\bCREATE\s+(?:TABLE|VIEW)\b", re.IGNORECASE)
_SEARCH_PATH: Final = re.compile(
    r"SET\s+(?:SESSION\s+|LOCAL\s+)?search_path\s*(?:=|TO)\s*[\"']?(?P<schema>\w*)", re.IGNORECASE
)
_EXECUTABLE_COMMENT: Final = re.compile(r"/\*M?!\d*(?P<inside>.*?)\*/", re.DOTALL)
# Statements that are no schema: they are passed over without being parsed.
_OTHER: Final = re.compile(
    r"(?:insert|update|delete|select|set|copy|use|begin|commit|rollback|start|lock|unlock|grant"
    r"|revoke|analy[sz]e|vacuum|pragma|explain|show|call|do|truncate|replace|merge|exec|execute"
    r"|print|declare|if|else|end|return|reset|discard|savepoint|release|notify|listen|refresh"
    r"|reindex|cluster|security|import|load|go|with|values|prompt|rem|whenever|spool|exit|quit"
    r"|define|deny|optimize|flush|kill|help|describe|desc|delimiter|while|raiserror|checkpoint"
    r"|backup|restore|dbcc|deallocate|prepare|fetch|open|close|reassign|attach|detach|export"
    r"|checksum|repair|unload|msck|cache|uncache)\b",
    re.IGNORECASE,
)


class StoppedError(Exception):
    """Whoever wanted the script read has stopped it."""


def never() -> bool:
    """Return false: read to the end."""
    return False


def read(text: str, dialect: str, stop: Callable[[], bool] = never) -> Drafts:
    """Return the drafts that a script in a sqlglot dialect makes, with reports of the unread.

    `stop` is asked before each statement; StoppedError when it returns true.
    """
    drafts = Drafts(dialect)
    for statement in statements.split(text, dialect):
        if stop():
            raise StoppedError
        _read_statement(statement, drafts)
    views.settle(drafts)
    return drafts


def count(text: str, dialect: str) -> int:
    """Return how many tables and views a script creates, without the time of parsing them."""
    found = (_NAMED.match(statement.text) for statement in statements.split(text, dialect))
    return len({match["name"].lower() for match in found if match})


def _read_statement(statement: Statement, drafts: Drafts) -> None:
    if statement.text.startswith(("/*!", "/*M!")):
        inside = _EXECUTABLE_COMMENT.sub(lambda match: f" {match['inside']} ", statement.text)
        statement = Statement(text=inside.strip(), line=statement.line)
    if _OTHER.match(statement.text):
        _follow_search_path(statement, drafts)
        return
    first = _FIRST_WORD.match(statement.text)
    word = first[0].lower() if first else ""
    handler = _create if word == "create" else _HANDLERS.get(word)
    if handler is None:
        drafts.report(statement.text, "it does not begin like an SQL statement", statement.line)
        return
    try:
        handler(statement, drafts)
    except UnparsedError as error:
        drafts.report(statement.text, str(error), statement.line)


def _create(statement: Statement, drafts: Drafts) -> None:
    match = _CREATED.match(statement.text)
    if match is None:
        raise UnparsedError("it creates an unknown kind of object")
    if _TEMPORARY.match(statement.text):
        return
    kind = match["kind"].lower()
    if kind == "schema":
        _create_schema(statement, drafts)
    elif kind in _CREATIONS:
        _CREATIONS[kind](statement, drafts)


def _create_schema(statement: Statement, drafts: Drafts) -> None:
    """CREATE SCHEMA may hold the CREATE TABLE statements of its tables."""
    starts = [match.start() for match in _NESTED.finditer(statement.text)]
    name = _SCHEMA_NAME.match(statement.text)
    if not starts or name is None:
        return
    drafts.use_schema(name[1])
    for start, end in zip(starts, [*starts[1:], len(statement.text)], strict=True):
        line = statement.line + statement.text.count("\n", 0, start)
        _read_statement(Statement(text=statement.text[start:end].strip(), line=line), drafts)
    drafts.use_schema("")


def _follow_search_path(statement: Statement, drafts: Drafts) -> None:
    match = _SEARCH_PATH.match(statement.text)
    if match is not None:
        drafts.use_schema(match["schema"])


def _alter(statement: Statement, drafts: Drafts) -> None:
    if re.match(r"ALTER\s+(?:FOREIGN\s+)?TABLE\b", statement.text, re.IGNORECASE):
        alterations.alter_table(statement, drafts)


_Handler = Callable[[Statement, Drafts], None]
_CREATIONS: Final[Mapping[str, _Handler]] = {
    "table": creations.create_table,
    "view": creations.create_view,
    "index": creations.create_index,
    "type": creations.create_type,
    "domain": creations.create_type,
}
_HANDLERS: Final[Mapping[str, _Handler]] = {
    "alter": _alter,
    "comment": alterations.comment_on,
    "drop": alterations.drop,
}

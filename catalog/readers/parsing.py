"""One statement through sqlglot: a tree of the wanted class, or the reason why not."""

import re
from typing import Any, Final, TypeVar

import sqlglot
from sqlglot import exp
from sqlglot.dialects.dialect import Dialect
from sqlglot.errors import SqlglotError

LONGEST_STATEMENT: Final = 500_000  # characters; a longer one would take many seconds
_POSITION: Final = re.compile(r"\s*Line \d+, Col: \d+\..*", re.DOTALL)

E = TypeVar("E", bound=exp.Expression)


class UnparsedError(Exception):
    """sqlglot could not read a statement; the text says why in a few words."""


def parse(text: str, dialect: str, kind: type[E]) -> E:
    """Return the statement's tree; UnparsedError when it is no `kind` in this dialect."""
    if len(text) > LONGEST_STATEMENT:
        raise UnparsedError(f"the statement is longer than {LONGEST_STATEMENT:,} characters")
    try:
        tree = _tree(text, dialect)
    except SqlglotError as error:
        reason = _POSITION.sub("", str(error)).strip() or "its syntax is unknown"
        raise UnparsedError(reason[:160]) from None
    except RecursionError:
        raise UnparsedError("it is nested too deeply") from None
    except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
        # sqlglot meets odd input with these now and then; one statement must not end the reading
        raise UnparsedError(f"its syntax is unknown ({type(error).__name__})") from error
    if not isinstance(tree, kind):
        raise UnparsedError("its syntax is unknown in this dialect")
    return tree


def parse_name(text: str, dialect: str) -> exp.Table:
    """Return the table that a dotted name means; UnparsedError when it is no name."""
    try:
        table = sqlglot.parse_one(text, dialect=dialect, into=exp.Table)
    except (SqlglotError, ValueError):
        raise UnparsedError("a name in it cannot be read in this dialect") from None
    if not isinstance(table.this, exp.Identifier):
        raise UnparsedError("a name in it cannot be read in this dialect")
    return table


def _tree(text: str, dialect: str) -> exp.Expression | None:
    reader = Dialect.get_or_raise(dialect)
    parser: Any = reader.parser()
    # It would log each statement it does not know, text and all; we report those ourselves.
    parser._warn_unsupported = _stay_silent  # noqa: SLF001  # there is no switch for it
    trees: list[exp.Expression | None] = parser.parse(reader.tokenize(text), text)
    return trees[0] if trees else None


def _stay_silent() -> None:
    """Replace the parser's log line."""

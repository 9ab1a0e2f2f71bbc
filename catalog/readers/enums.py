"""Allowed values, read from CHECK conditions and from MySQL's column types."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from catalog.model import Check, Column

# Every alternative begins differently, so that hostile conditions cost linear time only.
_TOKEN = re.compile(
    r"""\s+ | [()\[\]]
    | (?P<cast>::\s*"?\w+"?(?:\s+(?:varying|precision|with(?:out)?\s+time\s+zone)\b)?
        (?:\s*\(\s*\d+\s*\))?)
    | (?P<written>\bCAST\b(?=\s*\() | \bAS\s+\w+(?:\s*\(\s*\d+\s*\))?)
    | (?P<literal>(?:\b[NE]|\b_\w+\s*)?'(?:[^']|'')*' | -?\b\d+(?:\.\d+)?\b)
    | (?P<word>\w+ | "[^"]+" | `[^`]+`)
    | (?P<other>.)""",
    re.IGNORECASE | re.VERBOSE | re.DOTALL,
)
_MYSQL_TYPE = re.compile(r"\s*(?:enum|set)\s*\((?P<values>.*)\)", re.IGNORECASE | re.DOTALL)
_QUOTED = re.compile(r"'(?:[^']|'')*'")
_LONGEST_CONDITION = 20_000  # an enum is short; a longer condition is not worth the search


class _Token(NamedTuple):
    kind: str
    text: str


def from_condition(condition: str) -> tuple[str, tuple[str, ...]] | None:
    """Return (column, values) when a CHECK condition lists the values of one column, else None."""
    if len(condition) > _LONGEST_CONDITION:
        return None
    column: str | None = None
    values: list[str] = []
    for part in _alternatives(condition):
        test = _test(part)
        if test is None or (column is not None and test[0] != column):
            return None
        column = test[0]
        values.extend(test[1])
    return (column, tuple(values)) if column and len(values) > 1 else None


def from_type(type_text: str) -> tuple[str, ...]:
    """Return the values of MySQL's enum(...) or set(...) type, else an empty tuple."""
    match = _MYSQL_TYPE.match(type_text)
    return tuple(_unquote(value) for value in _QUOTED.findall(match["values"])) if match else ()


def apply(
    columns: Sequence[Column],
    checks: Iterable[Check],
    named: Mapping[str, tuple[str, ...]] | None = None,
) -> tuple[Column, ...]:
    """Return the columns with the values that their checks allow, or `named` by column name."""
    allowed = {
        found[0].lower(): found[1]
        for check in checks
        if (found := from_condition(check.condition)) is not None
    }
    by_name = named or {}
    return tuple(
        replace(column, enum=values)
        if not column.enum
        and (values := by_name.get(column.name) or allowed.get(column.name.lower(), ()))
        else column
        for column in columns
    )


def _alternatives(condition: str) -> Iterator[list[_Token]]:
    """Yield the tokens between ORs; brackets and casts change nothing in a list of values."""
    part: list[_Token] = []
    for match in _TOKEN.finditer(condition):
        kind = match.lastgroup
        if kind is None or kind in {"cast", "written"}:
            continue
        if kind == "word" and match[0].upper() == "OR":
            yield part
            part = []
        else:
            part.append(_Token(kind, match[0]))
    yield part


def _test(part: Sequence[_Token]) -> tuple[str, list[str]] | None:
    """Return (column, values) of `c IN (...)`, `c = ANY (ARRAY[...])`, `c = v` or `c IS NULL`."""
    if not part or part[0].kind != "word":
        return None
    column = part[0].text.strip('"`')
    signs = [
        token.text.upper() for token in part[1:] if token.kind != "literal" and token.text != ","
    ]
    values = [_unquote(token.text) for token in part if token.kind == "literal"]
    if signs == ["IS", "NULL"] and not values:
        return column, []
    if signs in (["IN"], ["=", "ANY", "ARRAY"]) and values:
        return column, values
    if signs == ["="] and len(values) == 1:
        return column, values
    return None


def _unquote(literal: str) -> str:
    if not literal.endswith("'"):
        return literal
    return literal[literal.index("'") + 1 : -1].replace("''", "'")

"""Splits SQL text into statements, as psql and mysql read it, without understanding them."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from sqlglot.dialects.dialect import Dialect

from catalog import dialects

_DOLLAR_QUOTES: Final = frozenset(
    {"postgres", "redshift", "duckdb", "materialize", "risingwave", "snowflake", "databricks"}
)
_BATCHES: Final = {
    "tsql": r"^[ \t]*GO[ \t]*\d*[ \t]*;?[ \t\r]*$",
    "fabric": r"^[ \t]*GO[ \t]*\d*[ \t]*;?[ \t\r]*$",
    "oracle": r"^/[ \t\r]*$",
}
_BRACKETS: Final = frozenset({"tsql", "fabric", "sqlite"})
_COPY: Final = re.compile(r"\s*COPY\s[^;]*\bFROM\s+STDIN\b", re.IGNORECASE)
_COPY_END: Final = re.compile(r"^\\\.[ \t\r]*$", re.MULTILINE)
_LEADING: Final = re.compile(
    r"(?:\s+|--[^\n]*(?:\n|\Z)|#[^\n]*(?:\n|\Z)|/\*(?!M?!).*?\*/)+", re.DOTALL
)
_ROUTINE: Final = re.compile(
    r"CREATE\s+(?:OR\s+(?:REPLACE|ALTER)\s+)?(?:DEFINER\s*=\s*\S+\s+)?(?:TEMP(?:ORARY)?\s+)?"
    r"(?:AGGREGATE\s+)?(?:TRIGGER|PROCEDURE|PROC|FUNCTION|EVENT|PACKAGE)\b",
    re.IGNORECASE,
)
_BLOCK_WORD: Final = re.compile(
    r"'(?:[^']|'')*'|--[^\n]*|/\*.*?(?:\*/|\Z)|\b(?P<open>BEGIN|CASE)\b|(?P<close>\bEND\b)(?!\s+(?:IF|LOOP|WHILE|REPEAT|FOR)\b)",
    re.IGNORECASE | re.DOTALL,
)
_MOST_RECOVERIES: Final = 3  # each one reads the rest of the text again


@dataclass(frozen=True, kw_only=True)
class Statement:
    """One statement without its terminator; `line` is where it begins, from 1."""

    text: str
    line: int


def split(text: str, dialect: str) -> Iterator[Statement]:
    """Yield the statements of `text`; meta-commands and COPY's data lines are not among them."""
    yield from _Splitter(text, dialect).statements()


class _Splitter:
    """Walks over the text from one token that matters to the next."""

    def __init__(self, text: str, dialect: str) -> None:
        self._text = text
        self._dialect = dialect
        self._newlines = [match.start() for match in re.finditer("\n", text)]
        self._delimiter = ";"
        self._position = 0  # where to look next
        self._recoveries = 0
        self._begin(0)

    def statements(self) -> Iterator[Statement]:
        while True:
            match = _pattern(self._dialect, self._delimiter).search(self._text, self._position)
            if match is not None:
                self._position = match.end()
                yield from self._step(match)
            elif self._recovers():
                self._waits = False
                self._position = self._start
            else:
                yield from self._cut(len(self._text))
                return

    def _begin(self, start: int) -> None:
        self._start = start
        self._counted = start  # up to here the words BEGIN and END are counted
        self._opened = self._closed = 0
        self._waits = self._recoveries < _MOST_RECOVERIES
        self._routine: bool | None = None  # not looked at yet

    def _step(self, match: re.Match[str]) -> Iterator[Statement]:
        kind = match.lastgroup
        if kind == "batch" or (kind == "end" and not self._inside_routine(match.start())):
            yield from self._cut(match.start())
            self._position = self._after_data(match)
            self._begin(self._position)
        elif kind == "delimiter":
            yield from self._cut(match.start())
            self._delimiter = match[0].split()[1]
            self._begin(self._position)
        elif kind == "command" and not self._text[self._start : match.start()].strip():
            self._begin(self._position)

    def _cut(self, end: int) -> Iterator[Statement]:
        leading = _LEADING.match(self._text, self._start, end)
        start = leading.end() if leading else self._start
        text = self._text[start:end].strip()
        if text:
            yield Statement(text=text, line=bisect_right(self._newlines, start - 1) + 1)

    def _after_data(self, match: re.Match[str]) -> int:
        if not _COPY.match(self._text, self._start, match.start()):
            return match.end()
        data_end = _COPY_END.search(self._text, match.end())
        return data_end.end() if data_end else len(self._text)

    def _inside_routine(self, end: int) -> bool:
        """Whether the `;` at `end` stands inside the body of a trigger, function or procedure."""
        if not self._waits or self._delimiter != ";":
            return False
        if self._routine is None:
            leading = _LEADING.match(self._text, self._start)
            self._routine = bool(
                _ROUTINE.match(self._text, leading.end() if leading else self._start)
            )
        if not self._routine:
            return False
        if self._dialect in _BATCHES:
            return True
        for word in _BLOCK_WORD.finditer(self._text, self._counted, end):
            if word["open"]:
                self._opened += 1
            elif word["close"]:
                self._closed += 1
        self._counted = end
        return self._opened > self._closed

    def _recovers(self) -> bool:
        """Whether a body that never ended should be cut at its first `;` after all."""
        if not (self._routine and self._waits and self._text.find(";", self._start) >= 0):
            return False
        self._recoveries += 1
        return True


@lru_cache(maxsize=256)
def _pattern(dialect: str, delimiter: str) -> re.Pattern[str]:
    escapes = dialects.escapes(dialect)
    hash_comments = "#" in Dialect.get_or_raise(dialect).tokenizer_class.COMMENTS
    plain = r"'[^']*(?:''[^']*)*'"
    # What never ends takes the rest (\Z); trying again at each quote would cost quadratic time.
    escaped = r"'[^'\\]*(?:(?:\\.|'')[^'\\]*)*(?:'|\\?\Z)"
    skipped = [
        r"--[^\n]*",
        r"/\*.*?(?:\*/|\Z)",
        escaped if escapes else rf"\bE{escaped}|{plain}",
        r'"[^"\\]*(?:(?:\\.|"")[^"\\]*)*(?:"|\\?\Z)' if escapes else r'"[^"]*"',
        r"`[^`]*`",
    ]
    if hash_comments:
        skipped.append(r"\#[^\n]*")
    if dialect in _DOLLAR_QUOTES:
        skipped.append(r"\$(?P<tag>(?:[A-Za-z_]\w*)?)\$.*?(?:\$(?P=tag)\$|\Z)")
    if dialect in _BRACKETS:
        skipped.append(r"\[[^\[\]\n]*\]")
    parts = [rf"(?P<skipped>{'|'.join(skipped)})", rf"(?P<end>{re.escape(delimiter)})"]
    if dialect in _BATCHES:
        parts.append(rf"(?P<batch>{_BATCHES[dialect]})")
    if escapes:
        parts.insert(0, r"(?P<delimiter>^[ \t]*DELIMITER[ \t]+\S+[^\n]*$)")
    else:
        parts.append(r"(?P<command>^\\[^\n]*)")
    return re.compile("|".join(parts), re.DOTALL | re.MULTILINE | re.IGNORECASE)

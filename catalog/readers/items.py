"""The text of a CREATE TABLE: its name, the items in its brackets, column types as written."""

import re
from dataclasses import dataclass
from typing import Final

_NAME: Final = r'(?:"[^"]+"|`[^`]+`|\[[^\]]+\]|[^\s(),.;"`\[]+)'
NAME: Final = rf"{_NAME}(?:\s*\.\s*{_NAME}){{0,3}}"
_HEAD: Final = re.compile(
    rf"CREATE\s+(?:[\w]+\s+){{0,5}}?TABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?(?P<name>{NAME})\s*",
    re.IGNORECASE,
)
_STRUCTURE: Final = r"""| "[^"]*" | `[^`]*` | \[[^\[\]\n]*\] | (?P<comment>--[^\n]*|/\*.*?\*/)
    | (?P<open>\() | (?P<close>\)) | (?P<comma>,)"""
_LEXEME: Final = re.compile(rf"'[^']*(?:''[^']*)*' {_STRUCTURE}", re.VERBOSE | re.DOTALL)
_ESCAPING_LEXEME: Final = re.compile(  # where a backslash keeps a quote from ending its string
    rf"'[^'\\]*(?:(?:\\.|'')[^'\\]*)*' {_STRUCTURE}", re.VERBOSE | re.DOTALL
)
_COLUMN: Final = re.compile(rf"\s*(?P<name>{_NAME})(?P<rest>.*)", re.DOTALL)
_WORD: Final = re.compile(
    r"\s*(?:(?P<word>[A-Za-z_]\w*)|'(?:[^']|'')*'|\"[^\"]*\"|(?P<mark>.))", re.DOTALL
)
_BRACKETED: Final = re.compile(
    r"\[([A-Za-z]\w*)\]"
)  # SQL Server's [int]; an array has only digits or nothing
_CONSTRAINT_WORD: Final = re.compile(
    r"(?:constraint|primary|unique|foreign|check|key|index|fulltext|spatial|exclude|like|period"
    r"|references|supplemental|projection)\Z",
    re.IGNORECASE,
)
_AFTER_TYPE: Final = re.compile(
    r"(?:not|null|default|primary|unique|references|check|constraint|collate|generated|comment|on"
    r"|auto_increment|autoincrement|as|identity|encode|distkey|sortkey|key|invisible|visible"
    r"|enable|disable|charset|options|masked|rowguidcol|sparse|stored|virtual|persisted"
    r"|deferrable|initially|for|codec|ttl|storage|compression)\Z"
)
_WORD_PAIRS: Final = {"character": "set", "with": "masking"}


@dataclass(frozen=True, kw_only=True)
class Item:
    """One column or constraint as written, without comments; `offset` counts characters."""

    text: str
    offset: int

    @property
    def column(self) -> str | None:
        """The column's name as written (with its quotes), or None when it is a constraint."""
        match = _COLUMN.match(self.text)
        if match is None or _CONSTRAINT_WORD.match(match["name"]):
            return None
        return match["name"]

    @property
    def type(self) -> str:
        """The column's type as written."""
        match = _COLUMN.match(self.text)
        return _BRACKETED.sub(r"\1", _type(match["rest"])) if match else ""

    @property
    def plainly_typed(self) -> str:
        """The column as written, but with a type that every dialect knows."""
        match = _COLUMN.match(self.text)
        if match is None:
            return self.text
        return f"{match['name']} INT {match['rest'][_type_end(match['rest']) :]}"


@dataclass(frozen=True, kw_only=True)
class Body:
    """A CREATE TABLE taken apart; `rest` is what follows the closing bracket."""

    name: str
    items: tuple[Item, ...]
    rest: str


def body(text: str, *, escapes: bool = False) -> Body | None:
    """Return the parts of a CREATE TABLE with a list in brackets; None when it has none.

    `escapes` says whether a backslash escapes a quote in this dialect's strings.
    """
    head = _HEAD.match(text)
    if head is None or not text.startswith("(", head.end()):
        return None
    found, end = _split(text, head.end() + 1, escapes=escapes)
    return Body(name=head["name"], items=found, rest=text[end:]) if end else None


def listed(text: str, *, escapes: bool = False) -> tuple[Item, ...]:
    """Return what stands between the commas of a list, brackets around all of it left out."""
    inner = text.strip()
    if inner.startswith("("):
        found, end = _split(inner, 1, escapes=escapes)
        if end == len(inner):
            return found
    return _split(f"{inner})", 0, escapes=escapes)[0]


def unquoted(name: str) -> str:
    """Return a name as written without its quotes."""
    return name[1:-1] if name[:1] in {'"', "`", "["} else name


def _split(text: str, start: int, *, escapes: bool) -> tuple[tuple[Item, ...], int]:
    """Return the items up to the closing bracket, and where that ends (0 when there is none)."""
    depth, begun, piece = 1, start, start
    kept: list[str] = []  # of the current item, without its comments
    found: list[Item] = []
    for match in (_ESCAPING_LEXEME if escapes else _LEXEME).finditer(text, start):
        if match["comment"]:
            kept.append(text[piece : match.start()] + " ")
            piece = match.end()
        depth += bool(match["open"]) - bool(match["close"])
        if depth == 0 or (depth == 1 and match["comma"]):
            kept.append(text[piece : match.start()])
            written = "".join(kept)
            blank = len(written) - len(written.lstrip())
            found.append(Item(text=written.strip(), offset=begun + blank))
            kept, begun, piece = [], match.end(), match.end()
        if depth == 0:
            return tuple(item for item in found if item.text), match.end()
    return tuple(item for item in found if item.text), 0


def _type(rest: str) -> str:
    return " ".join(rest[: _type_end(rest)].split())


def _type_end(rest: str) -> int:
    depth = end = 0
    pending: tuple[int, str] | None = None  # a word that ends the type only before a certain other
    for match in _WORD.finditer(rest):
        word = (match["word"] or "").lower()
        if depth == 0 and word:
            if pending and word == pending[1]:
                return pending[0]
            if _AFTER_TYPE.match(word):
                return end
            pending = (end, _WORD_PAIRS[word]) if word in _WORD_PAIRS else None
        depth += {"(": 1, ")": -1}.get(match["mark"] or "", 0)
        end = match.end()
    return end

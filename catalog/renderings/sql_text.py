"""Names and texts inside SQL: quoted so that they mean what they say and nothing more."""

import re
from dataclasses import dataclass
from typing import Final

from catalog.renderings import lines

_PLAIN: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
# What Oracle, Snowflake and Exasol do not take as a bare name.
_WORDS: Final = (
    "access add all alter and any as asc audit between by case check cluster column comment"
    " connect constraint create cross current date default delete desc distinct drop else"
    " exclusive exists file float for from full grant group having identified immediate in"
    " increment index initial inner insert intersect into is join left level like lock long"
    " minus mode modify natural not null number of offline on online option or order outer"
    " partition primary prior public raw references rename resource revoke right row rowid"
    " rownum rows schema select session set share size smallint start synonym sysdate table"
    " then to trigger uid union unique update user using validate values varchar view when"
    " whenever where with"
)
_RESERVED: Final = frozenset(_WORDS.split())


@dataclass(frozen=True, kw_only=True)
class Style:
    """How a dialect writes names, texts and comments on them."""

    quote: str = '"'
    escapes: bool = False  # a backslash in a text means something
    marked_escapes: bool = False  # E'...' marks a text whose backslashes mean something
    folds_up: bool = False  # unquoted names are stored in capitals
    comment_on_view: bool = True
    limit: int | None = None  # characters a comment may have


def name(identifier: str, style: Style) -> str:
    """Return a quoted identifier; a plain one stays bare where the database folds its case."""
    if style.folds_up and _PLAIN.fullmatch(identifier) and identifier.lower() not in _RESERVED:
        return identifier
    cleaned = identifier.replace("\x00", "")
    return style.quote + cleaned.replace(style.quote, style.quote * 2) + style.quote


def literal(text: str, style: Style) -> str:
    """Return the text as a string of one line, shortened to what the dialect's comments hold."""
    line = lines.shortened(text, style.limit) if style.limit else lines.single(text)
    doubled = line.replace("'", "''")
    if "\\" not in line:
        return f"'{doubled}'"
    if style.marked_escapes:  # the same whatever standard_conforming_strings says
        return "E'" + doubled.replace("\\", "\\\\") + "'"
    return "'" + (doubled.replace("\\", "\\\\") if style.escapes else doubled) + "'"


def remark(text: str) -> str:
    """Return the text as one comment line; SQL*Plus would go on after a final hyphen."""
    return f"-- {lines.single(text)}".rstrip("- ") if text.strip("- ") else "--"

"""One spelling for what databases write in several: types, defaults, conditions."""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Final

_LONGEST: Final = 5_000  # characters; of a longer text only white space is made even
_DEEPEST: Final = 20  # nested casts and parentheses; deeper ones stay
_TOKEN: Final = re.compile(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|`[^`]*`|[\w.$@#]+|\s+|.", re.DOTALL)
_KIND: Final = (
    r"\"?[a-z_][\w.\"]*(?: (?:varying|precision|with(?:out)? time zone))?"
    r"(?:\(\d+(?:,\s*\d+)?\))?(?:\[\])*"
)
_CAST: Final = re.compile(rf"::\s*{_KIND}", re.IGNORECASE)
_CAST_AS: Final = re.compile(
    rf"\bcast\((?P<inner>(?:'(?:[^']|'')*'|[^()']|\((?:'(?:[^']|'')*'|[^()'])*\))*?)\s+as\s+{_KIND}\)",
    re.IGNORECASE,
)
# Parentheses around one name or value; those of a function's arguments have a word before them.
_ALONE: Final = re.compile(r"(?<![\w\"])\(([\w.]+|'(?:[^']|'')*')\)")
_TYPE: Final = re.compile(r"(?P<name>[^(\[]*)(?:\((?P<size>[^)]*)\))?(?P<rest>.*)", re.DOTALL)
_WIDTH: Final = re.compile(r"\b(tiny|small|medium|big)?int(eger)?\s*\(\s*\d+\s*\)")
_HOME: Final = re.compile(r"(?<![\w.\"'])public\.")
_ANY_OF: Final = re.compile(r"=any\(\(?array\[([^\]]*)\]\)?\)")
_SYNONYMS: Final = {
    "int": "integer",
    "int2": "smallint",
    "int4": "integer",
    "int8": "bigint",
    "serial": "integer",
    "serial4": "integer",
    "bigserial": "bigint",
    "serial8": "bigint",
    "smallserial": "smallint",
    "serial2": "smallint",
    "float4": "real",
    "float8": "double",
    "double precision": "double",
    "bool": "boolean",
    "varchar": "character varying",
    "char varying": "character varying",
    "varchar2": "character varying",
    "char": "character",
    "bpchar": "character",
    "dec": "numeric",
    "decimal": "numeric",
    "timestamptz": "timestamp with time zone",
    "timestamp without time zone": "timestamp",
    "timetz": "time with time zone",
    "time without time zone": "time",
    "varbit": "bit varying",
}
_NOW: Final = frozenset({"now()", "current_timestamp", "current_timestamp()", "localtimestamp"})
_COUNTED: Final = re.compile(r"\A(?:nextval\(.*\)|auto_?increment|autoincrement)\Z", re.DOTALL)


@lru_cache(maxsize=8192)
def type_of(declared: str) -> str:
    """Return the type in one spelling, e.g. `character varying(20)` for `VARCHAR( 20 )`."""
    lowered = " ".join(declared.lower().split()).removeprefix("pg_catalog.")
    if lowered.startswith("tinyint(1)"):
        return "boolean"
    match = _TYPE.match(_WIDTH.sub(r"\1int", lowered))
    if match is None:  # never: the pattern takes any text
        return lowered
    # Sizes may stand inside, as in timestamp(3) with time zone.
    name, size, rest = match["name"].strip(), match["size"], match["rest"].strip()
    if rest and not rest.startswith("["):
        name, rest = f"{name} {rest}", ""
    name = _SYNONYMS.get(name, name)
    return f"{name}{_size(name, size)}{rest}"


def is_serial(declared: str) -> bool:
    """Whether a type is short for a number that the database counts up."""
    return "serial" in declared.lower()


@lru_cache(maxsize=8192)
def default_of(sql: str) -> str | None:
    """Return a default in one spelling; None where it is that of a column without one."""
    text = expression(sql)
    if text == "null":
        return None
    if text in _NOW:
        return "current_timestamp"
    if _COUNTED.match(text):
        return "counted"
    number = re.fullmatch(r"'(-?\d+(?:\.\d+)?)'", text)
    return number[1] if number else text


@lru_cache(maxsize=8192)
def expression(sql: str) -> str:
    """Return an expression without casts, white space that parts nothing, and outer parentheses."""
    if len(sql) > _LONGEST:
        return " ".join(sql.split())
    parts = [_plain(part) for part in _TOKEN.findall(_uncast(sql))]
    text = "".join(_spaced(parts))
    text = _ANY_OF.sub(r" in(\1)", _HOME.sub("", text))
    text = _until_same(text, lambda now: _ALONE.sub(r"\1", now))
    return _until_same(text, lambda now: now[1:-1].strip() if _is_wrapped(now) else now)


def _uncast(sql: str) -> str:
    return _until_same(_CAST.sub("", sql), lambda now: _CAST_AS.sub(r"\g<inner>", now))


def _until_same(text: str, change: Callable[[str], str]) -> str:
    for _ in range(_DEEPEST):
        changed = change(text)
        if changed == text:
            break
        text = changed
    return text


def _size(name: str, size: str | None) -> str:
    if size is None:
        return "(1)" if name == "character" else ""
    plain = ",".join(part.strip() for part in size.split(","))
    return f"({plain},0)" if name == "numeric" and "," not in plain else f"({plain})"


def _plain(part: str) -> str:
    if part[:1] in {'"', "`"} and re.fullmatch(r"[a-z_][a-z0-9_]*", part[1:-1]):
        return part[1:-1]
    if part.isspace():
        return " "
    return part if part[:1] in {"'", '"', "`"} else part.lower()


def _spaced(parts: list[str]) -> list[str]:
    """Leave white space out where it stands beside punctuation."""
    kept: list[str] = []
    for at, part in enumerate(parts):
        before = parts[at - 1][-1:] if at else ""
        after = parts[at + 1][:1] if at + 1 < len(parts) else ""
        if part != " " or (_is_word(before) and _is_word(after)):
            kept.append(part)
    return kept


def _is_word(character: str) -> bool:
    return character.isalnum() or character in {"_", "'", '"', "`", "$", "@", "#"}


def _is_wrapped(text: str) -> bool:
    """Whether one pair of parentheses encloses the whole text."""
    if not (text.startswith("(") and text.endswith(")")):
        return False
    depth = 0
    parts = _TOKEN.findall(text)
    for at, part in enumerate(parts):
        depth += (part == "(") - (part == ")")
        if depth == 0 and at < len(parts) - 1:
            return False
    return depth == 0

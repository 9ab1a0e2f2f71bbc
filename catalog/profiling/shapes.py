"""From sampled values to masks and codes; nothing else of a value leaves this module."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

LONGEST: Final = 32  # characters of a value that still has a shape
MOST_CODES: Final = 20
MOST_SHAPES: Final = 3
FEWEST_ROWS: Final = 3  # that a value or a shape must occur in to be told
_COVERED: Final = 0.8  # share of the values that the shapes must describe
#: How a value may look to be told: the less the column's name promises, the stricter.
Manner = Literal["code", "slug", "word"]
_CODE: Final = r"[A-Z0-9][A-Z0-9_.+/-]{0,7}"
_SLUG: Final = rf"{_CODE}|[A-Z0-9_.+/-]{{1,24}}|[a-z][a-z0-9_.-]{{0,23}}"
_ALLOWED: Final[Mapping[Manner, re.Pattern[str]]] = {
    "code": re.compile(_CODE),
    "slug": re.compile(_SLUG),
    "word": re.compile(rf"{_SLUG}|[A-Za-z][a-z]{{0,19}}([ -][A-Za-z][a-z]{{0,15}}){{0,2}}"),
}
_KEPT: Final = frozenset("-_/.:#+")
_PERSONAL: Final = re.compile(
    r"@|^\+?[\d\s()/.-]{7,}$|^\d{1,3}(\.\d{1,3}){3}$|^[0-9A-Fa-f:]*::[0-9A-Fa-f:]*$"
    r"|^[A-Z]{2}\d{2}[A-Z0-9 ]{11,}$"
)
_FULL_NAME: Final = re.compile(r"[^\W\d_a-z][^\W\d_]+[ ,]+[^\W\d_a-z][^\W\d_]+")
_DATE: Final = re.compile(r"\d{4}-\d\d(-\d\d.*)?")
_WORD_SHAPE: Final = re.compile(r"A?a+")  # any word has it


@dataclass(frozen=True, kw_only=True)
class Told:
    """What may be told of a column's values."""

    shapes: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    personal: bool = False  # the values look like data about people: nothing is told


def of(values: Sequence[str], *, manner: Manner) -> Told:
    """Return what may be told of these values; codes only when all of them are of the manner.

    Values that look like addresses, numbers or names of people make the whole column personal.
    """
    counted = Counter(values)
    if any(_looks_personal(value, manner) for value in counted):
        return Told(personal=True)
    codes = _codes(counted, manner)
    return Told(codes=codes, shapes=() if codes else _shapes(counted))


def mask(value: str) -> str | None:
    """Return the value's shape, e.g. AA-9999 for DE-1742; None when it has none worth telling."""
    if not value or len(value) > LONGEST or any(character.isspace() for character in value):
        return None
    return "".join(map(_masked, value))


def _masked(character: str) -> str:
    if character.isdigit():
        return "9"
    if character.isalpha():
        return "A" if character.isupper() else "a"
    return character if character in _KEPT else "*"


def _looks_personal(value: str, manner: Manner) -> bool:
    # "In Progress" is a status as well as a name is.
    named = manner != "word" and _FULL_NAME.search(value) is not None
    return named or (_PERSONAL.search(value) is not None and not _DATE.fullmatch(value))


def _codes(counted: Counter[str], manner: Manner) -> tuple[str, ...]:
    """Return the values that are told, none unless all of them look like codes."""
    if not 0 < len(counted) <= MOST_CODES:
        return ()
    if not all(_ALLOWED[manner].fullmatch(each) for each in counted):
        return ()
    return tuple(sorted(value for value, count in counted.items() if count >= FEWEST_ROWS))


def _shapes(counted: Counter[str]) -> tuple[str, ...]:
    """Return the commonest shapes, none when they do not describe most of the values."""
    found: Counter[str] = Counter()
    for value, count in counted.items():
        shape = mask(value)
        if shape is not None and not _WORD_SHAPE.fullmatch(shape):
            found[shape] += count
    common = [(shape, rows) for shape, rows in found.most_common() if rows >= FEWEST_ROWS]
    common = common[:MOST_SHAPES]
    if sum(rows for _, rows in common) < _COVERED * max(1, counted.total()):
        return ()
    return tuple(sorted(shape for shape, _ in common))

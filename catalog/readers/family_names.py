"""Names that differ in numbers and dates only: what they share, and their order."""

import calendar
import re
from collections.abc import Sequence
from typing import Final

_MONTHS: Final = [
    name
    for month in range(1, 13)
    for name in (calendar.month_abbr[month].lower(), calendar.month_name[month].lower())
]
_VARYING: Final = re.compile(
    rf"\d+|(?<![a-z])(?:{'|'.join(sorted(_MONTHS, key=len, reverse=True))})(?![a-z])", re.IGNORECASE
)
_RUN: Final = re.compile(r"\*(?:[^*a-z0-9]?\*)+", re.IGNORECASE)
_PARTS: Final = re.compile(rf"({_VARYING.pattern})", re.IGNORECASE)
_AREA: Final = re.compile(r"\A[^_].*?__")  # names a database of origin, which is no part of a table


def label(names: Sequence[str]) -> str:
    """Return the members' common name, with a star for what differs, e.g. events_*."""
    parts = [_VARYING.findall(name) for name in names]
    same = [len({values[at].lower() for values in parts}) == 1 for at in range(len(parts[0]))]
    values = iter(zip(parts[0], same, strict=True))

    def kept(_match: re.Match[str]) -> str:
        value, constant = next(values)
        return value if constant else "*"

    return _RUN.sub("*", _VARYING.sub(kept, names[0]))


def pattern(name: str) -> str:
    """Return the name with a star for each number and month; one of its own where it has none."""
    return _VARYING.sub("*", name)


def order(name: str) -> tuple[tuple[int, str], ...]:
    """Order numbers by value and months by the calendar: events_2 before events_10."""
    return tuple(map(_place, _PARTS.split(name)))


def _place(part: str) -> tuple[int, str]:
    if part.isdigit():
        return int(part), ""
    lowered = part.lower()
    return (_MONTHS.index(lowered), "") if lowered in _MONTHS else (-1, part)


def area(name: str) -> str:
    """Return the beginning that names a database of origin, whose number is none of a part."""
    found = _AREA.match(name)
    return found[0] if found else ""

"""Where the bars of a chart stand; templates draw them as SVG. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

_GAP_SHARE = 0.25  # of a column's place
_LEAST = 1.5  # what is not nothing can be seen


@dataclass(frozen=True, kw_only=True)
class Value:
    """What a bar stands for: its length, what it says when pointed at, its colour's name."""

    size: float
    title: str
    kind: str = "value"


@dataclass(frozen=True, kw_only=True)
class Bar:
    """A rectangle in the units of the drawing."""

    x: float
    y: float
    width: float
    height: float
    title: str
    kind: str


def columns(values: Sequence[Value], *, width: float, height: float, most: float) -> list[Bar]:
    """Return upright bars from left to right; a size of `most` is as high as the drawing."""
    place = width / max(len(values), 1)
    bars = []
    for index, value in enumerate(values):
        tall = _length(value.size, most=most, room=height)
        bars.append(
            Bar(
                x=round(place * (index + _GAP_SHARE / 2), 2),
                y=round(height - tall, 2),
                width=round(place * (1 - _GAP_SHARE), 2),
                height=tall,
                title=value.title,
                kind=value.kind,
            )
        )
    return bars


def rows(values: Sequence[Value], *, width: float, pitch: float, thickness: float) -> list[Bar]:
    """Return lying bars from top to bottom, one every `pitch`; the longest fills the width."""
    most = max((value.size for value in values), default=0)
    return [
        Bar(
            x=0,
            y=round(index * pitch + (pitch - thickness) / 2, 2),
            width=_length(value.size, most=most, room=width),
            height=thickness,
            title=value.title,
            kind=value.kind,
        )
        for index, value in enumerate(values)
    ]


def _length(size: float, *, most: float, room: float) -> float:
    if size <= 0 or most <= 0:
        return 0
    return round(max(_LEAST, room * min(size / most, 1)), 2)

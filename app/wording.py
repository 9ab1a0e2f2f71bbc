"""Numbers and times as people read them; the page's `model/format.js` says the same."""

_TENTH, _TEN = 0.095, 9.95  # below, more digits say something
_MINUTE, _HOUR = 60, 3600


def duration(seconds: float) -> str:
    """Return "38 ms", "0.4 s", "12 s", "3 min 12 s" or "1 h 20 min"."""
    if seconds < _TENTH:
        return f"{max(0, round(seconds * 1000))} ms"
    if seconds < _TEN:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < _MINUTE:
        return f"{whole} s"
    if whole < _HOUR:
        minutes, rest = divmod(whole, _MINUTE)
        return f"{minutes} min {rest} s" if rest else f"{minutes} min"
    hours, rest = divmod(whole // _MINUTE, _MINUTE)
    return f"{hours} h {rest} min" if rest else f"{hours} h"


def percent(share: float | None) -> str:
    """Return "97 %"; a dash of what is unknown. Only all is 100, only nothing is 0."""
    if share is None:
        return "\N{EN DASH}"
    rounded = round(share * 100)
    if 0 < share < 1:
        rounded = min(99, max(1, rounded))
    return f"{rounded} %"


def count(number: int, noun: str) -> str:
    """Return "1 run", "1,234 runs"."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"

"""Columns that hold a moment: what they say, and which of a table's moments a question asks by."""

from catalog import words
from catalog.model import Column
from worker.pipeline import wording

_SUFFIXES = frozenset({"at", "on", "date", "time", "datetime", "timestamp", "ts", "dt", "day"})
_IRREGULAR = frozenset(
    {"paid", "sent", "made", "sold", "built", "bought", "read", "seen", "taken", "given", "held"}
)
_INTRANSITIVE = wording.vocabulary(
    "expired joined started ended happened occurred arrived departed died retired failed "
    "succeeded finished begun left starts ends begins expires"
)
_CHANGED = frozenset({"updated", "modified", "changed", "touched", "edited"})
# As columns have them: create_date.
_PLAIN_VERBS = {
    "create": "created",
    "insert": "inserted",
    "update": "updated",
    "modify": "modified",
    "hire": "hired",
    "publish": "published",
    "approve": "approved",
    "submit": "submitted",
}
_AHEAD = frozenset({"required", "expected", "planned", "scheduled", "estimated", "promised"})
_PARTICLES = frozenset({"in", "out", "on", "off", "up"})
_NOT_EVENTS = wording.vocabulary(
    "due birth birthday born valid expected expires expire expiry expiration until planned last "
    "next from to until required retry"
)
_VALID = {"from": "from when", "to": "until when", "until": "until when", "on": "when"}
_STARTS = wording.vocabulary(
    "opened requested ordered order issued shipped started starts start begin begins hired "
    "rental rented submitted subscribed announced reported placed queued"
)
_ENDS = wording.vocabulary(
    "resolved closed delivered completed ended ends end finished paid returned return left "
    "decided shipped unsubscribed solved"
)


def is_moment(column: Column) -> bool:
    """Tell whether the column's type is one of date or time that knows a day."""
    kind = column.type.lower()
    return "date" in kind or "timestamp" in kind


def meaning(column: Column, one: str) -> str:
    """Return what the moment says about one row, e.g. "when the ticket was resolved"."""
    pieces, suffix = _pieces(column), words.split(column.name)[-1:]
    if pieces[:1] == ("valid",) and suffix[0] in _VALID:
        return f"{_VALID[suffix[0]]} the {one} is valid"
    if len(pieces) == 1 and (verb := _verb(pieces[0], one)):
        return f"when {verb}"
    if last := _last(pieces, one):
        return f"when {last}"
    if suffix[:1] in {("at",), ("on",)} and suffix != pieces[-1:]:
        return f"moment of the {words.humanise(' '.join(pieces))} of the {one}"
    whole = words.humanise(column.name)
    if whole.startswith(f"{one} "):
        return f"{whole.removeprefix(f'{one} ')} of the {one}"
    return f"{whole} of the {one}"


def happened(column: Column) -> str | None:
    """Return the participle that the column is named after, e.g. opened; None when it is not."""
    pieces = _pieces(column)
    if len(pieces) == 1 and is_participle(pieces[0]) and pieces[0] not in _INTRANSITIVE | _CHANGED:
        return pieces[0]
    return None


def active(column: Column) -> str | None:
    """Return what rows do at that moment, e.g. start for starts_on; None for anything else."""
    pieces = _pieces(column)
    if len(pieces) != 1 or pieces[0] not in _INTRANSITIVE:
        return None
    return pieces[0].removesuffix("s")


def is_participle(word: str) -> bool:
    """Tell whether "was ..." can stand before the word."""
    return word in _IRREGULAR or (word.endswith("ed") and len(word) > 4)  # noqa: PLR2004  # "need"


def eventful(column: Column) -> int:
    """Return how well the column says when a row came about; below zero it does not."""
    pieces = set(words.split(column.name))
    if pieces & _NOT_EVENTS or pieces & _CHANGED or not is_moment(column):
        return -1
    return 1 + (not column.nullable) * 2 + (happened(column) is not None)


def span(columns: tuple[Column, ...]) -> tuple[Column, Column] | None:
    """Return two moments of a row of which the second ends what the first began."""
    moments = [column for column in columns if is_moment(column)]
    for first in moments:
        for second in moments:
            if _ends(first, second) and _grain(first) == _grain(second):
                return first, second
    return None


def _verb(word: str, one: str) -> str:
    """Return what happened to the row, e.g. "the ticket was resolved"; empty if it is no verb."""
    if word == "created":
        return "the row was created"
    if word in _CHANGED:
        return "the row was last changed"
    if word == "due" or word in _AHEAD:
        return f"the {one} is {word}"
    if word in _INTRANSITIVE:
        return f"the {one} {word}"
    return f"the {one} was {word}" if is_participle(word) else ""


def _last(pieces: tuple[str, ...], one: str) -> str:
    """Return what last happened to the row, e.g. "the user was last logged in"; empty if nothing.

    The database itself keeps the moment of a last update: it is the row's.
    """
    if len(pieces) == 1 or pieces[0] != "last":
        return ""
    verb, rest = _PLAIN_VERBS.get(pieces[1], pieces[1]), pieces[2:]
    if not set(rest) <= _PARTICLES or not is_participle(verb):
        return ""
    if verb in _CHANGED and not rest:
        return "the row was last changed"
    return " ".join((f"the {one} was last {verb}", *rest))


def _ends(first: Column, second: Column) -> bool:
    start, end = _pieces(first), _pieces(second)
    if len(start) != 1 or len(end) != 1 or start == end or start[0] not in _STARTS:
        return False
    return end[0] in _ENDS and first.name != second.name


def _grain(column: Column) -> bool:
    return "time" in column.type.lower()


def _pieces(column: Column) -> tuple[str, ...]:
    pieces = words.split(column.name)
    while len(pieces) > 1 and pieces[-1] in _SUFFIXES:
        pieces = pieces[:-1]
    return tuple(_PLAIN_VERBS.get(piece, piece) for piece in pieces) if len(pieces) == 1 else pieces

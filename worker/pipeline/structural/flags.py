"""Columns that answer yes or no: what their rows are, have or may."""

from catalog import words
from catalog.model import Column
from catalog.structure.roles import STATES
from worker.pipeline.structural import moments

_VERBS = words.vocabulary("is has can was will should allow allows uses needs")
_MARKS = words.vocabulary("flag bool boolean indicator")


def meaning(column: Column, one: str) -> str:
    """Return what the flag says about one row, e.g. "whether the product is active"."""
    said = _said(column)
    return f"whether the {one} {said}" if said else f"yes or no: {words.humanise(column.name)}"


def mention(column: Column) -> str:
    """Return the same about a row that was just named, e.g. "whether it is active"."""
    said = _said(column)
    return f"whether it {said}" if said else words.humanise(column.name)


def _said(column: Column) -> str:
    """Return what is said of the row; empty where the name is no sentence."""
    pieces = words.split(column.name)
    while len(pieces) > 1 and pieces[-1] in _MARKS:
        pieces = pieces[:-1]
    first, *rest = pieces
    if rest and first in _VERBS:
        verb = "allows" if first == "allow" else first
        return f"{verb} {words.humanise(' '.join(rest))}"
    adjective = first.removesuffix("bool")  # activebool
    if not rest and (adjective in STATES or moments.is_participle(adjective)):
        return f"is {adjective}"
    return ""

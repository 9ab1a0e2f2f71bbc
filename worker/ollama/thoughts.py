"""Telling a model's thoughts from its answer while both arrive in pieces."""

import re

_OPENING = re.compile(r"\s*<think(?:ing)?>", re.IGNORECASE)
_CLOSING = re.compile(r"</think(?:ing)?>", re.IGNORECASE)
_LONGEST_TAG = len("</thinking>")


class Thoughts:
    """Drops a thought at the beginning of an answer, where models put it."""

    def __init__(self) -> None:
        self._held = ""  # not told yet, because it may be part of a tag
        self._inside = False
        self._told = False

    def filter(self, piece: str) -> str:
        """Return what of the pieces so far belongs to the answer and was not returned yet."""
        if self._told:
            return piece
        self._held += piece
        if not self._inside:
            opening = _OPENING.match(self._held)
            if opening is None:
                return "" if _may_open(self._held) else self.rest()
            self._inside, self._held = True, self._held[opening.end() :]
        closing = _CLOSING.search(self._held)
        if closing is None:
            self._held = self._held[-_LONGEST_TAG:]
            return ""
        self._inside, self._held = False, self._held[closing.end() :]
        return self.filter("")

    def rest(self) -> str:
        """Return what was held back; a thought that never ended is none of it."""
        if self._inside:
            return ""
        held, self._held, self._told = self._held.lstrip(), "", True
        return held


def _may_open(text: str) -> bool:
    start = text.lstrip().lower()
    return any(tag.startswith(start) for tag in ("<think>", "<thinking>"))

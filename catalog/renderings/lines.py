"""Untrusted text as one line: what it may carry into a format that counts lines."""

import re
from typing import Final

# Controls end lines and strings; directional marks make text look like other text.
_CONTROLS: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff]+")
_DIRECTIONS: Final = re.compile(r"[\u202a-\u202e\u2066-\u2069]")
_PARAGRAPHS: Final = re.compile(r"\n[ \t]*\n")


def single(text: str) -> str:
    """Return the text on one line, without control characters."""
    return " ".join(_CONTROLS.sub(" ", _DIRECTIONS.sub("", text)).split())


def paragraphs(text: str) -> list[str]:
    """Return the text's paragraphs (separated by blank lines), each on one line."""
    return [" ".join(block) for block in blocks(text)]


def blocks(text: str) -> list[list[str]]:
    """Return the text's paragraphs as their lines."""
    unified = text.replace("\r\n", "\n").replace("\r", "\n")
    parts = ([single(line) for line in part.split("\n")] for part in _PARAGRAPHS.split(unified))
    return [found for part in parts if (found := [line for line in part if line])]


def code(text: str) -> list[str]:
    """Return the lines of a piece of code, indentation kept, without control characters."""
    cleaned = (_CONTROLS.sub(" ", _DIRECTIONS.sub("", line)) for line in text.splitlines())
    return [line.rstrip() for line in cleaned]


def shortened(text: str, limit: int) -> str:
    """Return the text on one line, cut to at most `limit` characters."""
    line = single(text)
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"

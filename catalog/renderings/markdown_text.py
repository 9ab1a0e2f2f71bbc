"""Untrusted text inside Markdown: it is shown as it is, and never read as markup or HTML."""

import re
from collections.abc import Iterable
from typing import Final

from catalog.renderings import lines

_ENTITIES: Final = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
# An underscore inside a word is harmless and frequent; escaping it would litter the source.
_MARKUP: Final = re.compile(r"[\\`*\[\]|~$]|(?<=\s)#|(?<![^\W_])_|_(?![^\W_])")
_LEADING: Final = re.compile(r"([#\-+=]|\d+(?=[.)]))(.*)")
_CODE: Final = re.compile(r"[\w .,:;()'\"/$@=+\-]*\w[\w .,:;()'\"/$@=+\-]*")
_BACKTICKS: Final = re.compile(r"`+")


def inline(text: str) -> str:
    """Return the text for the middle of a line or a table's cell."""
    return _MARKUP.sub(r"\\\g<0>", lines.single(text).translate(_ENTITIES))


def paragraph(text: str) -> str:
    """Return the text as a paragraph of one line; it starts no heading, list or quotation."""
    escaped = inline(text)
    leading = _LEADING.fullmatch(escaped)
    if leading is None:
        return escaped
    if leading[1][0].isdigit():
        return f"{leading[1]}\\{leading[2]}"
    return "\\" + escaped


def paragraphs(text: str) -> list[str]:
    """Return the text's paragraphs, with a blank line between two."""
    found: list[str] = []
    for part in lines.paragraphs(text):
        found += [paragraph(part), ""]
    return found[:-1]


def listings(text: str) -> list[str]:
    """Return the text's paragraphs, where a line that ends in a colon may open a list.

    All lines after it have to begin with a hyphen; what they hold is text like any other.
    """
    found: list[str] = []
    for part in lines.blocks(text):
        first, *rest = part
        if rest and first.endswith(":") and all(line.startswith("- ") for line in rest):
            items = [f"- {paragraph(line[2:])}" for line in rest]
            found += [paragraph(first), "", *items, ""]
        else:
            found += [paragraph(" ".join(part)), ""]
    return found[:-1]


def code(name: str) -> str:
    """Return a name or type as a code span; one that could end it, as plain text."""
    line = lines.single(name)
    return f"`{line}`" if _CODE.fullmatch(line) else inline(line)


def codes(names: Iterable[str]) -> str:
    """Return several names as code spans in a sentence."""
    return ", ".join(code(name) for name in names)


def fenced(text: str, language: str) -> list[str]:
    """Return a block of code whose fence is longer than any run of backticks inside."""
    longest = max((len(run) for run in _BACKTICKS.findall(text)), default=0)
    fence = "`" * max(3, longest + 1)
    return [f"{fence}{language}", *lines.code(text), fence]

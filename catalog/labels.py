"""The fixed words of a rendered context: they can be said in the language of its texts."""

from collections.abc import Iterable, Mapping
from typing import Final

from catalog import words

#: Headings, and titles of columns and lines.
FIXED: Final = (
    "Summary",
    "Description",
    "At a glance",
    "Key insights",
    "Questions to start with",
    "Domains",
    "Tables",
    "Other tables",
    "Scores",
    "How this was made",
    "What was read and sent",
    "What",
    "Value",
    "Database",
    "Domain",
    "Joins",
    "About",
    "Column",
    "Type",
    "Key",
    "Meaning",
    "Evidence",
    "Difficulty",
    "easy",
    "medium",
    "hard",
    "Check",
    "Relations",
    "Referenced by",
    "low confidence",
)


def of(stats: Iterable[str]) -> tuple[str, ...]:
    """Return every label of a context that counts these."""
    return tuple(dict.fromkeys((*FIXED, *map(words.title, stats))))


def say(english: str, said: Mapping[str, str]) -> str:
    """Return the label as it is said; in English where that is not known."""
    return said.get(english, english)

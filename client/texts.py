"""Text of strangers (a schema's names, a model's words), made safe for a terminal."""

import re

# Control characters move the cursor, retitle the window or answer as the keyboard; the others
# turn the reading direction, so that a line shows something else than it says.
_UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_ESCAPES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|.)")


def clean(text: object) -> str:
    """Return the text without anything that steers a terminal; line breaks and tabs stay."""
    return _UNSAFE.sub("", _ESCAPES.sub("", str(text)))


def line(text: object) -> str:
    """Return the text as one clean line."""
    return " ".join(clean(text).split())

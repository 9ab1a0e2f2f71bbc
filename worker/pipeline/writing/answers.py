"""Reads what a model answered: one JSON object, whatever it is wrapped in."""

import json
import re
from collections.abc import Mapping
from typing import Any

_THOUGHT = re.compile(r"<think(?:ing)?>.*?(?:</think(?:ing)?>|\Z)", re.DOTALL | re.IGNORECASE)
_SPACE = re.compile(r"\s+")
_TRIES = 25  # braces in prose before the object; more than this is no answer
_LONGEST = 700


def parse(text: str) -> dict[str, Any] | None:
    """Return the first JSON object outside of thoughts; None when there is no whole one."""
    rest = _THOUGHT.sub("", text)
    decoder = json.JSONDecoder()
    start = -1
    for _ in range(_TRIES):
        start = rest.find("{", start + 1)
        if start < 0:
            return None
        try:
            value, _ = decoder.raw_decode(rest, start)
        except (ValueError, RecursionError):
            continue
        if isinstance(value, dict):
            return value
    return None


def prose(value: object, *, longest: int = _LONGEST) -> str | None:
    """Return the value as one line of text; None when it is no text or no usable one."""
    if not isinstance(value, str):
        return None
    text = _SPACE.sub(" ", value).strip()
    return text if text and len(text) <= longest else None


def section(value: object, key: str) -> dict[str, Any]:
    """Return the object under the key, or an empty one."""
    found = value.get(key) if isinstance(value, Mapping) else None
    return found if isinstance(found, dict) else {}

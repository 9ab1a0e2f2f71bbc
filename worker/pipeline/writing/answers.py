"""Reads what a model answered: one JSON object, whatever it is wrapped in."""

import json
import re
from collections.abc import Mapping
from typing import Any

_THOUGHT = re.compile(r"<think(?:ing)?>.*?(?:</think(?:ing)?>|\Z)", re.DOTALL | re.IGNORECASE)
_SPACE = re.compile(r"\s+")
_TRIES = 25  # braces in prose before the object; more than this is no answer
_LONGEST = 700
_BEGUN = re.compile(r'\{\s*"')  # an object with members, not a brace in prose
_CLOSING = {"{": "}", "[": "]"}


def read(text: str) -> dict[str, Any] | None:
    """Return what can be used of an answer: the whole object, else what was whole of it."""
    found = parse(text)
    return found if found is not None else salvage(text)


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
            if _BEGUN.match(rest, start):
                return None  # what is whole inside of it answers something else
            continue
        if isinstance(value, dict):
            return value
    return None


def salvage(text: str) -> dict[str, Any] | None:
    """Return the object that broke off, with the members that were whole by then; None if none was.

    Nothing inside of a text that broke off is taken.
    """
    rest = _THOUGHT.sub("", text)
    begun = _BEGUN.search(rest)
    if begun is None:
        return None
    start = begun.start()
    open_ones: list[str] = []
    whole: tuple[int, str] | None = None  # where a member had just ended, and what closes the rest
    inside = escaped = False
    for place, sign in enumerate(rest[start:], start=start):
        if inside:
            inside = escaped or sign != '"'
            escaped = sign == "\\" and not escaped
            continue
        if sign == '"':
            inside = True
        elif sign in _CLOSING:
            open_ones.append(_CLOSING[sign])
        elif sign == "," or (open_ones and sign == open_ones[-1]):
            if sign == ",":
                whole = place, "".join(reversed(open_ones))
            else:
                open_ones.pop()
                whole = place + 1, "".join(reversed(open_ones))
    return parse(rest[start : whole[0]] + whole[1]) if whole else None


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

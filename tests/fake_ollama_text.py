"""Texts and numbers that a model would make: answers to a JSON Schema, tokens, vectors."""

import hashlib
import math
from collections.abc import Mapping
from typing import Any

CHARACTERS_PER_TOKEN = 4
DIMENSIONS = 16


def example(schema: Any, *, depth: int = 0) -> Any:  # noqa: ANN401 - any JSON
    """Return a small value that satisfies a JSON Schema of the kind that prompts use."""
    if not isinstance(schema, Mapping) or depth > 12:
        return "x"
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return schema["enum"][0]
    for choice in ("anyOf", "oneOf"):
        if choice in schema:
            return example(schema[choice][0], depth=depth + 1)
    return _of_type(schema, depth)


def tokens(body: Mapping[str, Any]) -> int:
    """Return how many tokens the prompt of a request has."""
    parts = [message["content"] for message in body.get("messages", ())]
    parts += [body.get("system", ""), body.get("prompt", "")]
    return math.ceil(sum(len(part) for part in parts) / CHARACTERS_PER_TOKEN)


def vector(text: str, *, dimensions: int = DIMENSIONS) -> list[float]:
    """Return an embedding of length 1, always the same for the same text."""
    raw = hashlib.shake_256(text.encode()).digest(dimensions)
    values = [byte / 127.5 - 1.0 for byte in raw]
    length = math.sqrt(sum(value * value for value in values)) or 1.0
    return [value / length for value in values]


def _of_type(schema: Mapping[str, Any], depth: int) -> Any:  # noqa: ANN401 - any JSON
    kind = schema.get("type", "object")
    kind = kind[0] if isinstance(kind, list) else kind
    if kind == "object":
        properties = schema.get("properties", {})
        names = schema.get("required", list(properties))
        return {name: example(properties.get(name), depth=depth + 1) for name in names}
    if kind == "array":
        count = max(1, schema.get("minItems", 1))
        return [example(schema.get("items"), depth=depth + 1) for _ in range(count)]
    simple: dict[str, Any] = {"integer": 1, "number": 0.5, "boolean": True, "null": None}
    return simple.get(kind, "An example of a text.")

"""What Ollama refuses, in its own words, and what an answer to a JSON Schema looks like."""

import json
from collections.abc import Mapping
from typing import Any

Refusal = tuple[int, str]  # status, message

OPTIONS: dict[str, type | tuple[type, ...]] = {
    "seed": int,
    "num_ctx": int,
    "num_predict": int,
    "top_k": int,
    "temperature": (int, float),
    "top_p": (int, float),
    "min_p": (int, float),
}
ROLES = frozenset({"system", "user", "assistant", "tool"})
THINKING = ("high", "medium", "low", "max")


def refuse_body(raw: bytes) -> Refusal | None:
    """Return why a request's body cannot be read."""
    if not raw:
        return 400, "missing request body"
    try:
        body = json.loads(raw)
    except ValueError as error:
        return 400, f"invalid character: {error}"
    return None if isinstance(body, dict) else (400, "json: cannot unmarshal into Go value")


def refuse_chat(body: Mapping[str, Any], models: Mapping[str, tuple[str, ...]]) -> Refusal | None:
    """Return why a chat request is refused: the description's types, then the server's rules."""
    rules = (_messages, _format, _options, _stream)
    for rule in rules:
        if problem := rule(body):
            return 400, problem
    found = refuse_model(body, models)
    return found or _think(body, models)


def refuse_model(body: Mapping[str, Any], models: Mapping[str, tuple[str, ...]]) -> Refusal | None:
    """Return why the named model cannot be had."""
    name = body.get("model")
    if not isinstance(name, str) or not name:
        return 400, "model is required"
    if resolve(name, models) is None:
        return 404, f"model '{name}' not found"
    return None


def resolve(name: str, models: Mapping[str, tuple[str, ...]]) -> str | None:
    """Return the installed model of this name; `:latest` is implied."""
    tagged = name if ":" in name else f"{name}:latest"
    return tagged if tagged in models else None


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


def _messages(body: Mapping[str, Any]) -> str | None:
    messages = body.get("messages")
    if not isinstance(messages, list):
        return "json: cannot unmarshal into Go struct field ChatRequest.messages"
    for message in messages:
        if not isinstance(message, dict) or not isinstance(message.get("content"), str):
            return "json: cannot unmarshal into Go struct field Message.content"
        if message.get("role") not in ROLES:
            return "invalid role: must be one of system, user, assistant, tool"
    return None


def _format(body: Mapping[str, Any]) -> str | None:
    asked = body.get("format", {})
    if asked == "json" or isinstance(asked, dict):
        return None
    return f'invalid format: {asked!r}; expected "json" or a valid JSON Schema object'


def _options(body: Mapping[str, Any]) -> str | None:
    options = body.get("options", {})
    if not isinstance(options, dict):
        return "json: cannot unmarshal into Go struct field ChatRequest.options"
    for name, kind in OPTIONS.items():
        if name in options and (
            isinstance(options[name], bool) or not isinstance(options[name], kind)
        ):
            return f'option "{name}" must be of another type'
    return None


def _stream(body: Mapping[str, Any]) -> str | None:
    if isinstance(body.get("stream", True), bool):
        return None
    return "json: cannot unmarshal into Go struct field ChatRequest.stream of type bool"


def _think(body: Mapping[str, Any], models: Mapping[str, tuple[str, ...]]) -> Refusal | None:
    think = body.get("think", False)
    if not isinstance(think, bool) and think not in THINKING:
        return 400, f'invalid think value: {think!r} (must be "high", "medium", "low", "max")'
    name = resolve(body["model"], models) or ""
    if think and "thinking" not in models[name]:
        return 400, f'"{body["model"]}" does not support thinking'
    return None

"""What Ollama refuses, in its own words."""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

Refusal = tuple[int, str]  # status, message
Rule = Callable[[Mapping[str, Any]], str | None]
Models = Mapping[str, tuple[str, ...]]  # installed names and their capabilities

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
NAME = re.compile(r"(?:[^\W_][\w.-]*/){0,2}[^\W_][\w.-]*(?::\w[\w.-]*)?", re.ASCII)
TOO_LONG = (
    "the prompt is longer than the context length currently available to the model; shorten the "
    "prompt, adjust the context length in settings, or use a model with a longer context length"
)


def refuse_body(raw: bytes) -> Refusal | None:
    """Return why a request's body cannot be read."""
    if not raw:
        return 400, "missing request body"
    try:
        body = json.loads(raw)
    except ValueError as error:
        return 400, f"invalid character: {error}"
    return None if isinstance(body, dict) else (400, "json: cannot unmarshal into Go value")


def refuse_chat(body: Mapping[str, Any], models: Models) -> Refusal | None:
    """Return why a chat request is refused: the description's types, then the server's rules."""
    return (
        _first(body, _messages, _format, _options, _flags, _keep_alive)
        or refuse_model(body, models)
        or _capable(body, models, "chat")
        or _think(body, models)
    )


def refuse_generate(body: Mapping[str, Any], models: Models) -> Refusal | None:
    """Return why a completion is refused."""
    return (
        _first(body, _texts, _format, _options, _flags, _keep_alive)
        or refuse_model(body, models)
        or _capable(body, models, "generate")
        or _think(body, models)
    )


def refuse_embed(body: Mapping[str, Any], models: Models) -> Refusal | None:
    """Return why texts are not embedded."""
    return _first(body, _input, _options, _flags) or refuse_model(body, models)


def refuse_pull(body: Mapping[str, Any], _models: Models) -> Refusal | None:
    """Return why a pull does not even begin."""
    if refusal := _first(body, _flags):
        return refusal
    name = body.get("model") or body.get("name")
    if not isinstance(name, str) or not name:
        return 400, "model is required"
    return None if NAME.fullmatch(name) else (400, "invalid model name")


def refuse_model(body: Mapping[str, Any], models: Models) -> Refusal | None:
    """Return why the named model cannot be had."""
    name = body.get("model")
    if not isinstance(name, str) or not name:
        return 400, "model is required"
    if resolve(name, models) is None:
        return 404, f"model '{name}' not found"
    return None


def resolve(name: str, models: Models) -> str | None:
    """Return the installed model of this name; `:latest` is implied."""
    return tagged(name) if tagged(name) in models else None


def tagged(name: str) -> str:
    """Return the name with its tag."""
    return name if ":" in name else f"{name}:latest"


def _first(body: Mapping[str, Any], *rules: Rule) -> Refusal | None:
    return next(((400, problem) for rule in rules if (problem := rule(body))), None)


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


def _texts(body: Mapping[str, Any]) -> str | None:
    for name in ("prompt", "system", "suffix"):
        if not isinstance(body.get(name, ""), str):
            return f"json: cannot unmarshal into Go struct field GenerateRequest.{name}"
    return None


def _input(body: Mapping[str, Any]) -> str | None:
    given = body.get("input")
    texts = [given] if isinstance(given, str) else given
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        return "invalid input type"
    dimensions = body.get("dimensions", 1)
    if isinstance(dimensions, bool) or not isinstance(dimensions, int):
        return "json: cannot unmarshal into Go struct field EmbedRequest.dimensions of type int"
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


def _flags(body: Mapping[str, Any]) -> str | None:
    for name in ("stream", "truncate", "shift", "insecure", "logprobs", "raw"):
        if not isinstance(body.get(name, True), bool):
            return f"json: cannot unmarshal into Go struct field .{name} of type bool"
    return None


def _keep_alive(body: Mapping[str, Any]) -> str | None:
    given = body.get("keep_alive", 0)
    fits = isinstance(given, int | float | str) and not isinstance(given, bool)
    return None if fits else "json: cannot unmarshal into Go struct field .keep_alive"


def _capable(body: Mapping[str, Any], models: Models, what: str) -> Refusal | None:
    found = models[resolve(body["model"], models) or ""]
    return None if "completion" in found else (400, f'"{body["model"]}" does not support {what}')


def _think(body: Mapping[str, Any], models: Models) -> Refusal | None:
    think = body.get("think", False)
    if not isinstance(think, bool) and think not in THINKING:
        return 400, f'invalid think value: {think!r} (must be "high", "medium", "low", "max")'
    if think and "thinking" not in models[resolve(body["model"], models) or ""]:
        return 400, f'"{body["model"]}" does not support thinking'
    return None

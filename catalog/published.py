"""The JSON Schema of what is exported as JSON, made of the values themselves."""

import dataclasses
import types
from typing import Any, Final, Literal, Union, get_args, get_origin, get_type_hints

from catalog.codec import camel
from catalog.context import Context
from catalog.model import Snapshot

#: Where it is published; the export names it as its `$schema`.
ADDRESS: Final = "/api/v1/schemas/context.json"
_DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
_PLAIN: Final[dict[Any, str]] = {
    str: "string", int: "integer", float: "number", bool: "boolean", types.NoneType: "null",
}  # fmt: skip
#: What the export adds to values: by the name of the class.
_ADDED: Final = {"Snapshot": ("fingerprint",), "Table": ("id", "fingerprint")}


def schema() -> dict[str, Any]:
    """Return the JSON Schema of the JSON export; later versions only add to it."""
    found: dict[str, Any] = {}
    parts = {"snapshot": _of(Snapshot, found), "context": _of(Context, found)}
    return {
        "$schema": _DIALECT,
        "$id": ADDRESS,
        "title": "A database's schema and what was written about it",
        "type": "object",
        "properties": {"$schema": {"type": "string"}, **parts},
        "required": sorted(parts),
        "$defs": dict(sorted(found.items())),
    }


def _of(kind: Any, found: dict[str, Any]) -> dict[str, Any]:  # noqa: ANN401  # any annotation of the values
    origin, arguments = get_origin(kind), get_args(kind)
    if dataclasses.is_dataclass(kind):
        return _of_class(kind, found)
    if origin is tuple:
        return {"type": "array", "items": _of(arguments[0], found)}
    if origin is dict:
        return {"type": "object", "additionalProperties": _of(arguments[1], found)}
    if origin is Literal:
        return {"enum": list(arguments)}
    if origin in {Union, types.UnionType}:
        return {"anyOf": [_of(each, found) for each in arguments]}
    return {"type": _PLAIN[kind]}


def _of_class(kind: Any, found: dict[str, Any]) -> dict[str, Any]:  # noqa: ANN401  # a class of values
    name = kind.__name__
    if name not in found:
        found[name] = {}  # it may hold itself
        hints = get_type_hints(kind)
        keys = {camel(field.name): hints[field.name] for field in dataclasses.fields(kind)}
        added = _ADDED.get(name, ())
        properties = {key: _of(each, found) for key, each in keys.items()}
        found[name] = {
            "type": "object",
            "description": " ".join((kind.__doc__ or "").split()),
            "properties": {**properties, **{key: {"type": "string"} for key in added}},
            "required": [*properties, *added],
        }
    return {"$ref": f"#/$defs/{name}"}

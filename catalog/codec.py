"""Snapshots and contexts as JSON-ready dicts with camelCase keys, and back without loss."""

import dataclasses
import types
from collections.abc import Hashable, Mapping
from functools import lru_cache
from typing import Any, Literal, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from catalog import fingerprints
from catalog.context import Context, Insight, Scores, StartingPrompt
from catalog.differences import Difference
from catalog.model import Snapshot

T = TypeVar("T")


class CodecError(ValueError):
    """Stored data is no snapshot or context; `path` says where, e.g. `tables[3].name`."""

    def __init__(self, path: str, problem: str) -> None:
        super().__init__(f"{path or 'the document'}: {problem}")
        self.path = path


def snapshot_to_dict(snapshot: Snapshot) -> dict[str, Any]:
    """Return the snapshot's JSON form, with `id` and `fingerprint` of each table and overall."""
    data: dict[str, Any] = _encoded(snapshot)
    by_table: dict[str, str] = {}
    for table, encoded in zip(snapshot.tables, data["tables"], strict=True):
        by_table[table.id] = fingerprints.of_table(table)
        encoded["id"] = table.id
        encoded["fingerprint"] = by_table[table.id]
    data["fingerprint"] = fingerprints.combined(snapshot.dialect, by_table)
    return data


def snapshot_from_dict(data: Mapping[str, Any]) -> Snapshot:
    """Return the snapshot a dict holds; unknown keys are ignored, CodecError when it is none."""
    return _decoded_class(Snapshot, data, "")


def difference_to_dict(difference: Difference) -> dict[str, Any]:
    """Return the JSON form of what changed between two snapshots."""
    data: dict[str, Any] = _encoded(difference)
    return data


def context_to_dict(context: Context) -> dict[str, Any]:
    """Return the context's JSON form."""
    data: dict[str, Any] = _encoded(context)
    return data


def context_from_dict(data: Mapping[str, Any]) -> Context:
    """Return the context a dict holds; unknown keys are ignored, CodecError when it is none."""
    return _decoded_class(Context, data, "")


def scores_to_dict(scores: Scores) -> dict[str, Any]:
    """Return the scores' JSON form, as it is in that of their context."""
    data: dict[str, Any] = _encoded(scores)
    return data


def item_to_dict(item: StartingPrompt | Insight) -> dict[str, Any]:
    """Return the JSON form of one prompt or insight."""
    data: dict[str, Any] = _encoded(item)
    return data


def item_from_dict(kind: type[T], data: Mapping[str, Any]) -> T:
    """Return the prompt or insight that a dict holds; CodecError when it is none."""
    return _decoded_class(kind, data, "")


def camel(name: str) -> str:
    """Return a field's name as it is in documents, e.g. `primaryKey`."""
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


@dataclasses.dataclass(frozen=True)
class _Field:
    name: str
    key: str  # as on the wire
    type: Any
    required: bool


@lru_cache(maxsize=64)
def _fields(kind: Hashable) -> tuple[_Field, ...]:
    hints = get_type_hints(cast("type[Any]", kind))
    missing = dataclasses.MISSING
    return tuple(
        _Field(
            name=field.name,
            key=camel(field.name),
            type=hints[field.name],
            required=field.default is missing and field.default_factory is missing,
        )
        for field in dataclasses.fields(cast("type[Any]", kind))
    )


def _encoded(value: Any) -> Any:  # noqa: ANN401  # any JSON value comes out
    if dataclasses.is_dataclass(value):
        return {
            field.key: _encoded(getattr(value, field.name))
            for field in _fields(cast("Hashable", type(value)))
        }
    if isinstance(value, tuple):
        return [_encoded(item) for item in value]
    if isinstance(value, dict):
        return dict(value)
    return value


def _decoded_class(kind: type[T], data: object, path: str) -> T:
    if not isinstance(data, Mapping):
        raise CodecError(path, "an object is needed")
    arguments: dict[str, Any] = {}
    for field in _fields(cast("Hashable", kind)):
        where = f"{path}.{field.key}" if path else field.key
        if field.key in data:
            arguments[field.name] = _decoded(field.type, data[field.key], where)
        elif field.required:
            raise CodecError(where, "it is missing")
    return kind(**arguments)


def _decoded(kind: Any, value: Any, path: str) -> Any:  # noqa: ANN401  # any annotation of the values
    origin = get_origin(kind)
    if dataclasses.is_dataclass(kind):
        return _decoded_class(cast("type[Any]", kind), value, path)
    if origin is tuple:
        return _decoded_tuple(get_args(kind)[0], value, path)
    if origin is dict:
        return _decoded_dict(get_args(kind)[1], value, path)
    if origin in {Union, types.UnionType}:
        return _decoded_optional(get_args(kind), value, path)
    if origin is Literal:
        if value not in get_args(kind):
            raise CodecError(path, f"one of {', '.join(get_args(kind))} is needed")
        return value
    return _decoded_plain(kind, value, path)


def _decoded_plain(kind: Any, value: Any, path: str) -> Any:  # noqa: ANN401  # see _decoded
    if kind is float and type(value) is int:
        return float(value)  # JSON knows one kind of number only
    # bool is a kind of int for Python, but not for our documents
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise CodecError(path, f"a value of type {kind.__name__} is needed")
    return value


def _decoded_tuple(kind: Any, value: object, path: str) -> tuple[Any, ...]:  # noqa: ANN401  # see _decoded
    if not isinstance(value, list | tuple):
        raise CodecError(path, "a list is needed")
    return tuple(_decoded(kind, item, f"{path}[{i}]") for i, item in enumerate(value))


def _decoded_dict(kind: Any, value: object, path: str) -> dict[str, Any]:  # noqa: ANN401  # see _decoded
    if not isinstance(value, Mapping):
        raise CodecError(path, "an object is needed")
    return {str(key): _decoded(kind, item, f"{path}.{key}") for key, item in value.items()}


def _decoded_optional(kinds: tuple[Any, ...], value: Any, path: str) -> Any:  # noqa: ANN401  # see _decoded
    if value is None and types.NoneType in kinds:
        return None
    (kind,) = (kind for kind in kinds if kind is not types.NoneType)
    return _decoded(kind, value, path)

"""Reading what a request asks: JSON bodies, query strings, and the headers with a meaning."""

import re
from http import HTTPStatus
from typing import Any, TypeVar

import flask
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails
from werkzeug.exceptions import RequestEntityTooLarge

from app import errors

Model = TypeVar("Model", bound=BaseModel)
LONGEST_WAIT_SECONDS = 60
LONGEST_KEY = 255
MOST_DRAINED_BYTES = 100_000_000
_WAIT = re.compile(r"(?:^|[,;\s])wait\s*=\s*\"?(\d{1,6})")


class BodyTooLargeError(errors.ProblemError):
    """The body is larger than MAX_BODY_BYTES."""

    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    code = "body_too_large"
    remedy = "Send less: paste only the tables that matter, without INSERT statements."


class WrongContentTypeError(errors.ProblemError):
    """The body is not declared to be JSON."""

    status = HTTPStatus.UNSUPPORTED_MEDIA_TYPE
    code = "unsupported_media_type"
    remedy = "Send JSON, with the header Content-Type: application/json."


class MalformedJsonError(errors.ProblemError):
    """The body is not JSON."""

    status = HTTPStatus.BAD_REQUEST
    code = "malformed_json"
    remedy = "Send one JSON object, encoded as UTF-8."


class InvalidFieldsError(errors.ProblemError):
    """The request has the right form but fields that are wrong, missing or unknown."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    code = "invalid_fields"
    remedy = "Correct the fields that `errors` names."


class IdempotencyKeyError(errors.ProblemError):
    """The header Idempotency-Key cannot be used."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    code = "idempotency_key_invalid"
    remedy = f"Send 1 to {LONGEST_KEY} characters, such as a new UUID, or leave the header out."


def body(model: type[Model], *, optional: bool = False) -> Model:
    """Return the request's JSON body; where it is `optional`, no body means all defaults."""
    raw = _read()
    if not raw and optional:
        return model()
    if flask.request.mimetype != "application/json":
        given = flask.request.mimetype[:60] or "not given"
        raise WrongContentTypeError(f"The body must be JSON; its Content-Type is {given}.")
    try:
        return model.model_validate_json(raw)
    except ValidationError as error:
        raise _refusal(error) from None  # the original may quote a secret that was sent


def query(model: type[Model]) -> Model:
    """Return the query string's parameters; unknown ones are ignored."""
    try:
        return model.model_validate(flask.request.args.to_dict())
    except ValidationError as error:
        raise _refusal(error) from None


def wait_seconds() -> int:
    """Return how long the caller prefers to wait for the result (Prefer: wait=N), at most 60 s."""
    found = _WAIT.search(flask.request.headers.get("Prefer", ""))
    return min(int(found[1]), LONGEST_WAIT_SECONDS) if found else 0


def idempotency_key() -> str | None:
    """Return the caller's key for this very request, or None."""
    key = flask.request.headers.get("Idempotency-Key")
    if key is None:
        return None
    if not 1 <= len(key) <= LONGEST_KEY or not key.isprintable():
        raise IdempotencyKeyError("The Idempotency-Key is empty, too long or unprintable.")
    return key


def _read() -> bytes:
    limit = flask.current_app.config["MAX_CONTENT_LENGTH"]
    raw = b""
    try:
        raw = flask.request.get_data(cache=False)
        # A chunked body is cut off at the limit without a word.
        too_large = flask.request.content_length is None and len(raw) >= limit
    except RequestEntityTooLarge:
        too_large = True
    if too_large:
        _drain()
        raise BodyTooLargeError(f"The body has more than {limit / 1e6:g} MB.")
    return raw


def _drain() -> None:
    # A client that is still sending when the connection closes sees a broken pipe, not the answer.
    left = flask.request.content_length or MOST_DRAINED_BYTES
    left = min(left, MOST_DRAINED_BYTES)
    stream = flask.request.environ["wsgi.input"]
    while left > 0 and (piece := stream.read(min(left, 65_536))):
        left -= len(piece)


def _refusal(error: ValidationError) -> errors.ProblemError:
    found = error.errors(include_url=False, include_context=False, include_input=False)
    if found[0]["type"] == "json_invalid":
        return MalformedJsonError(f"The body is not JSON: {_reason(found[0])}.")
    named = [{"field": _path(item["loc"]), "message": _reason(item)} for item in found]
    return InvalidFieldsError("; ".join(_sentence(item) for item in named[:5]), errors=named)


def _sentence(item: dict[str, str]) -> str:
    return f"{item['field']}: {item['message']}" if item["field"] else item["message"]


def _path(location: tuple[Any, ...]) -> str:
    return ".".join(str(part) for part in location)


def _reason(item: ErrorDetails) -> str:
    if item["type"] in ("too_short", "string_too_short") and "at least 1 " in item["msg"]:
        return "must not be empty"  # pydantic counts the characters of a text as items
    return item["msg"].removeprefix("Value error, ").removeprefix("Invalid JSON: ")

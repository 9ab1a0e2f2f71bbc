"""Every way in which Ollama or its client fails, told as our few failures."""

import json

import httpx
import ollama
import pydantic

from contract.failures import Failure, FailureCode, failure

#: What the client raises: four unrelated families, depending on when the connection broke, and
#: errors of its own parsing when the server does not speak Ollama's language.
CAUGHT = (
    ollama.ResponseError,
    httpx.HTTPError,
    ConnectionError,
    json.JSONDecodeError,
    UnicodeDecodeError,
    pydantic.ValidationError,
    AttributeError,  # a line that is JSON but no object
    TypeError,
)
NO_STATUS = -1  # the client's mark of an error line in the middle of a stream
LONGEST_QUOTE = 200
BUSY = frozenset({429, 502, 503, 504})
REFUSED = frozenset({401, 403})


def failure_of(error: Exception, *, server: str, model: str) -> Failure:
    """Return the failure that `error`, one of CAUGHT, amounts to."""
    if isinstance(error, ollama.ResponseError):
        return _of_status(error, server=server, model=model)
    if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout):
        return unreachable(server)
    if isinstance(error, httpx.HTTPError):
        message = f"The connection to Ollama at {server} was cut before the answer was complete."
        return failure(FailureCode.MODEL_UNREACHABLE, message)
    if isinstance(error, ConnectionError):
        return unreachable(server)
    message = f"What answers at {server} does not speak Ollama's language."
    return failure(FailureCode.MODEL_UNREACHABLE, message)


def unreachable(server: str) -> Failure:
    """Return the failure of a server that does not answer."""
    return failure(FailureCode.MODEL_UNREACHABLE, f"Ollama does not answer at {server}.")


def missing(model: str, *, server: str) -> Failure:
    """Return the failure of a model that is not installed; the client may offer to pull it."""
    message = f"Ollama at {server} does not have the model {model!r}."
    return failure(FailureCode.MODEL_MISSING, message, action="pull")


def too_slow(what: str, *, model: str, seconds: float) -> Failure:
    """Return the failure of a model that kept us waiting."""
    message = f"The model {model!r} {what} for {seconds:g} seconds."
    return failure(FailureCode.MODEL_OVERLOADED, message)


def unfinished(model: str) -> Failure:
    """Return the failure of a stream that ended without saying that it was done."""
    # The server gives up silently when a model repeats one token thirty times.
    message = f"The model {model!r} stopped in the middle of its answer."
    return failure(FailureCode.OUTPUT_INVALID, message)


def cut_short(model: str, *, limit: int) -> Failure:
    """Return the failure of an answer that reached the length limit."""
    message = f"The model {model!r} reached the limit of {limit} tokens before its answer ended."
    return failure(FailureCode.OUTPUT_TRUNCATED, message)


def _of_status(error: ollama.ResponseError, *, server: str, model: str) -> Failure:
    status, quote = error.status_code, _quote(error.error)
    if status == httpx.codes.NOT_FOUND and model:
        return missing(model, server=server)
    if status in BUSY:
        message = f"Ollama at {server} is too busy (status {status}): {quote}"
        return failure(FailureCode.MODEL_OVERLOADED, message)
    if status in REFUSED:
        message = f"Ollama at {server} refuses us (status {status})."
        remedy = "Check OLLAMA_HOST, and the access rules of the server there."
        return failure(FailureCode.MODEL_UNREACHABLE, message, remedy=remedy)
    if status == httpx.codes.BAD_REQUEST:
        message = f"Ollama at {server} does not take the request for {model!r}: {quote}"
        return failure(FailureCode.OUTPUT_INVALID, message, remedy="Choose another model.")
    if status == NO_STATUS or status >= httpx.codes.INTERNAL_SERVER_ERROR:
        message = f"Ollama at {server} failed while {model!r} was running: {quote}"
        return failure(FailureCode.MODEL_OVERLOADED, message)
    message = f"What answers at {server} does not speak Ollama's language (status {status})."
    return failure(FailureCode.MODEL_UNREACHABLE, message)


def _quote(text: object) -> str:
    """Return the server's own words on one line, short: a proxy may answer with a whole page."""
    words = " ".join(str(text).split())
    return words if len(words) <= LONGEST_QUOTE else f"{words[:LONGEST_QUOTE]}..."

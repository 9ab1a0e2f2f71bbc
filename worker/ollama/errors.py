"""Every way in which Ollama or its client fails, told as our few failures and what may help."""

import json
from enum import Enum, auto

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
RAISE_CONTEXT = "Raise OLLAMA_NUM_CTX, or choose a model with a larger context."


class Retry(Enum):
    """What may help against a failure."""

    NEVER = auto()
    LATER = auto()  # the same again after a while, several times
    ONCE = auto()  # the same once more, with other dice
    ELSEWHERE = auto()  # another server at once
    LONGER = auto()  # more tokens for the answer, once
    PLAIN = auto()  # without a word about thinking, once


class CallError(Exception):
    """One call of a model failed."""

    def __init__(self, cause: Failure, retry: Retry = Retry.NEVER, *, away: bool = False) -> None:
        super().__init__(cause.message)
        self.cause = cause
        self.retry = retry
        self.away = away  # the server itself is not there


class UnusableError(CallError):
    """The call went well, but nothing can be made of its answer."""


class TooMuchError(CallError):
    """The question does not fit; it was not sent."""


def of(error: Exception, *, server: str, model: str) -> CallError:
    """Return the failure that `error`, one of CAUGHT, amounts to."""
    if isinstance(error, ollama.ResponseError):
        return _of_status(error, server=server, model=model)
    away = isinstance(error, httpx.ConnectError | httpx.ConnectTimeout | ConnectionError)
    if away:
        return CallError(unreachable(server), Retry.LATER, away=True)
    if isinstance(error, httpx.HTTPError):
        message = f"The connection to Ollama at {server} was cut before the answer was complete."
        return CallError(failure(FailureCode.MODEL_UNREACHABLE, message), Retry.LATER)
    return CallError(_foreign(server), Retry.ONCE)


def unreachable(server: str) -> Failure:
    """Return the failure of a server that does not answer."""
    return failure(FailureCode.MODEL_UNREACHABLE, f"Ollama does not answer at {server}.")


def missing(model: str, *, server: str) -> Failure:
    """Return the failure of a model that is not installed; the client may offer to pull it."""
    message = f"Ollama at {server} does not have the model {model!r}."
    return failure(FailureCode.MODEL_MISSING, message, action="pull", model=model)


def too_slow(what: str, *, model: str, seconds: float) -> CallError:
    """Return the failure of a model that kept us waiting."""
    message = f"The model {model!r} {what} for {seconds:g} seconds."
    return CallError(failure(FailureCode.MODEL_OVERLOADED, message), Retry.ONCE)


def out_of_time(model: str, *, seconds: float) -> CallError:
    """Return the failure of a question that took too long with all its retries."""
    message = f"The model {model!r} gave no whole answer within {seconds:g} seconds."
    return CallError(failure(FailureCode.MODEL_OVERLOADED, message))


def unfinished(model: str) -> UnusableError:
    """Return the failure of a stream that ended without saying that it was done."""
    # The server gives up silently when a model repeats one token thirty times.
    message = f"The model {model!r} stopped in the middle of its answer."
    return UnusableError(failure(FailureCode.OUTPUT_INVALID, message), Retry.ONCE)


def cut_short(model: str, *, limit: int) -> UnusableError:
    """Return the failure of an answer that reached the length limit."""
    message = f"The model {model!r} reached the limit of {limit} tokens before its answer ended."
    return UnusableError(failure(FailureCode.OUTPUT_TRUNCATED, message), Retry.LONGER)


def no_json(model: str) -> UnusableError:
    """Return the failure of an answer that ignores the asked form, as with thinking forbidden."""
    message = f"The model {model!r} did not answer in the form that was asked for."
    return UnusableError(failure(FailureCode.OUTPUT_INVALID, message), Retry.PLAIN)


def too_long(model: str, *, prompt: int, answer: int, window: int) -> CallError:
    """Return the failure of a question that does not fit, found before it was sent."""
    message = (
        f"A question of about {prompt} tokens with an answer of up to {answer} does not fit into "
        f"the {window} tokens that the model {model!r} holds."
    )
    return TooMuchError(failure(FailureCode.OUTPUT_TRUNCATED, message, remedy=RAISE_CONTEXT))


def prompt_cut(model: str, *, server: str, sent: int, read: int | None) -> CallError:
    """Return the failure of a prompt that the server shortened without a word."""
    seen = "not all of it" if read is None else f"{read} tokens"
    message = (
        f"Ollama at {server} gave the model {model!r} {seen} of a question of about {sent} tokens."
    )
    remedy = "Let the server hold as many tokens as OLLAMA_NUM_CTX says, or choose another model."
    return CallError(failure(FailureCode.OUTPUT_TRUNCATED, message, remedy=remedy))


def _of_status(error: ollama.ResponseError, *, server: str, model: str) -> CallError:
    status, quote = error.status_code, _quote(error.error)
    if status == httpx.codes.NOT_FOUND and model:
        return CallError(missing(model, server=server), Retry.ELSEWHERE)
    if status in BUSY:
        message = f"Ollama at {server} is too busy (status {status}): {quote}"
        return CallError(failure(FailureCode.MODEL_OVERLOADED, message), Retry.LATER)
    if status in REFUSED:
        message = f"Ollama at {server} refuses us (status {status})."
        remedy = "Check OLLAMA_HOST, and the access rules of the server there."
        return CallError(failure(FailureCode.MODEL_UNREACHABLE, message, remedy=remedy))
    if status == httpx.codes.BAD_REQUEST:
        return _of_refusal(quote, server=server, model=model)
    if status == NO_STATUS or status >= httpx.codes.INTERNAL_SERVER_ERROR:
        return _of_breakdown(quote, server=server, model=model)
    return CallError(_foreign(server, note=f" (status {status})"))


def _of_refusal(quote: str, *, server: str, model: str) -> CallError:
    message = f"Ollama at {server} does not take the request for {model!r}: {quote}"
    if _is_about_context(quote):
        return CallError(failure(FailureCode.OUTPUT_TRUNCATED, message, remedy=RAISE_CONTEXT))
    cause = failure(FailureCode.OUTPUT_INVALID, message, remedy="Choose another model.")
    return CallError(cause, Retry.PLAIN if "think" in quote else Retry.NEVER)


def _of_breakdown(quote: str, *, server: str, model: str) -> CallError:
    message = f"Ollama at {server} failed while {model!r} was running: {quote}"
    if _is_about_context(quote):
        return CallError(failure(FailureCode.OUTPUT_TRUNCATED, message, remedy=RAISE_CONTEXT))
    if "memory" in quote.lower():
        remedy = "Choose a smaller model, or lower OLLAMA_NUM_CTX."
        return CallError(failure(FailureCode.MODEL_OVERLOADED, message, remedy=remedy))
    return CallError(failure(FailureCode.MODEL_OVERLOADED, message), Retry.LATER)


def _is_about_context(quote: str) -> bool:
    return "context" in quote.lower() and ("length" in quote or "size" in quote)


def _foreign(server: str, *, note: str = "") -> Failure:
    message = f"What answers at {server} does not speak Ollama's language{note}."
    return failure(FailureCode.MODEL_UNREACHABLE, message)


def _quote(text: object) -> str:
    """Return the server's own words on one line, short: a proxy may answer with a whole page."""
    words = " ".join(str(text).split())
    return words if len(words) <= LONGEST_QUOTE else f"{words[:LONGEST_QUOTE]}..."

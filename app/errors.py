"""Errors as answers: each is mapped here, once, to problem+json (RFC 9457)."""

import json
import logging
import uuid
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, ClassVar

import flask
from werkzeug.exceptions import HTTPException

from catalog.readers.errors import SourceError
from store.database import AWAY
from store.submissions import SubmitRaceError
from store.users import EmailTakenError

CONTENT_TYPE = "application/problem+json"
log = logging.getLogger(__name__)

_REMEDIES: Mapping[int, str] = {
    400: "Correct the request's form and send it again.",
    404: "Check the address; /docs lists every operation.",
    405: "Use one of the methods that the Allow header names.",
    429: "Wait as long as Retry-After says, then try again.",
}


class ProblemError(Exception):
    """A request that cannot be answered; `detail` names the cause, `remedy` what to do."""

    status: ClassVar[HTTPStatus] = HTTPStatus.BAD_REQUEST
    code: ClassVar[str]
    remedy: ClassVar[str | None] = None

    def __init__(
        self, detail: str, *, remedy: str | None = None, errors: Sequence[Mapping[str, str]] = ()
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.advice = remedy or self.remedy
        self.errors = errors


def register(app: flask.Flask) -> None:
    """Answer every error of the application as a problem."""
    app.register_error_handler(ProblemError, _problem)
    app.register_error_handler(SourceError, _source)
    app.register_error_handler(EmailTakenError, _email_taken)
    app.register_error_handler(SubmitRaceError, _store_busy)
    for kind in AWAY:
        app.register_error_handler(kind, _store_busy)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _unexpected)


def answer(
    status: int,
    *,
    code: str,
    detail: str,
    remedy: str | None = None,
    errors: Sequence[Mapping[str, str]] = (),
    headers: Mapping[str, str] | None = None,
) -> flask.Response:
    """Return the problem+json response."""
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": int(status),
        "detail": detail,
        "code": code,
    }
    if remedy is not None:
        body["remedy"] = remedy
    if errors:
        body["errors"] = list(errors)
    response = flask.Response(json.dumps(body), status=status, content_type=CONTENT_TYPE)
    response.headers.update(headers or {})
    return response


def _problem(error: ProblemError) -> flask.Response:
    return answer(
        error.status,
        code=error.code,
        detail=error.detail,
        remedy=error.advice,
        errors=error.errors,
    )


def _source(error: SourceError) -> flask.Response:
    return answer(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        code=error.code,
        detail=error.message,
        remedy=error.remedy,
    )


def _email_taken(_error: EmailTakenError) -> flask.Response:
    return answer(
        HTTPStatus.CONFLICT,
        code="email_taken",
        detail="There is an account with this address already.",
        remedy="Sign in, or register with another address.",
    )


def _store_busy(error: Exception) -> flask.Response:
    log.error(
        "the store did not answer",
        extra={"action": "store_unavailable", "cause": type(error).__name__},
        exc_info=error,
    )
    return answer(
        HTTPStatus.SERVICE_UNAVAILABLE,
        code="store_unavailable",
        detail="The server's own database did not answer in time.",
        remedy="Try again in a few seconds.",
        headers={"Retry-After": "5"},
    )


def _http(error: HTTPException) -> flask.Response | HTTPException:
    status = error.code or 0
    if error.response is not None or status < HTTPStatus.BAD_REQUEST:
        return error  # an answer already, such as a redirect
    if _is_page() and flask.request.accept_mimetypes.accept_html:
        return error
    given = dict(error.get_headers())
    given.pop("Content-Type", None)
    phrase = HTTPStatus(status).phrase
    return answer(
        status,
        code=phrase.lower().replace(" ", "_").replace("-", "_"),
        detail=error.description or phrase,
        remedy=_REMEDIES.get(status),
        headers=given,
    )


def _unexpected(error: Exception) -> flask.Response:
    reference = uuid.uuid4().hex[:12]
    log.error(
        "request failed",
        extra={"action": "request_failed", "reference": reference, "path": flask.request.path},
        exc_info=error,
    )
    return answer(
        HTTPStatus.INTERNAL_SERVER_ERROR,
        code="internal",
        detail=f"The server failed to answer. The server's log has the cause under {reference}.",
        remedy="Try again; if it repeats, report the reference.",
    )


def _is_page() -> bool:
    return not flask.request.path.startswith("/api/")

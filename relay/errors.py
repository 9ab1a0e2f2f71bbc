"""Refusals of the relay as problem+json (RFC 9457)."""

import logging
import random
from http import HTTPStatus

import flask
from flask import Flask, Response
from flask_jwt_extended import JWTManager
from werkzeug.exceptions import HTTPException

from store.database import AWAY

log = logging.getLogger(__name__)


class RefusedError(Exception):
    """A request that the relay refuses: `detail` names the cause, `remedy` what to do."""

    def __init__(
        self, status: int, detail: str, *, code: str, remedy: str, retry_after: int | None = None
    ) -> None:
        super().__init__(detail)
        self.status, self.detail, self.code, self.remedy = status, detail, code, remedy
        self.retry_after = retry_after


def register(app: Flask, jwt: JWTManager) -> None:
    """Make every error of the app a problem+json."""
    app.register_error_handler(RefusedError, _refusal)
    app.register_error_handler(HTTPException, _http)
    for kind in AWAY:
        app.register_error_handler(kind, _store_away)
    app.register_error_handler(Exception, _unexpected)
    sign_in = "Sign in again, or refresh the token."

    def missing(_reason: str) -> Response:
        return problem(401, "You are not signed in.", code="token_missing", remedy=sign_in)

    def expired(_header: object, _payload: object) -> Response:
        return problem(401, "Your sign-in has expired.", code="token_expired", remedy=sign_in)

    def revoked(_header: object, _payload: object) -> Response:
        return problem(401, "Your sign-in was ended.", code="session_revoked", remedy=sign_in)

    def invalid(_reason: str) -> Response:
        return problem(401, "The token is not valid.", code="token_invalid", remedy=sign_in)

    jwt.unauthorized_loader(missing)
    jwt.expired_token_loader(expired)
    jwt.revoked_token_loader(revoked)
    jwt.invalid_token_loader(invalid)


def problem(
    status: int, detail: str, *, code: str, remedy: str, retry_after: int | None = None
) -> Response:
    """Return a problem+json response."""
    response = flask.jsonify(
        type="about:blank",
        title=HTTPStatus(status).phrase,
        status=status,
        detail=detail,
        code=code,
        remedy=remedy,
    )
    response.status_code = status
    response.mimetype = "application/problem+json"
    response.headers["Cache-Control"] = "no-store"
    if status == HTTPStatus.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = "Bearer"
    if retry_after is not None:
        response.headers["Retry-After"] = str(retry_after)
    return response


def _refusal(error: RefusedError) -> Response:
    return problem(
        error.status,
        error.detail,
        code=error.code,
        remedy=error.remedy,
        retry_after=error.retry_after,
    )


def _http(error: HTTPException) -> Response:
    status = error.code or 500
    response = problem(
        status,
        error.description or HTTPStatus(status).phrase,
        code=HTTPStatus(status).name.lower(),
        remedy="Check the address and the method against the API's description.",
    )
    for name, value in error.get_headers():
        if name == "Allow":
            response.headers[name] = value
    return response


def _store_away(error: Exception) -> Response:
    extra = {"action": "store_away", "cause": type(error).__name__}
    log.warning("no answer from the database", extra=extra)
    return problem(
        503,
        "The relay's database does not answer.",
        code="store_unreachable",
        remedy="Try again in a few seconds; the job goes on meanwhile.",
        retry_after=random.randint(2, 6),  # noqa: S311 - spreads the returns
    )


def _unexpected(error: Exception) -> Response:
    log.error("request failed", exc_info=error, extra={"action": "request_failed"})
    return problem(
        500,
        "The relay failed.",
        code="internal",
        remedy="Try again; if it repeats, look at the relay's log.",
    )

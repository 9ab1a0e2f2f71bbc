"""Who is asking: tokens as bearer or cookie, checked against the sessions that are still good."""

import uuid
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import flask
import flask_jwt_extended as jwt
from flask_jwt_extended import exceptions as jwt_errors
from flask_jwt_extended.exceptions import CSRFError
from jwt.exceptions import PyJWTError

from app import errors
from contract import tokens
from store import users
from store.database import Database

_SIGN_IN = "Sign in again, or refresh the session with POST /api/v1/auth/refresh."


class SessionRevokedError(errors.ProblemError):
    """The session was ended, perhaps because an old refresh token was used a second time."""

    status = HTTPStatus.UNAUTHORIZED
    code = "session_revoked"
    remedy = "Sign in again."


def configure(
    app: flask.Flask, *, secret_key: str, secure_cookies: bool, database: Database
) -> None:
    """Check tokens of the application's requests, and answer bad ones with problems."""
    app.config.update(tokens.flask_config(secret_key=secret_key, secure_cookies=secure_cookies))
    manager = jwt.JWTManager(app)

    @manager.token_in_blocklist_loader
    def _ended(_header: Mapping[str, Any], claims: Mapping[str, Any]) -> bool:
        session_id = claims.get(tokens.SESSION_CLAIM)
        if not isinstance(session_id, str):
            return True
        # A store that fails raises: without its word nobody is let in.
        with database.read() as connection:
            return not users.session_active(connection, session_id)

    manager.unauthorized_loader(_missing)
    manager.invalid_token_loader(_invalid)
    manager.expired_token_loader(_expired)
    manager.revoked_token_loader(_revoked)
    app.register_error_handler(CSRFError, _forged)


def require() -> None:
    """Let the request pass when it carries a good access token."""
    if flask.request.method == "OPTIONS":
        return  # a browser's question before a request of another origin; it carries no token
    jwt.verify_jwt_in_request()
    flask.g.user_id = jwt.get_jwt_identity()


def visitor() -> str | None:
    """Return the account whose cookies came with the request of a page; None without good ones."""
    try:
        jwt.verify_jwt_in_request(optional=True, locations=["cookies"])
    except (jwt_errors.JWTExtendedException, PyJWTError):
        return None  # expired or ended: the page's script renews it, or leads to the sign-in
    identity: str | None = jwt.get_jwt_identity()
    return identity


def require_refresh() -> Mapping[str, Any]:
    """Return the claims of the request's refresh cookie, when it is good."""
    jwt.verify_jwt_in_request(refresh=True, locations=["cookies"])
    claims: Mapping[str, Any] = jwt.get_jwt()
    return claims


def user_id() -> str:
    """Return the account that asks, in a view that requires one."""
    identity: str = flask.g.user_id
    return identity


def known_user() -> str | None:
    """Return the account that asks, or None where nobody had to sign in."""
    identity: str | None = flask.g.get("user_id")
    return identity


def session_id() -> str:
    """Return the session that the request's token belongs to."""
    found: str = jwt.get_jwt()[tokens.SESSION_CLAIM]
    return found


def new_token_id() -> str:
    """Return the id of a refresh token that is about to be made."""
    return str(uuid.uuid4())


def hand_out(
    response: flask.Response, *, user: str, session: str, refresh_id: str, access: str
) -> None:
    """Set the session's cookies on the response."""
    claims = {tokens.SESSION_CLAIM: session, "jti": refresh_id}
    jwt.set_access_cookies(response, access)
    jwt.set_refresh_cookies(response, jwt.create_refresh_token(user, additional_claims=claims))


def access_token(*, user: str, session: str) -> str:
    """Return a new access token."""
    token: str = jwt.create_access_token(user, additional_claims={tokens.SESSION_CLAIM: session})
    return token


def take_back(response: flask.Response) -> None:
    """Remove the session's cookies."""
    jwt.unset_jwt_cookies(response)


def _missing(_cause: str) -> flask.Response:
    return _refuse("token_missing", "The request carries no access token.", "Sign in.")


def _invalid(_cause: str) -> flask.Response:
    return _refuse("token_invalid", "The token is not one of this server's.", _SIGN_IN)


def _expired(_header: Mapping[str, Any], _claims: Mapping[str, Any]) -> flask.Response:
    return _refuse("token_expired", "The token has expired.", _SIGN_IN)


def _revoked(_header: Mapping[str, Any], _claims: Mapping[str, Any]) -> flask.Response:
    return _refuse(SessionRevokedError.code, "The session has ended.", "Sign in again.")


def _refuse(code: str, detail: str, remedy: str) -> flask.Response:
    return errors.answer(
        HTTPStatus.UNAUTHORIZED,
        code=code,
        detail=detail,
        remedy=remedy,
        headers={"WWW-Authenticate": "Bearer"},
    )


def _forged(_error: CSRFError) -> flask.Response:
    return errors.answer(
        HTTPStatus.FORBIDDEN,
        code="csrf",
        detail="A request that changes something came with cookies but without their CSRF token.",
        remedy="Send the value of the cookie csrf_access_token (csrf_refresh_token to refresh) "
        "as the header X-CSRF-TOKEN, or use Authorization: Bearer.",
    )

"""Who is asking, and from which page."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime

import flask
import flask_jwt_extended as jwt

from contract import tokens
from relay.errors import RefusedError


@dataclass(frozen=True, kw_only=True)
class Caller:
    """An authenticated user; the authorization goes to the app only, and is never shown."""

    user_id: str
    session_id: str
    authorization: str  # as a bearer's header, also of who came with a cookie
    by_cookie: bool
    seconds_left: float  # of the caller's token

    def __repr__(self) -> str:
        return f"Caller(user_id={self.user_id!r})"


def authenticate() -> Caller:
    """Return the caller of this request, by bearer token or cookie; 401 otherwise.

    Only the token is looked at; whether the sign-in still stands is a question to SQL, which the
    query for the job answers too (`check_session` where there is no job to ask for).
    """
    jwt.verify_jwt_in_request(skip_revocation_check=True)
    claims = jwt.get_jwt()
    by_cookie = jwt.get_jwt_request_location() == "cookies"
    cookie = flask.request.cookies.get(tokens.ACCESS_COOKIE, "")
    return Caller(
        user_id=str(jwt.get_jwt_identity()),
        session_id=claims.get(tokens.SESSION_CLAIM, ""),  # a token without is trusted by no query
        authorization=f"Bearer {cookie}" if by_cookie else flask.request.headers["Authorization"],
        by_cookie=by_cookie,
        seconds_left=claims["exp"] - datetime.now(UTC).timestamp(),
    )


def check_session(*, active: bool) -> None:
    """Refuse with 401 when the caller's sign-in was ended."""
    if not active:
        raise jwt.exceptions.RevokedTokenError(jwt.get_jwt_header(), jwt.get_jwt())


def check_origin(caller: Caller, allowed: Collection[str]) -> None:
    """Refuse with 403 a request that another site made the caller's browser send.

    A GET that can start work has no CSRF token, so its origin decides. A bearer token is never
    sent by a browser on its own, so it needs neither header.
    """
    if not caller.by_cookie:
        return
    origin = flask.request.headers.get("Origin")
    site = flask.request.headers.get("Sec-Fetch-Site")
    own = flask.request.host_url.rstrip("/")
    foreign = site == "cross-site" if origin is None else origin not in {own, *allowed}
    if foreign:
        raise RefusedError(
            403,
            "This page's site may not start a generation with your sign-in.",
            code="origin_refused",
            remedy="Add the site to ALLOWED_ORIGINS, or send a bearer token.",
        )

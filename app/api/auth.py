"""Accounts and sessions: /api/v1/auth."""

from http import HTTPStatus

import flask

from app import authentication, errors, services
from app.api import requests
from app.api.documentation import ACCOUNTS, operation
from app.api.schemas_accounts import Account, Credentials, SignedIn, account
from contract import tokens
from store import users
from store.users import User

blueprint = flask.Blueprint("auth", __name__, url_prefix=tokens.REFRESH_PATH)


class WrongCredentialsError(errors.ProblemError):
    """Address and password do not belong together; which of them is wrong is not told."""

    status = HTTPStatus.UNAUTHORIZED
    code = "wrong_credentials"
    remedy = "Check address and password, or register."


@blueprint.post("/register")
@operation(ACCOUNTS, body=Credentials, answers={201: SignedIn}, refuses=(409, 429), public=True)
def register() -> flask.Response:
    """Make an account and sign in."""
    return _hand_out(*_begun(make_account(requests.body(Credentials))), HTTPStatus.CREATED)


@blueprint.post("/login")
@operation(ACCOUNTS, body=Credentials, answers={200: SignedIn}, refuses=(401, 429), public=True)
def login() -> flask.Response:
    """Sign in."""
    return _hand_out(*_begun(known_account(requests.body(Credentials))), HTTPStatus.OK)


@blueprint.post("/refresh")
@operation(ACCOUNTS, answers={200: SignedIn}, refuses=(403,))
def refresh() -> flask.Response:
    """Go on with a session: the refresh cookie is used up and replaced.

    Using one twice ends the session, for it may have been stolen.
    """
    claims = authentication.require_refresh()
    using = services.current()
    session, refresh_id = claims[tokens.SESSION_CLAIM], authentication.new_token_id()
    with using.database.write() as connection:
        rotated = users.rotate(connection, session, used_jti=claims["jti"], next_jti=refresh_id)
        user = users.get(connection, claims["sub"])
    if not rotated or user is None:
        raise authentication.SessionRevokedError("The session has ended.")
    return _hand_out(user, session, refresh_id, HTTPStatus.OK)


@blueprint.post("/logout")
@operation(ACCOUNTS, answers={204: None}, refuses=(403,))
def logout() -> flask.Response:
    """End the session: its tokens stop working and its streams end."""
    authentication.require()
    with services.current().database.write() as connection:
        users.sign_out(connection, authentication.session_id())
    response = flask.Response(status=HTTPStatus.NO_CONTENT)
    authentication.take_back(response)
    return response


@blueprint.get("/me")
@operation(ACCOUNTS, answers={200: Account})
def me() -> flask.Response:
    """Say who is signed in."""
    authentication.require()
    with services.current().database.read() as connection:
        user = users.get(connection, authentication.user_id())
    if user is None:  # deleted in this very moment
        raise authentication.SessionRevokedError("The account is gone.")
    return flask.jsonify(account(user).dump())


def make_account(asked: Credentials) -> User:
    """Make an account; EmailTakenError."""
    using = services.current()
    hashed = using.passwords.hash(asked.password.get_secret_value())
    with using.database.write() as connection:
        return users.create(connection, email=asked.email, password_hash=hashed)


def known_account(asked: Credentials) -> User:
    """Return the account of this address and password; WrongCredentialsError."""
    using = services.current()
    password = asked.password.get_secret_value()
    with using.database.read() as connection:
        found = users.credentials(connection, asked.email)
    user, stored = found or (None, None)
    if not using.passwords.verify(stored, password) or user is None or stored is None:
        raise WrongCredentialsError("No account has this address and this password.")
    if using.passwords.outdated(stored):
        stronger = using.passwords.hash(password)
        with using.database.write() as connection:
            users.rehash(connection, user.id, stronger)
    return user


def begin(user: User) -> tuple[str, str]:
    """Begin a session; returns its id and that of its first refresh token."""
    refresh_id = authentication.new_token_id()
    with services.current().database.write() as connection:
        session = users.sign_in(
            connection, user.id, refresh_jti=refresh_id, lifetime=tokens.REFRESH_LIFETIME
        )
    return session, refresh_id


def _begun(user: User) -> tuple[User, str, str]:
    return user, *begin(user)


def _hand_out(user: User, session: str, refresh_id: str, status: HTTPStatus) -> flask.Response:
    access = authentication.access_token(user=user.id, session=session)
    body = SignedIn(access_token=access, user=account(user))
    response = flask.jsonify(body.dump())
    response.status_code = status
    authentication.hand_out(
        response, user=user.id, session=session, refresh_id=refresh_id, access=access
    )
    return response

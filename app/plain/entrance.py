"""Signing in and up by plain forms; the page's script uses the API instead."""

from http import HTTPStatus
from typing import Final
from urllib.parse import urlsplit

import flask
from pydantic import ValidationError

from app import authentication, errors
from app.api import auth
from app.api.schemas_accounts import Credentials
from app.plain.show import Show
from store.users import EmailTakenError, User

_ALLOWED_SITES: Final = frozenset({None, "same-origin", "none"})


class ForeignFormError(errors.ProblemError):
    """A form of another site asks to sign somebody in here."""

    status = HTTPStatus.FORBIDDEN
    code = "foreign_form"
    remedy = "Sign in on this site's own page."


def add(pages: flask.Blueprint, show: Show) -> None:
    """Let the sign-in page's form work without its script."""

    @pages.post("/login")
    def sign_in() -> flask.typing.ResponseReturnValue:
        _refuse_foreign()
        try:
            asked = _asked()
            user = (
                auth.make_account(asked)
                if "up" in flask.request.form
                else auth.known_account(asked)
            )
        except ValidationError as error:
            problem = "; ".join(found["msg"] for found in error.errors())
            return _again(show, problem, HTTPStatus.UNPROCESSABLE_ENTITY)
        except auth.WrongCredentialsError as error:
            return _again(show, f"{error.detail} {error.advice}", error.status)
        except EmailTakenError:
            taken = "There is an account with this address already."
            return _again(show, taken, HTTPStatus.CONFLICT)
        return _enter(user)


def _asked() -> Credentials:
    form = flask.request.form
    values = {name: form.get(name, "") for name in ("email", "password")}
    return Credentials.model_validate(values)


def _refuse_foreign() -> None:
    headers = flask.request.headers
    if headers.get("Sec-Fetch-Site") not in _ALLOWED_SITES:
        raise ForeignFormError("The form belongs to another site.")
    origin = headers.get("Origin")
    # By the host alone: a proxy that ends TLS may not say so.
    if origin is not None and urlsplit(origin).netloc != flask.request.host:
        raise ForeignFormError("The form's origin is not this site's.")


def _again(show: Show, problem: str, status: HTTPStatus) -> flask.Response:
    response = show("login.html", problem=problem, email=flask.request.form.get("email", ""))
    response.status_code = status
    return response


def _enter(user: User) -> flask.typing.ResponseReturnValue:
    session, refresh_id = auth.begin(user)
    response = flask.make_response(flask.redirect(_destination(), HTTPStatus.SEE_OTHER))
    authentication.hand_out(
        response,
        user=user.id,
        session=session,
        refresh_id=refresh_id,
        access=authentication.access_token(user=user.id, session=session),
    )
    return response


def _destination() -> str:
    """Return where the person wanted to go, which is never another site."""
    asked = flask.request.args.get("next", "/")
    parts = urlsplit(asked)
    own = not parts.scheme and not parts.netloc and asked.startswith("/")
    return asked if own and not asked.startswith(("//", "/\\")) else "/"

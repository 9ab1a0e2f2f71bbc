"""Bodies about accounts."""

from typing import Annotated

import email_validator
from pydantic import AfterValidator, Field, SecretStr

from app.api.schemas import Asked, Moment, Wire
from store.users import User

SHORTEST_PASSWORD = 8
LONGEST_PASSWORD = 1024


def _address(text: str) -> str:
    try:
        found = email_validator.validate_email(
            text,
            check_deliverability=False,  # no DNS: the network may be closed, and nothing is sent
            globally_deliverable=False,
            test_environment=True,
        )
    except email_validator.EmailNotValidError as error:
        raise ValueError(str(error)) from None
    return found.normalized.lower()


def _long_enough(password: SecretStr) -> SecretStr:
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise ValueError(f"must have {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters")
    return password


class Credentials(Asked):
    """An address and a password of 8 to 1024 characters."""

    email: Annotated[str, AfterValidator(_address), Field(max_length=320)]
    password: Annotated[SecretStr, AfterValidator(_long_enough)]


class Account(Wire):
    """Who somebody is."""

    id: str
    email: str
    created_at: Moment


class SignedIn(Wire):
    """A session has begun or goes on; the same tokens came as cookies."""

    access_token: str
    user: Account


def account(user: User) -> Account:
    """Return the account as clients see it."""
    return Account(id=user.id, email=user.email, created_at=user.created_at)

"""Secrets: what production must be given, and what development makes up for itself."""

import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from cryptography.fernet import Fernet

SHORTEST_SECRET = 32  # RFC 7518, section 3.2: an HS256 key has at least 256 bits
EXAMPLES = ("change-me", "changeme", "example", "secret", "default")


class MissingSecretError(ValueError):
    """Production mode was started without a secret of its own."""


@dataclass(frozen=True)
class DevelopmentSecrets:
    """Random secrets of one data directory."""

    jwt_secret_key: str
    credentials_key: str

    def __repr__(self) -> str:
        return "DevelopmentSecrets(...)"


def check(name: str, value: str) -> None:
    """Raise MissingSecretError when `value` is absent, short or an example's value."""
    if len(value) < SHORTEST_SECRET or value.lower().startswith(EXAMPLES):
        raise MissingSecretError(
            f"{name} is missing, shorter than {SHORTEST_SECRET} characters or an example value. "
            f"Set it to a random secret of your own, as .env.example shows."
        )


def development(directory: Path) -> DevelopmentSecrets:
    """Return the directory's secrets, made on first use and readable by their owner only."""
    path = directory / "secrets.json"
    if not path.exists():
        _create(path)
    return DevelopmentSecrets(**json.loads(path.read_text()))


def _create(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    made = {
        "jwt_secret_key": secrets.token_urlsafe(48),
        "credentials_key": Fernet.generate_key().decode(),
    }
    # Written beside and linked into place: of several processes that start at once, one wins
    # and the others read its file whole.
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump(made, file)
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()

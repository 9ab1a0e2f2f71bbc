"""Sealing database credentials at rest."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet


class VaultError(RuntimeError):
    """A sealed source cannot be opened: CREDENTIALS_KEYS lost the key that sealed it."""

    def __init__(self) -> None:
        super().__init__(
            "the stored connection cannot be decrypted: CREDENTIALS_KEYS no longer holds its key; "
            "put the old key back (after the new one) or enter the connection again"
        )


class Vault:
    """Seals with the first key and opens with any."""

    def __init__(self, keys: Sequence[str]) -> None:
        try:
            self._fernet = MultiFernet([Fernet(key) for key in keys])
        except ValueError:
            # Not chained: the original message may quote the key.
            raise ValueError(
                "CREDENTIALS_KEYS must hold Fernet keys (32 bytes, url-safe base64), "
                "comma separated, newest first"
            ) from None

    def seal(self, source: Mapping[str, Any]) -> str:
        """Return the source as an encrypted text."""
        return self._fernet.encrypt(json.dumps(dict(source)).encode()).decode()

    def open(self, sealed: str) -> dict[str, Any]:
        """Return the sealed source; VaultError when no key fits."""
        try:
            opened: dict[str, Any] = json.loads(self._fernet.decrypt(sealed.encode()))
        except InvalidToken:
            raise VaultError from None
        return opened

"""Password hashes, and checks that take as long for a stranger as for an account."""

import argon2


class Passwords:
    """Hashes and verifies with argon2id."""

    def __init__(self, hasher: argon2.PasswordHasher) -> None:
        self._hasher = hasher
        # Checked where there is no account, so that the time tells nothing about addresses.
        self._nobody = hasher.hash("the password of nobody")

    def hash(self, password: str) -> str:
        """Return the hash to store."""
        return self._hasher.hash(password)

    def verify(self, stored: str | None, password: str) -> bool:
        """Whether the password belongs to the stored hash; None, for no account, is never right."""
        try:
            self._hasher.verify(stored or self._nobody, password)
        except argon2.exceptions.VerifyMismatchError:
            return False
        return stored is not None

    def outdated(self, stored: str) -> bool:
        """Whether the hash was made with weaker parameters than today's."""
        return self._hasher.check_needs_rehash(stored)

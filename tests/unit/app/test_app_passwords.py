"""Password hashes."""

import argon2
import pytest

from app.passwords import Passwords

QUICK = argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@pytest.fixture
def passwords() -> Passwords:
    """Passwords that are quick to check."""
    return Passwords(QUICK)


class TestVerify:
    def test_accepts_the_right_one_only(self, passwords: Passwords) -> None:
        """A hash belongs to one password."""
        stored = passwords.hash("right")

        assert passwords.verify(stored, "right")
        assert not passwords.verify(stored, "wrong")

    def test_never_accepts_anything_for_nobody(self, passwords: Passwords) -> None:
        """Not even the password that is checked in place of a stored one."""
        assert not passwords.verify(None, "the password of nobody")


class TestOutdated:
    def test_is_a_hash_of_weaker_parameters(self, passwords: Passwords) -> None:
        """Old hashes are replaced at the next sign-in."""
        stronger = Passwords(argon2.PasswordHasher(time_cost=2, memory_cost=16, parallelism=1))

        assert stronger.outdated(passwords.hash("x"))
        assert not passwords.outdated(passwords.hash("x"))

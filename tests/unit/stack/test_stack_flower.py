"""Flower is never open to strangers."""

import pytest
from pydantic import SecretStr

from stack import flower
from stack.settings import StackSettings


def settings(address: str, auth: str = "") -> StackSettings:
    return StackSettings(_env_file=None, flower_address=address, flower_basic_auth=SecretStr(auth))


class TestCheck:
    @pytest.mark.parametrize("address", ["127.0.0.1", "localhost", "::1", "127.3.2.1"])
    def test_lets_loopback_be_without_password(self, address: str) -> None:
        """Only this machine reaches it."""
        flower.check(settings(address))

    @pytest.mark.parametrize("address", ["0.0.0.0", "", "::", "192.168.1.5", "flower.internal"])  # noqa: S104 - what must be refused
    def test_wants_a_password_everywhere_else(self, address: str) -> None:
        """The refusal names the settings that help."""
        with pytest.raises(flower.UnprotectedFlowerError, match=r"FLOWER_BASIC_AUTH.*127\.0\.0\.1"):
            flower.check(settings(address))

    @pytest.mark.parametrize("auth", ["nocolon", ":onlypassword", "ops:", "ops:change-me"])
    def test_refuses_what_protects_nothing(self, auth: str) -> None:
        """A user without a password of its own is as good as none, and is not repeated."""
        with pytest.raises(flower.UnprotectedFlowerError) as caught:
            flower.check(settings("0.0.0.0", auth))  # noqa: S104 - what must be protected

        assert auth not in str(caught.value)

    def test_accepts_a_user_with_a_password(self) -> None:
        """Then any address will do."""
        flower.check(settings("0.0.0.0", "ops:Kq8-zz1"))  # noqa: S104 - protected


class TestCommand:
    def test_carries_the_password_in_the_environment_only(self) -> None:
        """Arguments are visible to everybody on the machine."""
        argv, environ = flower.command(settings("0.0.0.0", "ops:Kq8-zz1"))  # noqa: S104 - protected

        assert "ops:Kq8-zz1" == environ["FLOWER_BASIC_AUTH"]
        assert "Kq8" not in " ".join(argv)

    def test_gives_no_empty_password(self) -> None:
        """Flower would take it for a user without name and password."""
        _, environ = flower.command(settings("127.0.0.1"))

        assert "FLOWER_BASIC_AUTH" not in environ
        assert "127.0.0.1" == environ["FLOWER_ADDRESS"]
        assert "true" == environ["FLOWER_READ_ONLY"]

"""What `make run` takes from its environment."""

import pytest
from pydantic import ValidationError

from stack import refusals
from stack.settings import StackSettings


class TestStackSettings:
    def test_brings_its_own_redis_when_none_is_named(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """An empty variable, as in an unfilled .env, names none either."""
        monkeypatch.setenv("REDIS_URL", "")

        assert "" == StackSettings(_env_file=None).given_redis_url

    def test_takes_the_redis_that_is_named(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """REDIS_URL comes before any embedded server, even at the default address."""
        monkeypatch.setenv("REDIS_URL", "redis://127.0.0.1:6379/0")

        assert "redis://127.0.0.1:6379/0" == StackSettings(_env_file=None).given_redis_url

    def test_lets_the_addresses_follow_the_ports(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Who changes APP_PORT need not change APP_URL, too."""
        monkeypatch.setenv("APP_PORT", "8100")
        monkeypatch.setenv("RELAY_PORT", "8101")
        settings = StackSettings(_env_file=None)

        assert "http://localhost:8100" == settings.page_url
        assert "http://localhost:8101" == settings.stream_url

    def test_keeps_an_address_that_was_given(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Behind a proxy the port says nothing about the address."""
        monkeypatch.setenv("APP_URL", "https://lore.example.com")

        assert "https://lore.example.com" == StackSettings(_env_file=None).page_url

    def test_names_a_wrong_setting_without_its_value(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """A typing mistake may have put a secret where a port belongs."""
        monkeypatch.setenv("APP_PORT", "hunter2")
        with pytest.raises(ValidationError, match="app_port") as caught:
            StackSettings(_env_file=None)

        assert "hunter2" not in str(caught.value)


class TestRefusals:
    @pytest.mark.parametrize(
        ("name", "value", "line"),
        [
            ("APP_PORT", "80000", "APP_PORT: The value is out of 1..65535."),
            ("RELAY_PORT", "0", "RELAY_PORT: The value is out of 1..65535."),
            ("REDIS_SERVER", "hunter2", "REDIS_SERVER: Input should be 'auto', "),
            ("APP_PORT", "hunter2", "APP_PORT: Input should be a valid integer"),
        ],
    )
    def test_are_lines_of_setting_and_cause(
        self, monkeypatch: pytest.MonkeyPatch, name: str, value: str, line: str
    ) -> None:
        """Whoever reads them set a variable, and need not know our validation library."""
        monkeypatch.setenv(name, value)
        with pytest.raises(ValidationError) as caught:
            StackSettings(_env_file=None)
        told = refusals.describe(caught.value, StackSettings)

        assert told.startswith(line)
        for unwanted in ("pydantic", "http", "hunter2", "\n"):
            assert unwanted not in told

    def test_name_every_wrong_setting(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """One try is enough to correct them all; a secret's check keeps its own words."""
        monkeypatch.setenv("APP_PORT", "0")
        monkeypatch.setenv("FLOWER_PORT", "70000")
        with pytest.raises(ValidationError) as caught:
            StackSettings(_env_file=None)

        lines = refusals.describe(caught.value, StackSettings).splitlines()
        assert ["APP_PORT", "FLOWER_PORT"] == [line.partition(":")[0] for line in lines]

    def test_keep_a_checks_own_words(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """A missing production secret is named by its check, which is about no single field."""
        monkeypatch.setenv("SCHEMALORE_ENV", "production")
        monkeypatch.setenv("JWT_SECRET_KEY", "")
        with pytest.raises(ValidationError) as caught:
            StackSettings(_env_file=None)

        assert refusals.describe(caught.value, StackSettings).startswith("JWT_SECRET_KEY")

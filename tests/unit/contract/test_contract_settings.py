"""Shared settings and secrets."""

from pathlib import Path

import pytest
from pydantic import SecretStr, ValidationError

from contract import queue, secrets, tokens
from contract.settings import SharedSettings

GOOD = "k" * 20 + "0123456789abcdef"


class TestSharedSettings:
    def test_production_refuses_to_start_without_secrets(self) -> None:
        """The error names the missing setting."""
        with pytest.raises(ValidationError, match="JWT_SECRET_KEY is missing"):
            SharedSettings(schemalore_env="production")

    @pytest.mark.parametrize("bad", ["t00-small", "change-me-" * 5, "secret" * 8])
    def test_production_refuses_an_example_secret_without_showing_it(self, bad: str) -> None:
        """A short or default secret stops the start, and the error does not quote it."""
        with pytest.raises(ValidationError) as caught:
            SharedSettings(schemalore_env="production", jwt_secret_key=bad, credentials_keys=GOOD)

        assert bad not in str(caught.value)

    @pytest.mark.parametrize(
        ("name", "value", "why"),
        [
            ("database_url", "postgresql://me:hunter@2x@db/shop", "%40"),
            ("database_url", "postgresql://me:hunter2x@db:port/shop", "host or port"),
            ("redis_url", "redis://:hunter@2x@redis:6379/0", "%40"),
            ("redis_url", "redis://:hunter2x/y@redis:6379/0", "host or port"),
            ("redis_url", "http://:hunter2x@redis:6379/0", "redis://, rediss:// or unix://"),
        ],
    )
    def test_refuse_an_address_that_readers_would_part_wrongly(
        self, name: str, value: str, why: str
    ) -> None:
        """At the start; a failing connection would tell a part of the password as the host."""
        with pytest.raises(ValidationError, match=why) as caught:
            SharedSettings.model_validate({name: value})

        assert name in str(caught.value)
        assert "hunter" not in str(caught.value)
        assert "2x" not in str(caught.value)

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("database_url", "postgresql://me:p%40ss@[::1]:5432/shop?sslmode=require"),
            ("database_url", "sqlite:////var/lib/a@b@c.db"),
            ("redis_url", "unix:///run/redis.sock?db=1"),
            ("redis_url", "rediss://me:p%40ss@redis/0"),
        ],
    )
    def test_take_every_whole_address(self, name: str, value: str) -> None:
        """Also of files and sockets."""
        given: SecretStr = getattr(SharedSettings.model_validate({name: value}), name)

        assert value == given.get_secret_value()

    def test_development_keeps_its_random_secrets(self, tmp_path: Path) -> None:
        """Two processes of one data directory use the same secret, which only the owner reads."""
        first, second = (SharedSettings(data_dir=tmp_path) for _ in range(2))

        assert first.jwt_secret() == second.jwt_secret()
        assert len(first.jwt_secret()) >= secrets.SHORTEST_SECRET
        assert 0o600 == (tmp_path / "secrets.json").stat().st_mode & 0o777

    def test_the_store_is_sqlite_below_the_data_directory(self, tmp_path: Path) -> None:
        """Without DATABASE_URL the data stays on this machine."""
        assert f"sqlite:///{tmp_path}/schemalore.db" == SharedSettings(data_dir=tmp_path).store_url

    def test_origins_are_the_app_itself_and_those_allowed(self) -> None:
        """Localhost and 127.0.0.1 are the same page to a person."""
        settings = SharedSettings(
            app_url="http://localhost:8000/", allowed_origins="https://a.example, "
        )

        assert (
            "http://localhost:8000",
            "http://127.0.0.1:8000",
            "https://a.example",
        ) == settings.origins


class TestQueue:
    def test_visibility_timeout_is_longer_than_any_task(self) -> None:
        """A shorter one would hand a running task to a second worker."""
        config = queue.config()

        timeout = config["broker_transport_options"]["visibility_timeout"]
        assert timeout > config["task_time_limit"]


class TestTokens:
    def test_headers_are_looked_at_before_cookies(self) -> None:
        """A stale cookie must not hide a good bearer token."""
        config = tokens.flask_config(secret_key=GOOD, secure_cookies=False)

        assert ["headers", "cookies"] == config["JWT_TOKEN_LOCATION"]

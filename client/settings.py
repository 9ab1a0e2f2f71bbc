"""What the terminal client takes from its environment."""

from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import typer
from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

_APP_PORT, _RELAY_PORT = 8000, 8001


class ClientSettings(BaseSettings):
    """Variables that begin with SCHEMALORE_; options of the command line come before them."""

    model_config = SettingsConfigDict(
        env_prefix="SCHEMALORE_",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
    )

    url: str = f"http://localhost:{_APP_PORT}"
    relay_url: str = ""  # empty: beside the app
    token: SecretStr = SecretStr("")
    password: SecretStr = SecretStr("")
    config_dir: Path = Field(default_factory=lambda: Path(typer.get_app_dir("schemalore")))


def relay_beside(app_url: str) -> str:
    """Return where the relay of an app is: its own port on a bare app, else the same origin."""
    parts = urlsplit(app_url)
    if parts.port != _APP_PORT:
        return app_url  # behind a proxy both share one origin
    host = parts.netloc.rpartition(":")[0]
    return urlunsplit(parts._replace(netloc=f"{host}:{_RELAY_PORT}"))

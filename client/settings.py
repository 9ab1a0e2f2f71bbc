"""What the terminal client takes from its environment."""

from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import typer
from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

_APP_PORT = 8000


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


def relay_beside(app_url: str, *, is_local: bool, responds: Callable[[str], bool]) -> str:
    """Return where an app's relay probably is: on the next port, else at the same origin.

    A bare app on its usual port has the relay on the next one; on another port of this machine
    only when something `responds` there.
    """
    parts = urlsplit(app_url)
    if parts.port is None:
        return app_url  # behind a proxy both share one origin
    host = parts.netloc.rpartition(":")[0]
    beside = urlunsplit(parts._replace(netloc=f"{host}:{parts.port + 1}"))
    if parts.port == _APP_PORT:
        return beside
    return beside if is_local and responds(beside) else app_url

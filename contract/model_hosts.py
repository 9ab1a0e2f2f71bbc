"""Where the model servers are: OLLAMA_HOST as app and worker understand it."""

import urllib.parse
from dataclasses import dataclass
from typing import Annotated

from pydantic import AfterValidator

DEFAULT = "http://127.0.0.1:11434"
_PORTS = {"http": 80, "https": 443}
_USUAL_PORT = 11434  # where no scheme is given


class WrongHostError(ValueError):
    """A model server's address cannot be understood; the message shows no password."""

    def __init__(self) -> None:
        super().__init__(
            "OLLAMA_HOST must list addresses such as http://127.0.0.1:11434, comma separated"
        )


@dataclass(frozen=True, kw_only=True)
class ModelHost:
    """The address of a model server."""

    url: str  # without user and password
    user: str = ""
    password: str = ""

    @property
    def display(self) -> str:
        """`host:port`, for people."""
        return urllib.parse.urlsplit(self.url).netloc

    @property
    def auth(self) -> tuple[str, str] | None:
        """User and password, where the address has them."""
        return (self.user, self.password) if self.user or self.password else None

    def __repr__(self) -> str:
        return f"ModelHost({self.url})"


def parse(text: str) -> tuple[ModelHost, ...]:
    """Return the hosts of a comma separated list, each once; WrongHostError.

    As for Ollama's own programs, `gpu` means http://gpu:11434. An empty list is this machine.
    """
    given = [part.strip() for part in text.split(",") if part.strip()]
    return tuple(dict.fromkeys(_host(part) for part in given or [DEFAULT]))


def _host(given: str) -> ModelHost:
    explicit = "://" in given
    try:
        parts = urllib.parse.urlsplit(given if explicit else f"http://{given}")
        port = parts.port or (_PORTS.get(parts.scheme) if explicit else _USUAL_PORT)
    except ValueError:
        raise WrongHostError from None
    if parts.scheme not in _PORTS or (parts.netloc and not parts.hostname and parts.port is None):
        raise WrongHostError
    name = parts.hostname or "127.0.0.1"
    name = f"[{name}]" if ":" in name else name
    return ModelHost(
        url=f"{parts.scheme}://{name}:{port}{parts.path.rstrip('/')}",
        user=urllib.parse.unquote(parts.username or ""),
        password=urllib.parse.unquote(parts.password or ""),
    )


def _checked(text: str) -> str:
    parse(text)
    return text


#: The type of the setting: a wrong list stops the start.
HostList = Annotated[str, AfterValidator(_checked)]

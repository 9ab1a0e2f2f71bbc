"""What the model servers have installed."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import httpx

from contract.model_hosts import ModelHost

TIMEOUT_SECONDS = 2.0


@dataclass(frozen=True, kw_only=True)
class Installed:
    """A model on a server."""

    name: str
    size: int | None  # bytes


@dataclass(frozen=True, kw_only=True)
class ServerModels:
    """A server's models; None when it does not answer as a model server does."""

    host: str  # host:port
    models: tuple[Installed, ...] | None


class ModelServers:
    """Asks the servers of OLLAMA_HOST; the workers let models write, the app only lists them."""

    def __init__(self, hosts: Sequence[ModelHost]) -> None:
        self._hosts = hosts

    def listing(self) -> list[ServerModels]:
        """Return what each server has, asked at the same time, within a few seconds."""
        with ThreadPoolExecutor(max_workers=len(self._hosts)) as threads:
            return list(threads.map(_ask, self._hosts))


def _ask(host: ModelHost) -> ServerModels:
    try:
        # trust_env: a proxy of the environment is no way to a server in the house.
        answer = httpx.get(
            f"{host.url}/api/tags", auth=host.auth, timeout=TIMEOUT_SECONDS, trust_env=False
        )
        answer.raise_for_status()
        found = tuple(
            Installed(name=str(model["name"]), size=_bytes(model.get("size")))
            for model in answer.json()["models"]
        )
    except (httpx.HTTPError, ValueError, KeyError, TypeError, AttributeError):
        return ServerModels(host=host.display, models=None)
    return ServerModels(host=host.display, models=found)


def _bytes(given: object) -> int | None:
    return given if isinstance(given, int) else None

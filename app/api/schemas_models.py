"""Bodies about models."""

from collections.abc import Sequence
from typing import Annotated

from pydantic import StringConstraints

from app.api.schemas import Asked, Wire
from app.model_servers import ServerModels

#: A name of Ollama's library with its owner and tag, each optional. A host before it would make
#: the model servers call whatever address a caller likes.
_PART = r"[A-Za-z0-9][A-Za-z0-9_-]*(\.[A-Za-z0-9_-]+)*"
_NAME = rf"^([A-Za-z0-9][A-Za-z0-9_-]*/)?{_PART}(:[A-Za-z0-9_][A-Za-z0-9._-]*)?$"


class PullAsked(Asked):
    """Which model to pull."""

    model: Annotated[str, StringConstraints(pattern=_NAME, max_length=190)]

    @property
    def tagged(self) -> str:
        """The name with its tag: `latest` is implied."""
        return self.model if ":" in self.model else f"{self.model}:latest"


class ModelBody(Wire):
    """An installed model: its size in bytes, and the servers that have it."""

    name: str
    size: int | None
    hosts: list[str]


class ModelHostBody(Wire):
    """A model server, and whether it answers."""

    host: str
    reachable: bool


class ModelList(Wire):
    """Installed models by name; those of servers that do not answer are not known."""

    items: list[ModelBody]
    hosts: list[ModelHostBody]


def listing(found: Sequence[ServerModels]) -> ModelList:
    """Return the models of all servers, each once."""
    bodies: dict[str, ModelBody] = {}
    for server in found:
        for model in server.models or ():
            body = bodies.setdefault(
                model.name, ModelBody(name=model.name, size=model.size, hosts=[])
            )
            body.hosts.append(server.host)
    return ModelList(
        items=[bodies[name] for name in sorted(bodies)],
        hosts=[
            ModelHostBody(host=server.host, reachable=server.models is not None) for server in found
        ],
    )

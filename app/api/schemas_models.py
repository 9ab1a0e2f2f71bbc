"""Bodies about models."""

from collections.abc import Sequence

from app.api.schemas import Wire
from app.model_servers import ServerModels


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

"""Bodies about what was read of a database and what models got of it."""

from collections.abc import Mapping
from typing import Any

from app.api.schemas import Wire
from catalog.profile import Level


class DisclosureBody(Wire):
    """What was read for a context, and what of it the model was told: facts of each kind.

    `embedder` is the model that got names, comments and texts of all tables to make vectors, if
    any. By table it all stands in the context's own `disclosure`.
    """

    level: Level
    embedder: str | None
    read: dict[str, int]
    sent: dict[str, int]


def disclosure(stored: Mapping[str, Any] | None) -> DisclosureBody | None:
    """Return it as clients see it; None of a context that is older than it."""
    return DisclosureBody(**stored) if stored is not None else None

"""Bodies about what was read of a database and what models got of it."""

from collections.abc import Mapping
from typing import Any

from app.api.schemas import Wire
from catalog.profile import Disclosure, Level


class DisclosureBody(Wire):
    """What was read for a context, and what of it the model was told: facts of each kind.

    `embedder` is the model that got names, comments and texts of all tables to make vectors, if
    any. By table it stands at each table, and in the context's own `disclosure`.
    """

    level: Level
    embedder: str | None
    read: dict[str, int]
    sent: dict[str, int]


class TableDisclosureBody(Wire):
    """What was read of one table, and what of it the model was told: facts of each kind.

    `embedder` is the model that got its names, comments and texts to make vectors, if any.
    """

    embedder: str | None
    read: dict[str, int]
    sent: dict[str, int]


def disclosure(stored: Mapping[str, Any] | None) -> DisclosureBody | None:
    """Return it as clients see it; None of a context that is older than it."""
    return DisclosureBody(**stored) if stored is not None else None


def of_table(found: Disclosure | None, table_id: str) -> TableDisclosureBody | None:
    """Return what became known of one table; None of a context that is older than it."""
    if found is None:
        return None
    read, sent = found.of_table(table_id)
    return TableDisclosureBody(embedder=found.embedder, read=read, sent=sent)

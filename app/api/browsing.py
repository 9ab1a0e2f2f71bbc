"""Looking through the tables of a project: what is remembered of one version, or of the present."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace

import sqlalchemy as sa

from app import services
from app.api import presentation
from catalog import listing, reviews
from catalog.listing import Listing, Row
from catalog.model import Snapshot
from catalog.renderings import joins
from catalog.renderings.joins import Join
from store import contexts
from store import reviews as decisions
from store.contexts import StoredContext, StoredSnapshot
from store.reviews import Stored


@dataclass(frozen=True, kw_only=True)
class Shelf:
    """A schema and what was written about it; no context before the first generation."""

    stored: StoredSnapshot
    context: StoredContext | None
    decided: Mapping[str, Stored]

    @property
    def snapshot(self) -> Snapshot:
        """The schema itself."""
        return presentation.decoded(self.stored)

    def decide(self, row: Row) -> Row:
        """Return the row as people left it."""
        decision = self.decided.get(reviews.of_table(row.id))
        if decision is None:
            return row
        words = _words(decision)
        return replace(row, state=decision.state, text=row.text if words is None else words)


def shelf(
    connection: sa.Connection, project_id: str, context: StoredContext | None, *, own: bool
) -> Shelf | None:
    """Return the last schema with that context, or with `own` the one that the context describes.

    None where there is no such schema: before the first scan, or when it is no longer kept.
    """
    if own and context is not None:
        stored = contexts.snapshot(connection, project_id, fingerprint=context.fingerprint)
    else:
        stored = contexts.latest_snapshot(connection, project_id)
    if stored is None:
        return None
    decided = decisions.present(connection, project_id) if context else {}
    return Shelf(stored=stored, context=context, decided=decided)


def rows(found: Shelf) -> tuple[Row, ...]:
    """Return the tables of the shelf as people left their texts."""
    plain = _listing(found).rows
    return tuple(map(found.decide, plain)) if found.decided else plain


def summary(found: Shelf) -> str:
    """Return the summary of the whole as people left it, empty before the first generation."""
    if found.context is None:
        return ""
    decision = found.decided.get(reviews.SUMMARY)
    words = _words(decision) if decision else None
    return _listing(found).summary if words is None else words


def reviewed(found: Shelf) -> int:
    """Return how many texts people decided about."""
    return sum(each.state != "draft" for each in found.decided.values())


def related(found: Shelf) -> tuple[Join, ...]:
    """Return how the tables join; working that out for a thousand of them takes a while."""
    return services.current().joins.get(found.stored.id, lambda: joins.of(found.snapshot))


def _listing(found: Shelf) -> Listing:
    context = found.context
    key = (found.stored.id, context.id if context else None)

    def build() -> Listing:
        written = json.loads(context.document) if context else None
        return listing.of(json.loads(found.stored.document), written)

    return services.current().listings.get(key, build)


def _words(decision: Stored) -> str | None:
    return {"draft": None, "discarded": ""}.get(decision.state, decision.text)

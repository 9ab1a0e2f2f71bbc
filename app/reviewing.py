"""People's decisions laid over what an engine wrote."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from catalog import bases, reviews
from catalog.context import Context
from catalog.differences import Difference
from catalog.model import Snapshot
from catalog.reviews import Review, State
from store.reviews import Stored


@dataclass(frozen=True, kw_only=True)
class Reviewed:
    """A context as it was written, what people decided, and what is shown after that."""

    written: Context
    decided: Mapping[str, Stored]
    reviews: Mapping[str, Review]  # the same, as the catalog knows decisions
    shown: Context
    stale: frozenset[str]  # decisions whose facts have changed
    snapshot: Snapshot | None  # that the context describes, if it is kept


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How a version stands to the present of its project."""

    latest: int  # the newest version
    stale: bool  # the schema is another now
    difference: Difference | None  # how; None as well where the described schema is not kept
    touched: frozenset[str]  # texts that cannot know the difference


def lay_over(
    written: Context, decided: Mapping[str, Stored], snapshot: Snapshot | None
) -> Reviewed:
    """Return the context as people left it.

    Without the schema that the context describes, nothing is known to have changed.
    """
    found = {target: _review(decision) for target, decision in decided.items()}
    stale = bases.stale(found, snapshot, written) if snapshot and found else frozenset()
    return Reviewed(
        written=written,
        decided=decided,
        reviews=found,
        shown=reviews.apply(written, found, stale=stale),
        stale=stale,
        snapshot=snapshot,
    )


def _review(decision: Stored) -> Review:
    return Review(
        state=cast("State", decision.state),
        text=decision.text,
        item=decision.item,
        basis=decision.basis,
    )

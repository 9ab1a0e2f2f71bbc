"""Bodies about how two versions of a context differ."""

from dataclasses import asdict
from typing import Annotated, Any

from pydantic import Field

from app.api import schemas_contexts
from app.api.schemas import Wire
from app.api.schemas_contexts import VersionBody
from catalog import codec
from catalog.comparison import Comparison
from store.contexts import StoredContext


class TextChangeBody(Wire):
    """A text that came (no `before`), went (no `after`) or reads otherwise."""

    target: str
    before: str | None
    after: str | None


class ScoreChangeBody(Wire):
    """A score that is another now."""

    score: str
    before: float | None
    after: float | None


class ComparisonBody(Wire):
    """How two versions differ; `schema` is null when a described schema is no longer kept."""

    before: VersionBody
    after: VersionBody
    texts: list[TextChangeBody]
    scores: list[ScoreChangeBody]
    schema_: Annotated[dict[str, Any] | None, Field(alias="schema")]


def comparison(old: StoredContext, new: StoredContext, found: Comparison) -> ComparisonBody:
    """Return what changed from one version to another."""
    return ComparisonBody(
        before=schemas_contexts.version(old),
        after=schemas_contexts.version(new),
        texts=[TextChangeBody(**asdict(change)) for change in found.texts],
        scores=[ScoreChangeBody(**asdict(change)) for change in found.scores],
        schema_=codec.difference_to_dict(found.schema) if found.schema else None,
    )

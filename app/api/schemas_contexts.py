"""Bodies about contexts and what is found with them."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field, StringConstraints

from app.api.schemas import Asked, Clean, Moment, Wire
from app.api.schemas_jobs import LARGEST_INTEGER
from app.api.schemas_search import Asking
from catalog import codec
from catalog.context import Context
from catalog.renderings import prompt
from store.contexts import StoredContext

MOST_TOKENS = 200_000


class VersionAsked(Wire):
    """Which version to show; the latest without it."""

    version: Annotated[int, Field(ge=1, le=LARGEST_INTEGER)] | None = None


class ExportAsked(VersionAsked):
    """In which form to export which version.

    `q` and `tokens` are of the format `prompt`: the question, and the most that the text may cost.
    """

    format: str = "markdown"
    q: Asking | None = None
    tokens: Annotated[int, Field(ge=prompt.FEWEST_TOKENS, le=MOST_TOKENS)] = 4000


class Edit(Asked):
    """A person's text for a target; null brings the generated text back."""

    target: Annotated[Clean, StringConstraints(min_length=1, max_length=700)]
    text: Annotated[Clean, StringConstraints(min_length=1, max_length=20_000)] | None


class Edits(Asked):
    """Texts to store or to remove, all or none of them."""

    edits: Annotated[list[Edit], Field(min_length=1, max_length=1000)]


class VersionBody(Wire):
    """A version of a project's context, without its text."""

    version: int
    job_id: str
    engine: str
    model: str | None
    fingerprint: str
    created_at: Moment


class VersionList(Wire):
    """All versions, newest first."""

    items: list[VersionBody]


class ContextBody(VersionBody):
    """A version of a project's context; `stale`: the schema has changed since."""

    project_id: str
    stale: bool
    edits: dict[str, str]
    context: dict[str, Any]


def version(stored: StoredContext) -> VersionBody:
    """Return what a list of versions shows."""
    return VersionBody(**_head(stored))


def context(
    stored: StoredContext, written: Context, *, stale: bool, edits: Mapping[str, str]
) -> ContextBody:
    """Return the context as clients see it."""
    return ContextBody(
        **_head(stored),
        project_id=stored.project_id,
        stale=stale,
        edits=dict(edits),
        context=codec.context_to_dict(written),
    )


def _head(stored: StoredContext) -> dict[str, Any]:
    return {name: getattr(stored, name) for name in VersionBody.model_fields}

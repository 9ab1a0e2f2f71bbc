"""Bodies about contexts and what is found with them."""

from dataclasses import replace
from typing import Annotated, Any, Self, cast

from pydantic import Field, StringConstraints, model_validator

from app.api.schemas import CLEAN, Asked, Moment, Wire
from app.api.schemas_disclosures import DisclosureBody, disclosure
from app.api.schemas_items import ItemBody, Items
from app.api.schemas_jobs import LARGEST_INTEGER
from app.api.schemas_scores import ScoresBody
from app.api.schemas_search import Asking
from app.reviewing import Reviewed, Standing
from catalog import codec
from catalog.renderings import prompt
from catalog.reviews import State
from store.contexts import StoredContext, StoredVersion
from store.reviews import Stored

MOST_TOKENS = 200_000
Target = Annotated[str, StringConstraints(min_length=1, max_length=2000), CLEAN]


class VersionAsked(Wire):
    """Which version to show; the latest without it."""

    version: Annotated[int, Field(ge=1, le=LARGEST_INTEGER)] | None = None


class Extent(Wire):
    """How much to answer: `tables=false` leaves them out, which are the most of a context."""

    tables: bool = True


class ContextAsked(VersionAsked, Extent):
    """Which version to show, and how much of it."""


class ExportAsked(VersionAsked):
    """In which form to export which version.

    `q` and `tokens` are of the format `prompt`: the question, and the most that the text may cost.
    `domain` is of the format `mermaid`: a diagram of that domain alone.
    """

    format: str = "markdown"
    domain: Annotated[str, StringConstraints(min_length=1, max_length=200)] | None = None
    q: Asking | None = None
    tokens: Annotated[int, Field(ge=prompt.FEWEST_TOKENS, le=MOST_TOKENS)] = 4000


class Edit(Asked):
    """What a person decides about a target; see `PUT .../context`."""

    target: Target
    text: Annotated[str, StringConstraints(min_length=1, max_length=20_000), CLEAN] | None = None
    state: State | None = None

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if (self.chosen == "edited") != (self.text is not None):
            raise ValueError("a text belongs to the state edited, and to no other")
        return self

    @property
    def chosen(self) -> State:
        """The state that is meant."""
        return self.state or ("draft" if self.text is None else "edited")

    @property
    def decides(self) -> bool:
        """Whether it says something about the target, rather than forget what was said."""
        return self.chosen != "draft"


class Edits(Asked):
    """Decisions to store, all or none of them."""

    edits: Annotated[list[Edit], Field(min_length=1, max_length=1000)]


class Undo(Asked):
    """About which target the last decision is taken back."""

    target: Target


class VersionBody(Wire):
    """A version of a project's context, without its text.

    `promptHash` is equal where the model was asked the same.
    """

    version: int
    job_id: str
    engine: str
    model: str | None
    fingerprint: str
    prompt_hash: str | None
    scores: ScoresBody
    disclosed: DisclosureBody | None
    created_at: Moment


class VersionList(Wire):
    """All versions, newest first."""

    items: list[VersionBody]


class ReviewBody(Wire):
    """What a person decided; `stale`: the facts that it was decided on are others now."""

    target: str
    state: State
    text: str | None
    stale: bool
    decided_at: Moment


class ContextBody(VersionBody):
    """A version of a project's context as people left it.

    `stale`: the schema has changed since, by `changes`; `staleTargets` cannot know that. `items`
    are the texts to decide about, discarded ones too, but those of tables. `latest`: the newest
    version, the one that people decide about.
    """

    project_id: str
    stale: bool
    changes: dict[str, Any] | None
    stale_targets: list[str]
    edits: dict[str, str]
    reviews: list[ReviewBody]
    items: list[ItemBody]
    latest: int
    context: dict[str, Any]


def version(stored: StoredVersion) -> VersionBody:
    """Return what a list of versions shows."""
    return VersionBody(**_head(stored))


def context(
    stored: StoredContext, found: Reviewed, standing: Standing, *, tables: bool
) -> ContextBody:
    """Return the context as clients see it."""
    decided = [each for each in found.decided.values() if each.state != "draft"]
    shown = found.shown if tables else replace(found.shown, tables=())
    difference = standing.difference
    return ContextBody(
        **_head(stored),
        project_id=stored.project_id,
        stale=standing.stale,
        changes=codec.difference_to_dict(difference) if difference else None,
        stale_targets=sorted(standing.touched),
        edits={each.target: each.text or "" for each in decided if each.state == "edited"},
        reviews=[_review(each, stale=each.target in found.stale) for each in decided],
        items=list(Items(found, standing.touched).of_context()),
        latest=standing.latest,
        context=codec.context_to_dict(shown),
    )


def _review(decision: Stored, *, stale: bool) -> ReviewBody:
    return ReviewBody(
        target=decision.target,
        state=cast("State", decision.state),
        text=decision.text,
        stale=stale,
        decided_at=decision.decided_at,
    )


def _head(stored: StoredVersion) -> dict[str, Any]:
    shaped = {
        "scores": ScoresBody.model_validate(dict(stored.scores or {})),
        "disclosed": disclosure(stored.disclosed),
    }
    names = (name for name in VersionBody.model_fields if name not in shaped)
    return {**{name: getattr(stored, name) for name in names}, **shaped}

"""Bodies about single texts of a context: what was written, what people made of it."""

from collections.abc import Collection, Iterator
from typing import Any, Literal

from app.api.schemas import Wire
from app.reviewing import Reviewed
from catalog import reviews
from catalog.context import Insight, StartingPrompt, Text
from catalog.reviews import State

Kind = Literal["description", "summary", "domain", "insight", "prompt", "table", "column"]


class ItemBody(Wire):
    """A text that a person may decide about, by its `target`; discarded ones are among them.

    `text` is what is shown, empty when it was discarded; `written` is what the engine wrote, null
    when this version lacks it and people kept it; `source`, `confidence` and `evidence` are of
    that. `stale`: the schema has changed in what it tells.
    """

    target: str
    kind: Kind
    state: State
    stale: bool
    text: str
    written: str | None
    source: str
    confidence: str | None
    evidence: list[str]
    tables: list[str]
    sql: str | None = None
    difficulty: str | None = None
    check: str | None = None


class Items:
    """The items of a context as people left it; `touched` cannot know the present schema."""

    def __init__(self, found: Reviewed, touched: Collection[str]) -> None:
        self._found = found
        self._doubtful = found.stale | frozenset(touched)
        self._there = set(reviews.items(found.written))

    def of_context(self) -> Iterator[ItemBody]:
        """Yield all but those of the tables, in the order to show them."""
        context = self._found.written
        yield self._whole(reviews.DESCRIPTION, "description", context.description)
        yield self._whole(reviews.SUMMARY, "summary", context.summary)
        for domain in context.domains:
            body = self.of_text(reviews.of_domain(domain.name), "domain", domain.description)
            yield body.model_copy(update={"tables": list(domain.tables)})
        for target, insight in reviews.insights(context, self._found.reviews):
            yield self._insight(target, insight)
        for target, prompt in reviews.prompts(
            context, self._found.reviews, stale=self._found.stale
        ):
            yield self._prompt(target, prompt)

    def of_text(self, target: str, kind: Kind, text: Text) -> ItemBody:
        """Return the description of a domain, table or column."""
        return self._body(
            target,
            kind,
            text.text,
            source=text.source,
            confidence=text.confidence,
            evidence=list(text.evidence),
        )

    def _whole(self, target: str, kind: Kind, words: str) -> ItemBody:
        source = "model" if self._found.written.model else "template"
        return self._body(target, kind, words, source=source)

    def _insight(self, target: str, insight: Insight) -> ItemBody:
        return self._body(
            target,
            "insight",
            insight.text,
            source=insight.source,
            evidence=list(insight.evidence),
            written=insight.text if target in self._there else None,
        )

    def _prompt(self, target: str, prompt: StartingPrompt) -> ItemBody:
        return self._body(
            target,
            "prompt",
            prompt.question,
            source=prompt.source,
            written=prompt.question if target in self._there else None,
            sql=prompt.sql,
            tables=list(prompt.tables),
            difficulty=prompt.difficulty,
            check=prompt.check,
        )

    def _body(self, target: str, kind: Kind, words: str, **fields: Any) -> ItemBody:  # noqa: ANN401  # fields of ItemBody, which checks them
        review = self._found.reviews.get(target)
        state: State = review.state if review else "draft"
        own = review.text if review and review.text is not None else words
        values = {"written": words, "confidence": None, "evidence": [], "tables": [], **fields}
        return ItemBody(
            target=target,
            kind=kind,
            state=state,
            stale=target in self._doubtful,
            text={"draft": words, "discarded": ""}.get(state, own),
            **values,
        )

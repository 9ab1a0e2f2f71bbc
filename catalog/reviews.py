"""What people decided about the texts of a context, laid over it: their word wins."""

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

from catalog import codec
from catalog.context import (
    ColumnContext,
    Context,
    DomainContext,
    Insight,
    StartingPrompt,
    TableContext,
    Text,
)

State = Literal["draft", "accepted", "edited", "discarded"]
DESCRIPTION: Final = "description"
SUMMARY: Final = "summary"
ACCEPTED: Final = "accepted by a person"
DISCARDED: Final = "discarded by a person"
_OLD_SQL: Final = "No SQL is shown: a table that it reads has changed since it was accepted."


@dataclass(frozen=True, kw_only=True)
class Review:
    """What a person decided about one target; a draft stands as the engine wrote it.

    `text` is what was accepted or written; `item` is the JSON of the prompt or insight as it was,
    for later versions may lack it; `basis` fingerprints the facts that it was decided on.
    """

    state: State
    text: str | None = None
    item: str | None = None
    basis: str | None = None


def apply(
    context: Context, reviews: Mapping[str, Review], *, stale: Collection[str] = ()
) -> Context:
    """Return the context as people left it; what is about something that is gone waits.

    A prompt that was accepted earlier and is not in this version comes back, without its SQL when
    it is among the `stale` targets.
    """
    if not reviews:
        return context
    return replace(
        context,
        description=_words(context.description, reviews.get(DESCRIPTION)),
        summary=_words(context.summary, reviews.get(SUMMARY)),
        domains=tuple(_domain(domain, reviews) for domain in context.domains),
        tables=tuple(_table(table, reviews) for table in context.tables),
        insights=_insights(context, reviews),
        prompts=_prompts(context, reviews, stale),
    )


def texts(context: Context) -> Iterator[tuple[str, str]]:
    """Yield what a person may decide about, e.g. `summary`, `table:orders`, with its text."""
    yield DESCRIPTION, context.description
    yield SUMMARY, context.summary
    for domain in context.domains:
        yield of_domain(domain.name), domain.description.text
    for table in context.tables:
        yield of_table(table.id), table.description.text
        for column in table.columns:
            yield of_column(table.id, column.name), column.description.text
    for insight in context.insights:
        yield of_item(insight), insight.text
    for prompt in context.prompts:
        yield of_item(prompt), prompt.question


def prompts(
    context: Context, reviews: Mapping[str, Review], *, stale: Collection[str] = ()
) -> Iterator[tuple[str, StartingPrompt]]:
    """Yield all prompts by target, as written, and those that people keep of earlier versions."""
    yield from ((of_item(prompt), prompt) for prompt in context.prompts)
    for target, item in _kept(reviews, "prompt:", {of_item(prompt) for prompt in context.prompts}):
        prompt = codec.item_from_dict(StartingPrompt, item)
        yield target, replace(prompt, sql=None, check=_OLD_SQL) if target in stale else prompt


def insights(context: Context, reviews: Mapping[str, Review]) -> Iterator[tuple[str, Insight]]:
    """Yield all insights by target, as written, and those that people keep of earlier versions."""
    yield from ((of_item(insight), insight) for insight in context.insights)
    there = {of_item(insight) for insight in context.insights}
    for target, item in _kept(reviews, "insight:", there):
        yield target, codec.item_from_dict(Insight, item)


def of_table(table_id: str) -> str:
    """Return the target of a table's description."""
    return f"table:{table_id}"


def of_column(table_id: str, name: str) -> str:
    """Return the target of a column's description."""
    return f"column:{table_id}.{name}"


def of_domain(name: str) -> str:
    """Return the target of a domain's description."""
    return f"domain:{name}"


def of_item(item: StartingPrompt | Insight) -> str:
    """Return the target of a prompt, by its question, or of an insight, by its text."""
    return f"prompt:{item.question}" if isinstance(item, StartingPrompt) else f"insight:{item.text}"


def items(context: Context) -> Mapping[str, str]:
    """Return prompts and insights by target, as the JSON that a review keeps."""
    return {of_item(item): json.dumps(codec.item_to_dict(item)) for item in _all(context)}


def _all(context: Context) -> Iterator[StartingPrompt | Insight]:
    yield from context.prompts
    yield from context.insights


def _words(text: str, review: Review | None) -> str:
    if review is None or review.state == "draft":
        return text
    return review.text or ""


def _text(text: Text, review: Review | None) -> Text:
    match review:
        case Review(state="edited", text=str(words)):
            return Text(text=words, source="person", confidence="high")
        case Review(state="accepted", text=str(words)):
            evidence = (*text.evidence, ACCEPTED)
            return replace(text, text=words, confidence="high", evidence=evidence)
        case Review(state="discarded"):
            return Text(text="", source="person", confidence="high", evidence=(DISCARDED,))
    return text


def _domain(domain: DomainContext, reviews: Mapping[str, Review]) -> DomainContext:
    return replace(
        domain, description=_text(domain.description, reviews.get(of_domain(domain.name)))
    )


def _table(table: TableContext, reviews: Mapping[str, Review]) -> TableContext:
    return replace(
        table,
        description=_text(table.description, reviews.get(of_table(table.id))),
        columns=tuple(_column(table.id, column, reviews) for column in table.columns),
    )


def _column(table_id: str, column: ColumnContext, reviews: Mapping[str, Review]) -> ColumnContext:
    review = reviews.get(of_column(table_id, column.name))
    return (
        column if review is None else replace(column, description=_text(column.description, review))
    )


def _prompts(
    context: Context, reviews: Mapping[str, Review], stale: Collection[str]
) -> tuple[StartingPrompt, ...]:
    return tuple(
        replace(prompt, question=words, source="person") if words else prompt
        for target, prompt in prompts(context, reviews, stale=stale)
        if (words := _own_words(reviews.get(target))) is not None
    )


def _insights(context: Context, reviews: Mapping[str, Review]) -> tuple[Insight, ...]:
    return tuple(
        replace(insight, text=words, source="person") if words else insight
        for target, insight in insights(context, reviews)
        if (words := _own_words(reviews.get(target))) is not None
    )


def _kept(
    reviews: Mapping[str, Review], prefix: str, there: Collection[str]
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield what people keep of earlier versions that this one lacks."""
    for target, review in reviews.items():
        wanted = review.item is not None and review.state in {"accepted", "edited"}
        if wanted and target.startswith(prefix) and target not in there:
            yield target, json.loads(review.item or "{}")


def _own_words(review: Review | None) -> str | None:
    """Return a person's words for an item, empty for the item's own; None when it is discarded."""
    if review is None or review.state in {"draft", "accepted"}:
        return ""
    return review.text if review.state == "edited" else None

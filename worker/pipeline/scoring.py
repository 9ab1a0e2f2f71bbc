"""Measures what was written: how much there is, how far it holds, what the index makes of it."""

from collections import Counter
from collections.abc import Iterator, Sequence

from catalog.context import Quality, StartingPrompt, Text
from worker.pipeline.facts import Facts
from worker.pipeline.manuscript import Manuscript
from worker.pipeline.writing import grounding, lexicon, numerals, table_prompts
from worker.pipeline.writing.batches import Ask
from worker.pipeline.writing.grounding import Ground

FOUND_WITHIN = 10  # a starting prompt counts as found when its tables are among this many hits
_BY_PEOPLE = frozenset({"comment", "person"})  # nobody holds their words against the schema


def measure(
    known: Facts, written: Manuscript, ground: Ground, finds: Sequence[set[str]]
) -> Quality:
    """Return how good it is; `finds` are the tables that the index finds for each prompt."""
    texts = list(_texts(written))
    sentences = Counter(_sentences(written, texts))  # many columns share theirs
    wanted = sum(1 + len(table.columns) for table in known.snapshot.tables)
    return Quality(
        coverage=_share(sum(bool(t.text.strip() and t.evidence) for t in texts), wanted),
        grounded_share=_share(
            sum(count for sentence, count in sentences.items() if not ground.faults(sentence)),
            sentences.total(),
        ),
        verified_sql_share=_share(
            sum(prompt.sql is not None for prompt in written.prompts), len(written.prompts)
        ),
        low_confidence_share=_share(sum(text.confidence == "low" for text in texts), len(texts)),
        self_retrieval=_share(found(written.prompts, finds), len(written.prompts)),
    )


def found(prompts: Sequence[StartingPrompt], finds: Sequence[set[str]]) -> int:
    """Return for how many of the prompts the index finds every table."""
    return sum(set(p.tables) <= tables for p, tables in zip(prompts, finds, strict=True))


def ground_of(known: Facts, plain: Manuscript, *, language: str) -> Ground:
    """Return what any sentence about the schema may rest on: all facts, and all that is counted.

    `plain` is what was written from facts alone: it holds what was counted.
    """
    facts = [
        table_prompts.given(known, Ask(table=table.id, columns=(), description=True))
        for table in known.snapshot.tables
    ]
    facts += [text.text for text in _texts(plain)]
    facts += [domain.description.text for domain in plain.domains]
    facts += [plain.summary, plain.description]
    facts += [" ".join((each.text, *each.evidence)) for each in plain.insights]
    counts = {n for table in known.snapshot.tables for n in table_prompts.counts(known, table.id)}
    counts |= {*known.stats.values(), *(len(each.tables) for each in plain.domains)}
    given = "\n".join(facts)
    return Ground(
        lexicon=lexicon.of(known),
        given=given,
        numbers=numerals.given(given) | {str(count) for count in counts},
        language=language,
    )


def _texts(written: Manuscript) -> Iterator[Text]:
    for table in written.tables.values():
        yield table.description
        yield from (column.description for column in table.columns)


def _sentences(written: Manuscript, texts: Sequence[Text]) -> Iterator[str]:
    domains = (domain.description for domain in written.domains)
    judged = [text.text for text in (*texts, *domains) if text.source not in _BY_PEOPLE]
    # Its last paragraph is about the writing, not about the schema.
    about = written.description.rpartition("\n\n")[0]
    judged += [written.summary, *about.splitlines()]
    judged += [insight.text for insight in written.insights]
    judged += [prompt.question for prompt in written.prompts if prompt.source == "model"]
    for text in judged:
        yield from grounding.sentences(text)


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None

"""Tells people what was read of their database, and what of it a model was told."""

from collections.abc import Iterator, Mapping
from typing import Final

from catalog.profile import Disclosure, Facts, Level
from worker.pipeline import facts, ledger, wording

_READ: Final[Mapping[Level, str]] = {
    "none": "Only the schema was read: names, types, keys, comments, row estimates; no rows.",
    "statistics": "The schema was read, and the statistics that the database holds; no rows.",
    "shapes": "The schema was read, the statistics that the database holds, and some rows.",
}
_WORDS: Final[Mapping[str, str]] = {
    "names": "column",
    "types": "type",
    "keys": "key column",
    "comments": "comment",
    "allowedValues": "list of allowed values",
    "rowEstimates": "row estimate",
    "nullShares": "share of empty values",
    "distinctCounts": "count of distinct values",
    "shapes": "column of masked shapes",
    "codes": "list of codes",
}


def of(known: facts.Facts) -> Disclosure:
    """Return what was read of every table, and what of it stood in questions to the model."""
    looked_at = {table.id: table for table in known.profile.tables}
    read: list[Facts] = []
    for table in known.snapshot.tables:
        counts = ledger.counted(table, table.columns, known.profile)
        seen = looked_at.get(table.id)
        if seen is not None:
            more = {
                "sampledRows": seen.sampled_rows,
                "sampledColumns": len(seen.sampled_columns),
                "withheldColumns": len(seen.withheld),
            }
            counts |= {kind: count for kind, count in more.items() if count}
        read.append(Facts(id=table.id, counts=counts))
    return Disclosure(
        level=known.profile.level,
        read=tuple(read),
        sent=known.ledger.sent(known.profile),
        embedder=known.ledger.embedder,
    )


def notes(known: facts.Facts, disclosed: Disclosure, *, model: str | None) -> Iterator[str]:
    """Yield the sentences that tell a reader what was read and what was sent."""
    yield _READ[disclosed.level]
    read, sent = disclosed.totals()["read"], disclosed.totals()["sent"]
    yield f"Read were {_listed(read)}."
    if disclosed.level == "shapes":
        rows = wording.counted(read.get("sampledRows", 0), "row")
        columns = wording.counted(read.get("sampledColumns", 0), "column")
        withheld = wording.counted(read.get("withheldColumns", 0), "column")
        yield f"Of {columns}, values in {rows} were looked at, and kept as masks and codes only."
        yield f"Nothing was kept of {withheld} that may be about people."
    if model is None:
        yield "No language model was told anything."
    else:
        tables = wording.counted(sent["tables"], "table")
        yield f"{model} was told of {tables}: {_listed(sent) or 'nothing'}."
    if disclosed.embedder is not None:
        yield (
            f"{disclosed.embedder} was given names, comments, allowed values and descriptions of "
            "all tables and columns, to make vectors of them."
        )
    yield from (f"Not read: {each.what} ({each.reason})." for each in known.profile.unread)


def _listed(counts: Mapping[str, int]) -> str:
    told = [wording.counted(counts[kind], _WORDS[kind]) for kind in _WORDS if counts.get(kind)]
    return wording.listing(told, limit=len(told))

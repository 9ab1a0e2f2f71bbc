"""The question about a batch of tables: their facts, their neighbours, and what to answer."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from catalog.model import Table
from worker.pipeline.facts import Facts
from worker.pipeline.ports import Prompt, Request
from worker.pipeline.writing import batches, briefs
from worker.pipeline.writing.batches import Ask, Batch

_NEIGHBOURS = 12
_QUESTION = (
    "For each table under askedFor say in one or two sentences what a row stands for and what the "
    "table is used for. For each column say in one sentence what it holds; do not repeat its type. "
    'Answer "unknown" where the facts do not tell.'
)
_AGAIN = (
    " You were asked before and gave no usable text for these; where rejected says why, answer "
    "without that."
)

#: Why an answer was not taken, by table and column; the empty column is the table itself.
Rejected = Mapping[tuple[str, str], str]


def ask_about(
    request: Request, known: Facts, asks: Batch, rejected: Rejected | None = None
) -> Prompt:
    """Return the prompt that asks for the tables' descriptions and columns.

    With `rejected`, even an empty one, it asks again.
    """
    listed = {
        ask.table: [*(["description"] if ask.description else []), *ask.columns] for ask in asks
    }
    facts = {
        "database": briefs.database(known),
        "askedFor": listed,
        "tables": {ask.table: briefs.tell(known, *_shown(known, ask)) for ask in asks},
        "neighbours": briefs.one_liners(known, _near(known, asks), limit=_NEIGHBOURS),
    }
    wrong = _wrong(asks, rejected or {})
    if wrong:
        facts["rejected"] = wrong
    return briefs.prompt(
        request,
        _QUESTION + ("" if rejected is None else _AGAIN),
        facts,
        _answer(asks),
        max_tokens=300 + 60 * batches.sentences(asks),
    )


def given(known: Facts, ask: Ask) -> str:
    """Return the facts that the model sees about the table, which its texts may count from."""
    return json.dumps(briefs.table(known, *_shown(known, ask)), ensure_ascii=False)


def counts(known: Facts, table_id: str) -> tuple[int, ...]:
    """Return what can be counted about the table: columns, keys, references, allowed values."""
    table = known.tables[table_id]
    targets, referrers = known.targets(table_id), known.referrers(table_id)
    lists = (table.columns, table.primary_key, targets, referrers, {*targets, *referrers})
    enums = (column.enum for column in table.columns if column.enum)
    return tuple(len(each) for each in (*lists, *enums))


def _answer(asks: Batch) -> dict[str, Any]:
    text = {"type": "string"}
    wanted = {}
    for ask in asks:
        keys: dict[str, Any] = {"description": text} if ask.description else {}
        if ask.columns:
            keys["columns"] = briefs.exactly(dict.fromkeys(ask.columns, text))
        wanted[ask.table] = briefs.exactly(keys)
    return briefs.exactly(wanted)


def _shown(known: Facts, ask: Ask) -> tuple[Table, Sequence[str] | None]:
    """Return the table and None for all columns, or those asked for where it is too wide."""
    found = known.tables[ask.table]
    wide = len(found.columns) > batches.COLUMNS
    return found, ask.columns if wide else None


def _near(known: Facts, asks: Batch) -> list[str]:
    inside = {ask.table for ask in asks}
    near = (
        name
        for ask in asks
        for name in (*known.targets(ask.table), *known.referrers(ask.table))
        if name not in inside
    )
    return list(dict.fromkeys(near))


def _wrong(asks: Batch, rejected: Rejected) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for ask in asks:
        for key in (*([""] if ask.description else []), *ask.columns):
            if (ask.table, key) in rejected:
                found.setdefault(ask.table, {})[key or "description"] = rejected[ask.table, key]
    return found

"""The question about a batch of tables: their facts, their neighbours, and what to answer."""

from worker.pipeline.facts import Facts
from worker.pipeline.ports import Prompt, Request
from worker.pipeline.writing import batches, briefs
from worker.pipeline.writing.batches import Ask

_NEIGHBOURS = 12
_QUESTION = (
    "For each table under askedFor say in one or two sentences what a row stands for and what the "
    "table is used for. For each column say in one sentence what it holds; do not repeat its type. "
    'Answer "unknown" where the facts do not tell.'
)


def ask_about(request: Request, known: Facts, asks: tuple[Ask, ...]) -> Prompt:
    """Return the prompt that asks for the tables' descriptions and columns."""
    inside = {ask.table for ask in asks}
    near = dict.fromkeys(
        name
        for ask in asks
        for name in (*known.targets(ask.table), *known.referrers(ask.table))
        if name not in inside
    )
    listed = {
        ask.table: [*(["description"] if ask.description else []), *ask.columns] for ask in asks
    }
    facts = {
        "database": briefs.database(known),
        "askedFor": listed,
        "tables": {
            ask.table: briefs.table(known, known.tables[ask.table], _columns(known, ask))
            for ask in asks
        },
        "neighbours": briefs.one_liners(known, list(near), limit=_NEIGHBOURS),
    }
    text = {"type": "string"}
    wanted = {
        ask.table: briefs.exactly(
            {
                **({"description": text} if ask.description else {}),
                **(
                    {"columns": briefs.exactly(dict.fromkeys(ask.columns, text))}
                    if ask.columns
                    else {}
                ),
            }
        )
        for ask in asks
    }
    pieces = sum(len(ask.columns) + 2 * ask.description for ask in asks)
    return briefs.prompt(
        request, _QUESTION, facts, briefs.exactly(wanted), max_tokens=300 + 60 * pieces
    )


def _columns(known: Facts, ask: Ask) -> tuple[str, ...] | None:
    """Return the columns to show: all, or those asked for where a table is too wide for that."""
    wide = len(known.tables[ask.table].columns) > batches.COLUMNS
    return ask.columns if wide else None

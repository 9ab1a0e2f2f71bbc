"""Finds what a schema lacks or overdoes, as insights with counted numbers."""

from catalog.context import Insight
from catalog.model import Table
from worker.pipeline import wording
from worker.pipeline.facts import Facts

_EVIDENCE = 8
_MANY_COLUMNS = 12


def insight(text: str, evidence: list[str] | tuple[str, ...]) -> Insight:
    """Return the insight with the first pieces of its evidence and the number of the others."""
    shown = tuple(evidence[:_EVIDENCE])
    rest = len(evidence) - len(shown)
    return Insight(text=text, evidence=(*shown, f"{rest} more") if rest else shown)


def unindexed(known: Facts) -> Insight | None:
    """Return how many foreign keys no index serves."""
    declared = [(table, key) for table in known.base_tables for key in table.foreign_keys]
    bare = [
        f"{table.id}.{', '.join(key.columns)}"
        for table, key in declared
        if not _indexed(table, key.columns)
    ]
    if not bare or not any(table.indexes for table in known.base_tables):
        return None  # a source without any index tells nothing about indexes
    return insight(
        f"{wording.number(len(bare))} of {wording.counted(len(declared), 'declared foreign key')} "
        f"{'has' if len(bare) == 1 else 'have'} no index that begins with "
        f"{'its' if len(bare) == 1 else 'their'} columns; joins "
        "from the other side may be slow on large tables.",
        bare,
    )


def comments(known: Facts) -> Insight | None:
    """Return how much of the schema carries a comment."""
    described = [table for table in known.base_tables if (table.comment or "").strip()]
    columns = [
        column
        for table in known.base_tables
        for column in table.columns
        if (column.comment or "").strip()
    ]
    stats = known.stats
    if not described and not columns:
        return insight(
            "The schema carries no comments: what its names do not say has to be asked.",
            [f"0 of {wording.counted(stats['tables'], 'table')} commented"],
        )
    return insight(
        f"{wording.number(len(described))} of {wording.counted(stats['tables'], 'table')} and "
        f"{wording.number(len(columns))} of {wording.counted(stats['columns'], 'column')} carry a "
        "comment in the database.",
        [table.id for table in described] or ["column comments"],
    )


def widest(known: Facts) -> Insight | None:
    """Return the widest table when it is wide."""
    widest = max(known.base_tables, key=lambda table: len(table.columns), default=None)
    if widest is None or len(widest.columns) < _MANY_COLUMNS:
        return None
    average = known.stats["columns"] / max(1, known.stats["tables"])
    return insight(
        f"{widest.id} is the widest table: {wording.counted(len(widest.columns), 'column')}, "
        f"against {average:.1f} on average.",
        [widest.id],
    )


def keyless(known: Facts) -> Insight | None:
    """Return the tables without a primary key."""
    found = [table.id for table in known.base_tables if not table.primary_key]
    if not found:
        return None
    count = wording.counted(len(found), "table")
    return insight(
        f"{count} {'has' if len(found) == 1 else 'have'} no primary key, so no single column or "
        "set of columns is promised to identify a row.",
        found,
    )


def _indexed(table: Table, columns: tuple[str, ...]) -> bool:
    keys = [table.primary_key, *(key.columns for key in table.unique_keys)]
    keys += [index.columns for index in table.indexes]
    return any(set(key[: len(columns)]) == set(columns) for key in keys)

"""Cuts a schema into pieces that a small model can describe well: neighbours of one domain."""

from collections.abc import Iterator
from dataclasses import dataclass

from catalog.model import Table
from catalog.structure.domains import Domain
from worker.pipeline.facts import Facts
from worker.pipeline.structural import columns

TABLES = 6
COLUMNS = 60


@dataclass(frozen=True, kw_only=True)
class Ask:
    """What is asked about one table: its description, these columns, or both."""

    table: str
    columns: tuple[str, ...]
    description: bool


def plan(known: Facts) -> tuple[tuple[Ask, ...], ...]:
    """Return the batches; what comments and keys explain already is in none of them."""
    batches: list[tuple[Ask, ...]] = []
    for domain in known.structure.domains:
        batch: list[Ask] = []
        for table_id in _walk(known, domain):
            for ask in _asks(known, known.tables[table_id]):
                asked = sum(len(other.columns) for other in batch)
                if len(batch) == TABLES or asked + len(ask.columns) > COLUMNS:
                    batches.append(tuple(batch))
                    batch = []
                batch.append(ask)
        if batch:
            batches.append(tuple(batch))
    return tuple(batches)


def _asks(known: Facts, table: Table) -> Iterator[Ask]:
    open_questions = tuple(
        column.name for column in table.columns if not columns.obvious(known, table, column)
    )
    described = bool((table.comment or "").strip())
    if not described and not open_questions:
        yield Ask(table=table.id, columns=(), description=True)
    for start in range(0, len(open_questions), COLUMNS):
        part = open_questions[start : start + COLUMNS]
        yield Ask(table=table.id, columns=part, description=not described and start == 0)


def _walk(known: Facts, domain: Domain) -> list[str]:
    """Return the domain's tables so that neighbours come close to each other."""
    left = dict.fromkeys([*([domain.hub] if domain.hub else []), *domain.tables])
    order: list[str] = []
    while left:
        waiting = [next(iter(left))]
        while waiting:
            name = waiting.pop(0)
            if name in left:
                del left[name]
                order.append(name)
                waiting += [n for n in (*known.referrers(name), *known.targets(name)) if n in left]
    return order

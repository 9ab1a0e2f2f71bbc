"""Cuts a schema into pieces that a small model can describe well: neighbours of one domain."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

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

    @property
    def pieces(self) -> int:
        """How many texts are asked for."""
        return len(self.columns) + self.description


Batch = tuple[Ask, ...]
Fits = Callable[[Batch], bool]  # whether the question about these is one that the model can read


def plan(
    known: Facts, fits: Fits = lambda _batch: True, *, obvious: bool = False
) -> tuple[Batch, ...]:
    """Return the batches; what comments explain already is in none of them.

    Nor is what keys explain, unless the `obvious` is wanted, too: facts speak English only. What
    does not fit even alone is a batch of its own: whoever asks finds out.
    """
    batches: list[Batch] = []
    for domain in known.structure.domains:
        batch: Batch = ()
        for table_id in _walk(known, domain):
            for whole in _asks(known, known.tables[table_id], obvious=obvious):
                for ask in _fitted(whole, fits):
                    longer = (*batch, ask)
                    if batch and not (_small(longer) and fits(longer)):
                        batches.append(batch)
                        longer = (ask,)
                    batch = longer
        if batch:
            batches.append(batch)
    return tuple(batches)


def sentences(batch: Batch) -> int:
    """Return about how long the answer is: two sentences for a table, one for a column."""
    return sum(len(ask.columns) + 2 * ask.description for ask in batch)


def halves(batch: Batch) -> tuple[Batch, ...]:
    """Return two smaller batches that ask the same together; one of a single text stays as it is.

    A table's description stays with the first of its columns.
    """
    if len(batch) > 1:
        return batch[: len(batch) // 2], batch[len(batch) // 2 :]
    (ask,) = batch
    if ask.pieces == 1:
        return (batch,)
    middle = len(ask.columns) // 2
    first = replace(ask, columns=ask.columns[:middle])
    second = replace(ask, columns=ask.columns[middle:], description=False)
    return tuple((part,) for part in (first, second) if part.pieces)


def _small(batch: Batch) -> bool:
    return len(batch) <= TABLES and sum(len(ask.columns) for ask in batch) <= COLUMNS


def _fitted(ask: Ask, fits: Fits) -> Iterator[Ask]:
    parts = halves((ask,)) if not fits((ask,)) else ((ask,),)
    if len(parts) == 1:
        yield ask
        return
    for (part,) in parts:
        yield from _fitted(part, fits)


def _asks(known: Facts, table: Table, *, obvious: bool) -> Iterator[Ask]:
    open_questions = tuple(
        column.name
        for column in table.columns
        if not (column.comment or "").strip()
        and (obvious or not columns.obvious(known, table, column))
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

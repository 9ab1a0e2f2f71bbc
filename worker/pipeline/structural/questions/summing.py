"""Questions that add up money, never across currencies."""

from collections.abc import Iterator
from dataclasses import dataclass

from catalog import words
from catalog.model import Column, Table
from catalog.structure.relations import Relation
from catalog.structure.roles import Role
from worker.pipeline.facts import Facts
from worker.pipeline.structural import centre, moments
from worker.pipeline.structural.questions import candidates
from worker.pipeline.structural.questions.candidates import Candidate
from worker.pipeline.structural.questions.sql import Query

_UNIT_WORDS = frozenset({"price", "cost", "unit"})
_QUANTITY_WORDS = frozenset({"quantity", "qty", "pieces"})
_STEPS = 3  # how many references a question follows before people lose the thread


@dataclass(frozen=True, kw_only=True)
class Amount:
    """What is added up for each row of a table, and where its currency stands."""

    columns: tuple[str, ...]  # multiplied with each other
    spoken: str
    currency: str | None = None
    through: Relation | None = None  # the reference to the table with the currency, if not the own


def propose(known: Facts, table: Table) -> Iterator[Candidate]:
    """Yield the questions about the table's money."""
    found = _amount(known, table)
    if found is None:
        return
    event = candidates.event(known, table)
    if event is not None:
        yield _per_month(known, table, found, event)
    for path in _paths(known, table):
        target = known.tables[path[-1].target]
        if candidates.shown(known, target) and target.id not in known.currency_tables:
            yield _highest(known, table, found, path)


def _amount(known: Facts, table: Table) -> Amount | None:
    column = candidates.amount(known, table)
    names: tuple[str, ...]
    if column is not None:
        names, spoken = (column.name,), candidates.sum_of(column)
    else:
        money = [c for c in known.having(table, Role.MONEY) if _has(c, _UNIT_WORDS)]
        counts = [c for c in known.having(table, Role.MEASURE) if _has(c, _QUANTITY_WORDS)]
        if not money or not counts:
            return None
        names = (money[0].name, counts[0].name)
        spoken = f"sum of {words.humanise(names[0])} times {words.humanise(names[1])}"
    own = known.having(table, Role.CURRENCY)
    if own:
        return Amount(columns=names, spoken=spoken, currency=own[0].name)
    for relation in _closest(known, table):
        currencies = known.having(known.tables[relation.target], Role.CURRENCY)
        if currencies:
            name = currencies[0].name
            return Amount(columns=names, spoken=spoken, currency=name, through=relation)
    return Amount(columns=names, spoken=spoken)


def _closest(known: Facts, table: Table) -> list[Relation]:
    """Return the references to the tables that this one is named after, as order_line is."""
    named = known.names.words(table.id)
    return [
        relation
        for relation in candidates.references(known, table)
        if set(known.names.words(relation.target)) <= set(named)
        and not any(column.nullable for column in table.columns if column.name in relation.columns)
    ]


def _paths(known: Facts, table: Table) -> Iterator[tuple[Relation, ...]]:
    """Yield the ways from the table along its references, each table once, short ones first."""
    waiting: list[tuple[Relation, ...]] = [(r,) for r in candidates.references(known, table)]
    seen = {table.id}
    while waiting:
        path = waiting.pop(0)
        target = known.tables[path[-1].target]
        if target.id in seen:
            continue
        seen.add(target.id)
        yield path
        if len(path) < _STEPS:
            waiting += [(*path, onward) for onward in candidates.references(known, target)]


def _sum(asked: Query, found: Amount, alias: str) -> str:
    product = " * ".join(f"{alias}.{asked.pen.quote(name)}" for name in found.columns)
    return f"SUM({product})"


def _currency(
    known: Facts, asked: Query, found: Amount, alias: str
) -> tuple[str | None, tuple[str, ...]]:
    """Return the currency as SQL, joining its table where needed, and the tables joined."""
    if found.currency is None:
        return None, ()
    if found.through is None:
        return f"{alias}.{asked.pen.quote(found.currency)}", ()
    holder = known.tables[found.through.target]
    on = candidates.condition(asked, found.through, alias, "{0}")
    return f"{asked.join(holder, on)}.{asked.pen.quote(found.currency)}", (holder.id,)


def _per_month(known: Facts, table: Table, found: Amount, event: Column) -> Candidate:
    asked = candidates.query(known)
    alias = asked.start(table)
    moment = f"{alias}.{asked.pen.quote(event.name)}"
    month = asked.pen.month(moment)
    currency, joined = _currency(known, asked, found, alias)
    asked.group = [month, *([currency] if currency else [])]
    asked.select = [
        f"{month} AS in_month",
        *asked.group[1:],
        f"{_sum(asked, found, alias)} AS total",
    ]
    asked.where = candidates.live(known, asked, table, alias)
    if event.nullable:
        asked.where.append(f"{moment} IS NOT NULL")
    asked.order = asked.group
    many, per = known.names.many(table.id), "month and currency" if currency else "month"
    return Candidate(
        family="money",
        question=f"What is the {found.spoken} of {many} per {per}?",
        sql=asked.text(),
        tables=(table.id, *joined),
        difficulty="medium",
        weight=centre.weight(known, table) + moments.eventful(event) + 2 * bool(currency),
        undeclared=candidates.resting_on(*(r for r in (found.through,) if r and joined)),
    )


def _highest(known: Facts, table: Table, found: Amount, path: tuple[Relation, ...]) -> Candidate:
    asked = candidates.query(known)
    first = alias = asked.start(table)
    for relation in path:
        target = known.tables[relation.target]
        alias = asked.join(target, candidates.condition(asked, relation, alias, "{0}"))
    target = known.tables[path[-1].target]
    columns = candidates.identity(known, asked, target, alias)
    currency, joined = _currency(known, asked, found, first)
    total = f"{_sum(asked, found, first)} AS total"
    asked.where = candidates.live(known, asked, table, first)
    asked.group = [*columns, *([currency] if currency else [])]
    asked.select = [*columns, *([currency] if currency else []), total]
    many, lines = known.names.many(target.id), known.names.many(table.id)
    parts = "".join(candidates.as_part(known, relation) for relation in path[-1:])
    which = f"Which {'5' if currency else '10'} {many} have the highest {found.spoken}"
    if currency:
        sql = _ranked(asked, columns, currency)
    else:
        asked.order, asked.limit = ["total DESC"], 10
        sql = asked.text()
    return Candidate(
        family="highest",
        question=f"{which} of {lines}{parts}{' in each currency' * bool(currency)}?",
        sql=sql,
        tables=tuple(dict.fromkeys((target.id, table.id, *(r.target for r in path), *joined))),
        difficulty="hard" if currency or len(path) > 1 else "medium",
        weight=centre.weight(known, table)
        + centre.weight(known, target) / 2
        + 1.5 * len(path)
        + 8 * (found.through is not None)  # the lines of something, where its money comes from
        - 3 * sum(centre.optional(known, relation) for relation in path)
        - 5 * sum(bool(candidates.as_part(known, relation)) for relation in path),
        undeclared=candidates.resting_on(*path, *(r for r in (found.through,) if r and joined)),
    )


def _ranked(asked: Query, columns: list[str], currency: str) -> str:
    """Return the query narrowed to the five highest of each currency."""
    total = asked.select[-1].removesuffix(" AS total")
    rank = f"ROW_NUMBER() OVER (PARTITION BY {currency} ORDER BY {total} DESC)"
    asked.select.append(f"{rank} AS place")
    names = [expression.partition(".")[2] for expression in (*columns, currency)]
    inner = asked.text().replace("\n", "\n  ")
    currency_name = names[-1]
    return (
        f"SELECT {', '.join((*names, 'total'))}\nFROM (\n  {inner}\n) AS ranked\n"
        f"WHERE place <= 5\nORDER BY {currency_name}, total DESC"
    )


def _has(column: Column, wanted: frozenset[str]) -> bool:
    return bool(wanted & set(words.split(column.name)))

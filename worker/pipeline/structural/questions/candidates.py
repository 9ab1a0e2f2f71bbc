"""A question that could be asked, and the pieces that every kind of question needs."""

from dataclasses import dataclass
from typing import Literal

from catalog import words
from catalog.model import Column, Table
from catalog.structure.kinds import Kind
from catalog.structure.relations import Relation
from catalog.structure.roles import Role
from worker.pipeline import wording
from worker.pipeline.facts import Facts
from worker.pipeline.structural import centre, moments
from worker.pipeline.structural.questions.sql import Pen, Query
from worker.pipeline.structural.references import PREPOSITIONS, played

Difficulty = Literal["easy", "medium", "hard"]
LIKELY = 0.8  # an undeclared reference below this score is not worth a question
_NAMES_SHOWN = 3
_NOT_SUMMABLE = wording.vocabulary(
    "unit price rate limit min max minimum maximum avg average per list default hourly annual "
    "yearly salary percent ratio reorder threshold replacement"
)
_SUMMABLE = wording.vocabulary(
    "amount total sum subtotal revenue income expense expenses cost costs fee fees fare payment"
    " payments balance budget value charge charges tax turnover profit donation freight net gross"
)
_SUM_FIRST = ("total", "amount", "revenue", "payment", "net", "gross")


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A question with SQL that has not been checked yet; `tables[0]` is what it is about."""

    family: str
    question: str
    sql: str
    tables: tuple[str, ...]
    difficulty: Difficulty
    weight: float  # how telling it is, compared within its family
    undeclared: tuple[str, ...] = ()  # the undeclared references that its joins rest on


def query(known: Facts) -> Query:
    """Return an empty query in the snapshot's dialect."""
    return Query(pen=Pen.of(known.snapshot))


def references(known: Facts, table: Table) -> tuple[Relation, ...]:
    """Return the table's references to other tables on which a question can rest."""
    return tuple(
        relation
        for relation in known.outgoing.get(table.id, ())
        if relation.target != table.id
        and (relation.declared or relation.score >= LIKELY)
        and centre.telling(known, relation)
        and known.tables[relation.target].kind == "table"
    )


def condition(asked: Query, relation: Relation, left: str, right: str) -> str:
    """Return the join condition of a reference from alias `left` to alias `right`."""
    pairs = zip(relation.columns, relation.target_columns, strict=True)
    return " AND ".join(
        f"{left}.{asked.pen.quote(own)} = {right}.{asked.pen.quote(other)}" for own, other in pairs
    )


def live(known: Facts, asked: Query, table: Table, alias: str) -> list[str]:
    """Return the conditions that leave softly deleted rows of the table out."""
    found = [
        asked.pen.live(column, f"{alias}.{asked.pen.quote(column.name)}")
        for column in known.having(table, Role.SOFT_DELETE)
    ]
    return [text for text in found if text]


def shown(known: Facts, table: Table) -> tuple[str, ...]:
    """Return the columns by which people recognise a row: names, else a unique code, else none."""
    names = [
        column.name
        for column in table.columns
        if known.role(table, column.name) in {Role.LABEL, Role.PERSONAL}
        and words.split(column.name)[-1:] in {("name",), ("title",), ("label",), ("subject",)}
    ]
    names = names or [column.name for column in known.having(table, Role.LABEL)]
    return tuple(names[:_NAMES_SHOWN]) or codes(known, table)[:1]


def codes(known: Facts, table: Table) -> tuple[str, ...]:
    """Return the codes that no two rows share, such as an order number."""
    return tuple(
        column.name
        for column in known.having(table, Role.CODE)
        if any(key.columns == (column.name,) for key in table.unique_keys)
    )


def identity(known: Facts, asked: Query, table: Table, alias: str) -> list[str]:
    """Return the columns that tell one row from another and let people recognise it."""
    found = dict.fromkeys((*table.primary_key, *shown(known, table)))
    return [f"{alias}.{asked.pen.quote(name)}" for name in found]


def amount(known: Facts, table: Table) -> Column | None:
    """Return the column of money that makes sense to add up, if there is one."""
    found = [column for column in known.having(table, Role.MONEY) if _summable(column)]

    def order(column: Column) -> int:
        pieces = words.split(column.name)
        return next((n for n, word in enumerate(_SUM_FIRST) if word in pieces), len(_SUM_FIRST))

    return min(found, key=order, default=None)


def sum_of(column: Column) -> str:
    """Return how people say the sum of a column of money, e.g. total line amount."""
    pieces = [piece for piece in words.split(column.name) if piece not in {"total", "sum"}]
    return words.humanise(" ".join(("total", *(pieces or ["amount"]))))


def event(known: Facts, table: Table) -> Column | None:
    """Return the moment at which a row came about, by the business rather than by the system."""
    times = (*known.having(table, Role.TIME), *known.having(table, Role.AUDIT_TIME))
    named = set(known.names.words(table.id))

    def telling(column: Column) -> int:
        # An order's order date says more about it than any other of its dates.
        return moments.eventful(column) + 2 * bool(named & set(words.split(column.name)))

    found = (column for column in times if moments.eventful(column) > 0)
    return max(found, key=telling, default=None)


def as_part(known: Facts, relation: Relation) -> str:
    """Return " as agent" where the reference says which part the target plays."""
    part = played(known, relation) if len(relation.columns) == 1 else None
    if part is not None and part.split(" ")[-1] in PREPOSITIONS:
        return f" by {relation.columns[0]}"
    return f" as {part}" if part else ""


def counted_as(known: Facts, table: Table) -> str:
    """Return a name for the count of a table's rows, e.g. sales_order_count."""
    words_of_table = known.names.words(table.id)
    if words_of_table[0][:1].isdigit():  # no SQL dialect takes an alias that begins with a digit
        return "_".join(("count_of", *words_of_table))
    return "_".join((*words_of_table, "count"))


def resting_on(*relations: Relation) -> tuple[str, ...]:
    """Return the undeclared ones among the references, as people read them."""
    return tuple(
        f"{relation.table}.{', '.join(relation.columns)} to {relation.target}"
        for relation in relations
        if not relation.declared
    )


def is_list(known: Facts, table: Table) -> bool:
    """Tell whether the table is a short list of values rather than a subject of its own."""
    return known.kind(table.id) is Kind.LOOKUP


def _summable(column: Column) -> bool:
    pieces = words.split(column.name)
    return not _NOT_SUMMABLE & set(pieces) and (pieces[-1] in _SUMMABLE or "total" in pieces)

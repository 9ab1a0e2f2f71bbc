"""Finds what stands out in a schema; every number is counted, every insight names its evidence."""

from collections.abc import Callable

from catalog.context import Insight
from catalog.model import Table
from catalog.structure.kinds import Kind
from catalog.structure.roles import Role
from worker.pipeline import wording
from worker.pipeline.facts import Facts
from worker.pipeline.structural import centre, dangers, quality

_SHOWN = 12
_REFERRED = 3


def find(known: Facts) -> tuple[Insight, ...]:
    """Return the insights that the facts allow, the most telling first."""
    return tuple(found for look in _LOOKS if (found := look(known)) is not None)[:_SHOWN]


def _most_referenced(known: Facts) -> Insight | None:
    hub = max(known.base_tables, key=lambda table: len(known.referrers(table.id)), default=None)
    referrers = known.referrers(hub.id) if hub else ()
    if hub is None or len(referrers) < _REFERRED:
        return None
    equals = sum(len(known.referrers(table.id)) == len(referrers) for table in known.base_tables)
    text = (
        f"{hub.id} is {'the table' if equals == 1 else 'among the tables'} most referred to: "
        f"{wording.number(len(referrers))} of the other "
        f"{wording.number(len(known.base_tables) - 1)} tables point to it"
    )
    if known.kind(hub.id) is Kind.LOOKUP:
        rest = [table for table in known.base_tables if known.kind(table.id) is not Kind.LOOKUP]
        next_hub = max(rest, key=lambda table: len(known.referrers(table.id)), default=hub)
        count = len(known.referrers(next_hub.id))
        if count:
            text += f"; beyond plain lists it is {next_hub.id}, with {wording.number(count)}"
    return quality.insight(f"{text}.", referrers)


def _widest_view(known: Facts) -> Insight | None:
    tables = centre.subjects(known)
    best = max(tables, key=lambda table: len(known.targets(table.id)), default=None)
    targets = known.targets(best.id) if best else ()
    if best is None or len(targets) < _REFERRED:
        return None
    return quality.insight(
        f"{best.id} brings the most together: it refers to "
        f"{wording.counted(len(targets), 'other table')}, "
        "so most questions that combine them can start there.",
        targets,
    )


def _money(known: Facts) -> Insight | None:
    amounts = _columns(known, Role.MONEY)
    tables = _tables(known, Role.MONEY)
    if not amounts:
        return None
    beside = [table.id for table in tables if known.having(table, Role.CURRENCY)]
    text = (
        f"Money is kept in {wording.counted(len(amounts), 'column')} of "
        f"{wording.counted(len(tables), 'table')}"
    )
    if not _columns(known, Role.CURRENCY):
        text += "; the schema has no currency column, so the amounts' currency is not recorded here"
    elif len(beside) == len(tables):
        text += "; each of them says in which currency"
    else:
        text += (
            f"; {wording.number(len(beside))} of these tables "
            f"{'has' if len(beside) == 1 else 'have'} a currency column beside the amounts"
        )
    return quality.insight(f"{text}.", amounts)


def _statuses(known: Facts) -> Insight | None:
    found = [(table, column) for table in known.base_tables for column in known.states(table)]
    if not found:
        return None
    tables = {table.id for table, _ in found}
    table, column = max(found, key=lambda pair: len(pair[1].enum))
    count = wording.counted(len(tables), "table")
    text = f"{count} {'tracks' if len(tables) == 1 else 'track'} a status"
    if column.enum:
        values = wording.listing(column.enum, limit=10)
        text += f"; {table.id}.{column.name} knows {wording.counted(len(column.enum), 'value')}: "
        text += values
    return quality.insight(f"{text}.", [f"{table.id}.{column.name}" for table, column in found])


def _soft_deletes(known: Facts) -> Insight | None:
    found = dangers.soft_deleted(known)
    if not found:
        return None
    tables = wording.counted(len({name.rpartition(".")[0] for name in found}), "table")
    return quality.insight(
        f"{tables} can delete softly: a count without a filter counts deleted rows too.",
        found,
    )


def _undeclared(known: Facts) -> Insight | None:
    implied = known.structure.implied
    if not implied:
        return None
    count = wording.counted(len(implied), "reference")
    return quality.insight(
        f"{count} by name and type {'is' if len(implied) == 1 else 'are'} not declared as "
        f"{'a foreign key' if len(implied) == 1 else 'foreign keys'}, beside "
        f"{wording.number(known.stats['declaredForeignKeys'])} declared.",
        [
            f"{r.table}.{', '.join(r.columns)} to {r.target}.{', '.join(r.target_columns)}"
            for r in implied
        ],
    )


def _polymorphic(known: Facts) -> Insight | None:
    pairs = dangers.polymorphic(known)
    if not pairs:
        return None
    count = wording.counted(len(pairs), "pair")
    return quality.insight(
        f"{count} of columns {'points' if len(pairs) == 1 else 'point'} into a table that only the "
        "row itself names, which no foreign key can guard.",
        [f"{table}.{kind} with {table}.{key}" for table, kind, key in pairs],
    )


def _personal(known: Facts) -> Insight | None:
    columns, tables = _columns(known, Role.PERSONAL), _tables(known, Role.PERSONAL)
    if not columns:
        return None
    most = max(tables, key=lambda table: len(known.having(table, Role.PERSONAL)))
    text = f"{wording.counted(len(columns), 'column')} in {wording.counted(len(tables), 'table')}"
    own = len(known.having(most, Role.PERSONAL))
    single = len(columns) == 1
    return quality.insight(
        f"{text} {'looks' if single else 'look'} like personal data by name"
        + (f", most of them in {most.id} ({wording.number(own)})." if len(tables) > 1 else "."),
        columns,
    )


def _hierarchies(known: Facts) -> Insight | None:
    found = dangers.hierarchies(known)
    if not found:
        return None
    tables = {name.rpartition(".")[0] for name in found}
    count = wording.counted(len(tables), "table")
    return quality.insight(
        f"{count} {'refers' if len(tables) == 1 else 'refer'} to "
        f"{'itself' if len(tables) == 1 else 'themselves'}, which makes "
        f"{'a hierarchy or chain' if len(tables) == 1 else 'hierarchies or chains'}.",
        found,
    )


def _largest(known: Facts) -> Insight | None:
    sized = [(table.row_estimate, table.id) for table in known.base_tables if table.row_estimate]
    if len(sized) < _REFERRED:
        return None
    sized.sort(reverse=True)
    total = sum(rows for rows, _ in sized)
    rows, name = sized[0]
    return quality.insight(
        f"{name} is the largest table with about {wording.counted(rows, 'row')} of "
        f"{wording.number(total)} in all, by the database's statistics.",
        [f"{name}: about {wording.counted(rows, 'row')}" for rows, name in sized[:5]],
    )


def _columns(known: Facts, role: Role) -> list[str]:
    return [
        f"{table.id}.{column.name}"
        for table in known.base_tables
        for column in known.having(table, role)
    ]


def _tables(known: Facts, role: Role) -> list[Table]:
    return [table for table in known.base_tables if known.having(table, role)]


_LOOKS: tuple[Callable[[Facts], Insight | None], ...] = (
    _most_referenced,
    _widest_view,
    _money,
    _statuses,
    _soft_deletes,
    _undeclared,
    _polymorphic,
    _largest,
    _personal,
    _hierarchies,
    quality.unindexed,
    quality.comments,
    quality.widest,
    quality.keyless,
)

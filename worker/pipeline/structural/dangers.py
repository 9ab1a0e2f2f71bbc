"""What trips a newcomer up in a schema, found by its facts and said with what to do."""

from collections import Counter
from collections.abc import Callable

from catalog.structure.kinds import Kind
from catalog.structure.roles import Role
from worker.pipeline import wording
from worker.pipeline.facts import Facts
from worker.pipeline.structural import moments


def find(known: Facts) -> tuple[str, ...]:
    """Return a sentence or two for every danger that this schema has."""
    return tuple(text for look in _LOOKS if (text := look(known)))


def soft_deleted(known: Facts) -> tuple[str, ...]:
    """Return `table.column` of every soft delete in a table."""
    return tuple(
        f"{table.id}.{column.name}"
        for table in known.base_tables
        for column in known.having(table, Role.SOFT_DELETE)
    )


def polymorphic(known: Facts) -> tuple[tuple[str, str, str], ...]:
    """Return table, type column and id column of every polymorphic pair."""
    found = []
    for table in known.base_tables:
        kinds = known.having(table, Role.POLYMORPHIC_TYPE)
        keys = known.having(table, Role.POLYMORPHIC_ID)
        found += [
            (table.id, kind.name, key.name)
            for kind in kinds
            for key in keys
            if _stem(kind.name) == _stem(key.name)
        ]
    return tuple(found)


def repeated(known: Facts) -> tuple[tuple[str, str, tuple[str, ...]], ...]:
    """Return table, target and columns wherever a table refers more than once to another one."""
    found = []
    for table in known.base_tables:
        relations = [r for r in known.outgoing.get(table.id, ()) if r.target != table.id]
        for target, count in Counter(relation.target for relation in relations).items():
            if count > 1:
                columns = tuple(r.telling for r in relations if r.target == target)
                found.append((table.id, target, columns))
    return tuple(found)


def hierarchies(known: Facts) -> tuple[str, ...]:
    """Return `table.column` of every reference of a table to itself."""
    return tuple(
        f"{relation.table}.{relation.telling}"
        for relation in known.relations
        if relation.table == relation.target
    )


def _soft_deletes(known: Facts) -> str:
    found = soft_deleted(known)
    if not found:
        return ""
    dated = all(
        moments.is_moment(column)
        for table in known.base_tables
        for column in known.having(table, Role.SOFT_DELETE)
    )
    remedy = "filter on IS NULL" if dated else "filter on them"
    return (
        f"Soft deletes: rows stay after deletion where {wording.listing(found, limit=10)} "
        f"{'is' if len(found) == 1 else 'are'} set; {remedy} to see what is in use."
    )


def _currencies(known: Facts) -> str:
    mixed = [
        table.id
        for table in known.base_tables
        if known.having(table, Role.MONEY) and known.having(table, Role.CURRENCY)
    ]
    if not mixed:
        return ""
    bare = [
        table.id
        for table in known.base_tables
        if known.having(table, Role.MONEY) and not known.having(table, Role.CURRENCY)
    ]
    text = (
        f"Money: {wording.listing(mixed)} {'carries' if len(mixed) == 1 else 'carry'} a currency "
        "beside the amounts; group by it and never add up different currencies."
    )
    if bare:
        text += f" No currency of their own beside the amounts: {wording.listing(bare)}."
    return text


def _polymorphic(known: Facts) -> str:
    pairs = [f"{table} ({kind}, {key})" for table, kind, key in polymorphic(known)]
    if not pairs:
        return ""
    return (
        f"Polymorphic references: {wording.listing(pairs)}. The first column names the table that "
        "the second points into, so filter on it before joining."
    )


def _undeclared(known: Facts) -> str:
    implied = known.structure.implied
    if not implied:
        return ""
    shown = [f"{r.table}.{r.telling} to {r.target}" for r in implied]
    return (
        f"Undeclared references, guessed by name and type: {wording.listing(shown, limit=8)}. "
        "Nothing in the database enforces them; check for rows without a partner."
    )


def _repeated(known: Facts) -> str:
    found = [
        f"{table} to {target} ({', '.join(columns)})" for table, target, columns in repeated(known)
    ]
    if not found:
        return ""
    return (
        "More than one reference from one table to another: "
        f"{wording.listing(found, limit=5)}. Choose the column that the question means."
    )


def _hierarchies(known: Facts) -> str:
    found = hierarchies(known)
    if not found:
        return ""
    return (
        f"Hierarchies: {wording.listing(found, limit=8)} "
        f"{'points' if len(found) == 1 else 'point'} back to the same table; a whole branch needs "
        "a recursive query."
    )


def _legacy(known: Facts) -> str:
    found = [table.id for table in known.base_tables if known.kind(table.id) is Kind.LEGACY]
    if not found:
        return ""
    if len(found) == 1:
        return f"Legacy: {found[0]} looks like a leftover by its names; ask before building on it."
    return f"Legacy: {wording.listing(found)} look like leftovers; ask before building on them."


def _orphans(known: Facts) -> str:
    found = [table.id for table in known.base_tables if known.kind(table.id) is Kind.ORPHAN]
    if not found:
        return ""
    return f"No key joins these to any other table: {wording.listing(found, limit=8)}."


def _unread(known: Facts) -> str:
    unread = len(known.snapshot.unread)
    if not unread:
        return ""
    objects = wording.counted(unread, "statement or object")
    return f"{objects} could not be read, so something may be missing here."


def _stem(name: str) -> str:
    lowered = name.lower()
    for suffix in ("_type", "_id", "type", "id"):
        if lowered.endswith(suffix):
            return lowered.removesuffix(suffix)
    return lowered


_LOOKS: tuple[Callable[[Facts], str], ...] = (
    _soft_deletes,
    _currencies,
    _polymorphic,
    _undeclared,
    _repeated,
    _hierarchies,
    _legacy,
    _orphans,
    _unread,
)

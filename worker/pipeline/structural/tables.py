"""Says what a table holds, from its comment, kind, keys and columns."""

import re
from collections.abc import Callable

from catalog import words
from catalog.context import Confidence, TableContext, Text
from catalog.model import Column, Table
from catalog.structure.kinds import Kind
from catalog.structure.roles import Role
from worker.pipeline import wording
from worker.pipeline.facts import Facts
from worker.pipeline.structural import columns, flags

_ELSEWHERE = frozenset(  # said otherwise, or nothing that needs saying
    {
        Role.PRIMARY_KEY,
        Role.FOREIGN_KEY,
        Role.AUDIT_TIME,
        Role.AUDIT_USER,
        Role.SOFT_DELETE,
        Role.MONEY,
        Role.TIME,
        Role.POLYMORPHIC_TYPE,
        Role.POLYMORPHIC_ID,
    }
)


def write(known: Facts, table: Table) -> TableContext:
    """Return the text of the table and of every one of its columns."""
    return TableContext(
        id=table.id,
        description=describe(known, table),
        domain=known.structure.domain(table.id).name,
        columns=columns.write(known, table),
    )


def describe(known: Facts, table: Table) -> Text:
    """Return the table's comment where it has one, else what its facts say."""
    comment = (table.comment or "").strip()
    if comment:
        return Text(text=comment, source="comment", confidence="high", evidence=("comment",))
    says, confidence, evidence = _BY_KIND.get(known.kind(table.id), (_entity, "medium", ("name",)))
    sentences = [says(known, table), _carries(known, table), _rows(table)]
    text = " ".join(wording.sentence(part) for part in sentences if part)
    return Text(text=text, source="template", confidence=confidence, evidence=evidence)


def one_liner(known: Facts, table: Table) -> str:
    """Return the first sentence of what is said about the table."""
    return re.split(r"(?<=[.!?])\s", describe(known, table).text, maxsplit=1)[0]


def _entity(known: Facts, table: Table) -> str:
    one = known.names.one(table.id)
    targets, referrers = known.targets(table.id), known.referrers(table.id)
    parts = [f"One row per {one}"]
    if targets:
        parts.append(f"refers to {wording.listing(targets)}")
    if referrers:
        parts.append(f"is referred to by {wording.listing(referrers)}")
    text = "; ".join(parts)
    own = [r for r in known.incoming.get(table.id, ()) if r.table == table.id]
    if own:
        text += f". Its rows form a hierarchy through {own[0].telling}"
    return text


def _junction(known: Facts, table: Table) -> str:
    linked = [known.names.many(target) for target in known.targets(table.id)]
    keyed = [
        known.names.many(relation.target)
        for relation in known.outgoing.get(table.id, ())
        if set(relation.columns) <= set(table.primary_key)
    ]
    ends = list(dict.fromkeys(keyed)) if len(set(keyed)) > 1 else linked
    if not ends:
        return _entity(known, table)
    pair = ": one row per pair" if len(ends) == 2 else ""  # noqa: PLR2004  # a pair has two
    return f"Links {wording.listing(ends)}{pair}"


def _lookup(known: Facts, table: Table) -> str:
    referrers = known.referrers(table.id)
    text = f"List of {known.names.many(table.id)}"
    if not referrers:
        return text
    verb = "refers" if len(referrers) == 1 else "refer"
    return f"{text} that {wording.listing(referrers)} {verb} to"


def _view(_known: Facts, table: Table) -> str:
    shown = wording.listing([column.name for column in table.columns], limit=8)
    text = f"A view over {wording.listing(table.sources)}" if table.sources else "A view"
    return f"{text} that shows {shown}" if shown else text


def _orphan(known: Facts, table: Table) -> str:
    return f"One row per {known.names.one(table.id)}. No key joins it to another table"


def _legacy(known: Facts, table: Table) -> str:
    text = "Looks like a leftover of an earlier state or system, judging by its names"
    if known.targets(table.id) or known.referrers(table.id):
        return text
    return f"{text}; no key joins it to another table"


def _carries(known: Facts, table: Table) -> str:
    """Return what a row records beside keys and housekeeping."""
    if known.kind(table.id) in {Kind.VIEW, Kind.LEGACY}:
        return ""
    parts = []
    states = (*known.states(table), *known.having(table, Role.STATUS))[:1]
    for column in states:
        values = f" ({wording.listing(column.enum, limit=8)})" if column.enum else ""
        parts.append(f"{words.humanise(column.name)}{values}")
    amounts = [words.humanise(column.name) for column in known.having(table, Role.MONEY)]
    moments = [column.name for column in known.having(table, Role.TIME)]
    rest = [_mention(known, table, column) for column in table.columns if column not in states]
    rest = [text for text in rest if text]
    parts += [wording.listing(found, limit=5) for found in (rest, amounts, moments) if found]
    records = f"Records {'; '.join(parts)}" if parts else ""
    kinds = [column.name for column in known.having(table, Role.POLYMORPHIC_TYPE)]
    if not kinds:
        return records
    return wording.sentence(records) + f" Belongs to a row of the table that {kinds[0]} names"


def _mention(known: Facts, table: Table, column: Column) -> str:
    role = known.role(table, column.name)
    if role in _ELSEWHERE or known.reference(table.id, column.name) is not None:
        return ""
    return flags.mention(column) if role is Role.FLAG else words.humanise(column.name)


def _rows(table: Table) -> str:
    if table.row_estimate is None:
        return ""
    rows = wording.counted(table.row_estimate, "row")
    return f"About {rows} by the database's statistics"


_Says = Callable[[Facts, Table], str]
_BY_KIND: dict[Kind, tuple[_Says, Confidence, tuple[str, ...]]] = {
    Kind.ENTITY: (_entity, "medium", ("name", "keys")),
    Kind.HUB: (_entity, "medium", ("name", "keys")),
    Kind.JUNCTION: (_junction, "high", ("keys",)),
    Kind.LOOKUP: (_lookup, "medium", ("name", "keys")),
    Kind.VIEW: (_view, "high", ("view definition",)),
    Kind.ORPHAN: (_orphan, "medium", ("name", "keys")),
    Kind.LEGACY: (_legacy, "low", ("name",)),
}

"""Questions that join a table with one that it refers to."""

from collections.abc import Iterator

from catalog.model import Table
from catalog.structure.kinds import Kind
from catalog.structure.relations import Relation
from catalog.structure.roles import Role
from worker.pipeline import facts
from worker.pipeline.facts import Facts
from worker.pipeline.structural import centre
from worker.pipeline.structural.questions import candidates
from worker.pipeline.structural.questions.candidates import Candidate
from worker.pipeline.structural.references import played

_SUBJECTS = frozenset({Kind.ENTITY, Kind.HUB})


def propose(known: Facts, table: Table) -> Iterator[Candidate]:
    """Yield the questions about a table's rows and the rows they refer to."""
    for relation in candidates.references(known, table):
        target = known.tables[relation.target]
        if not candidates.shown(known, target):
            continue
        currency = known.role(table, relation.columns[0]) is Role.CURRENCY
        if candidates.is_list(known, target) and not currency:
            yield _per_entry(known, table, target, relation)
        elif known.kind(target.id) in _SUBJECTS and not facts.unique(table, relation.columns):
            yield from _about(known, table, target, relation)
    for relation in known.outgoing.get(table.id, ()):
        own = relation.target == table.id and len(relation.columns) == 1
        if own and candidates.shown(known, table):
            yield _hierarchy(known, table, relation)


def _about(known: Facts, table: Table, target: Table, relation: Relation) -> Iterator[Candidate]:
    if known.kind(table.id) is Kind.JUNCTION:
        yield from _linked(known, table, target, relation)
        return
    yield _most(known, table, target, relation)
    yield _without(known, table, target, relation)


def _weight(known: Facts, table: Table, target: Table, relation: Relation) -> float:
    return (
        centre.weight(known, table)
        + centre.weight(known, target) / 2
        + 2 * relation.declared
        - 4 * centre.optional(known, relation)
        - 2 * bool(candidates.as_part(known, relation))
    )


def _per_entry(known: Facts, table: Table, target: Table, relation: Relation) -> Candidate:
    asked = candidates.query(known)
    alias = asked.start(table)
    other = asked.join(target, candidates.condition(asked, relation, alias, "{0}"))
    count = candidates.counted_as(known, table)
    labels = [f"{other}.{asked.pen.quote(name)}" for name in candidates.shown(known, target)[:1]]
    keys = [f"{other}.{asked.pen.quote(name)}" for name in relation.target_columns]
    asked.select = [*labels, f"COUNT(*) AS {count}"]
    asked.where = candidates.live(known, asked, table, alias)
    asked.group, asked.order = list(dict.fromkeys((*keys, *labels))), [f"{count} DESC"]
    part = played(known, relation) or known.names.one(target.id)
    many = known.names.many(table.id)
    far = [name for name in known.targets(table.id) if name != target.id]
    if known.kind(table.id) is Kind.JUNCTION and len(far) == 1:
        many = known.names.many(far[0])
    return Candidate(
        family="per_entry",
        question=f"How many {many} are there per {part}?",
        sql=asked.text(),
        tables=(table.id, target.id),
        difficulty="medium",
        weight=_weight(known, table, target, relation),
        undeclared=candidates.resting_on(relation),
    )


def _most(known: Facts, table: Table, target: Table, relation: Relation) -> Candidate:
    asked = candidates.query(known)
    other = asked.start(target)
    alias = asked.join(table, candidates.condition(asked, relation, "{0}", other))
    count = candidates.counted_as(known, table)
    columns = candidates.identity(known, asked, target, other)
    asked.select = [*columns, f"COUNT(*) AS {count}"]
    asked.where = [
        *candidates.live(known, asked, target, other),
        *candidates.live(known, asked, table, alias),
    ]
    asked.group, asked.order, asked.limit = columns, [f"{count} DESC"], 10
    part = candidates.as_part(known, relation)
    return Candidate(
        family="most",
        question=f"Which 10 {known.names.many(target.id)} have the most "
        f"{known.names.many(table.id)}{part}?",
        sql=asked.text(),
        tables=(target.id, table.id),
        difficulty="medium",
        weight=_weight(known, table, target, relation),
        undeclared=candidates.resting_on(relation),
    )


def _linked(known: Facts, table: Table, target: Table, relation: Relation) -> Iterator[Candidate]:
    """Yield which rows are linked, through a junction, to the most rows of its other side."""
    for opposite in candidates.references(known, table):
        far = known.tables[opposite.target]
        if far.id == target.id or candidates.is_list(known, far):
            continue
        asked = candidates.query(known)
        other = asked.start(target)
        alias = asked.join(table, candidates.condition(asked, relation, "{0}", other))
        count = candidates.counted_as(known, far)
        columns = candidates.identity(known, asked, target, other)
        keys = [f"{alias}.{asked.pen.quote(name)}" for name in opposite.columns]
        number = f"COUNT(DISTINCT {keys[0]})" if len(keys) == 1 else "COUNT(*)"
        asked.select = [*columns, f"{number} AS {count}"]
        asked.where = candidates.live(known, asked, target, other)
        asked.group, asked.order, asked.limit = columns, [f"{count} DESC"], 10
        yield Candidate(
            family="linked",
            question=f"Which 10 {known.names.many(target.id)} are linked to the most "
            f"{known.names.many(far.id)}?",
            sql=asked.text(),
            tables=(target.id, table.id, far.id),
            difficulty="medium",
            weight=centre.weight(known, target) + centre.weight(known, far) / 2,
            undeclared=candidates.resting_on(relation, opposite),
        )


def _without(known: Facts, table: Table, target: Table, relation: Relation) -> Candidate:
    asked = candidates.query(known)
    other = asked.start(target)
    alias = asked.join(table, candidates.condition(asked, relation, "{0}", other), kind="LEFT JOIN")
    columns = candidates.identity(known, asked, target, other)
    asked.select = columns
    asked.where = [
        f"{alias}.{asked.pen.quote(relation.columns[0])} IS NULL",
        *candidates.live(known, asked, target, other),
    ]
    asked.order = columns[:1]
    part = candidates.as_part(known, relation)
    return Candidate(
        family="without",
        question=f"Which {known.names.many(target.id)} have no {known.names.one(table.id)}{part}?",
        sql=asked.text(),
        tables=(target.id, table.id),
        difficulty="medium",
        weight=_weight(known, table, target, relation),
        undeclared=candidates.resting_on(relation),
    )


def _hierarchy(known: Facts, table: Table, relation: Relation) -> Candidate:
    asked = candidates.query(known)
    alias = asked.start(table)
    above = asked.join(table, candidates.condition(asked, relation, alias, "{0}"), kind="LEFT JOIN")
    names = candidates.shown(known, table)
    one = known.names.one(table.id)
    part = (played(known, relation) or "parent").removesuffix(f" {one}")
    label = part.lower().replace(" ", "_")
    asked.select = [
        *candidates.identity(known, asked, table, alias),
        *(
            f"{above}.{asked.pen.quote(name)} AS {asked.pen.quote(f'{label}_{name}')}"
            for name in names
        ),
    ]
    asked.where = candidates.live(known, asked, table, alias)
    asked.order = [f"{alias}.{asked.pen.quote(names[0])}"]
    whose = f"{part} {one}" if part in {"parent", "previous", "next", "original"} else part
    return Candidate(
        family="hierarchy",
        question=f"What is the {whose} of each {one}?",
        sql=asked.text(),
        tables=(table.id,),
        difficulty="medium",
        weight=centre.weight(known, table),
        undeclared=candidates.resting_on(relation),
    )

"""Questions about how long something takes and what came last."""

from collections.abc import Iterator

from catalog import words
from catalog.model import Column, Table
from catalog.structure.kinds import Kind
from catalog.structure.relations import Relation
from catalog.structure.roles import Role
from worker.pipeline import facts, wording
from worker.pipeline.facts import Facts
from worker.pipeline.structural import centre, moments
from worker.pipeline.structural.questions import candidates
from worker.pipeline.structural.questions.candidates import Candidate
from worker.pipeline.structural.references import played


def propose(known: Facts, table: Table) -> Iterator[Candidate]:
    """Yield the questions about the table's moments."""
    span = moments.span(known.having(table, Role.TIME, Role.AUDIT_TIME))
    if span is not None:
        duration = _duration(known, table, *span)
        if duration is not None:
            yield duration
    event = candidates.event(known, table)
    if event is None:
        return
    for relation in candidates.references(known, table):
        target = known.tables[relation.target]
        subject = known.kind(target.id) in {Kind.ENTITY, Kind.HUB}
        if (
            subject
            and not facts.unique(table, relation.columns)
            and candidates.shown(known, target)
        ):
            yield _latest(known, table, target, relation, event)


def _duration(known: Facts, table: Table, first: Column, second: Column) -> Candidate | None:
    asked = candidates.query(known)
    alias = asked.start(table)
    start, end = (f"{alias}.{asked.pen.quote(column.name)}" for column in (first, second))
    days = asked.pen.days(start, end)
    if days is None:
        return None
    grouped = _list(known, table)
    per = ""
    if grouped is not None:
        target = known.tables[grouped.target]
        other = asked.join(target, candidates.condition(asked, grouped, alias, "{0}"))
        label = f"{other}.{asked.pen.quote(candidates.shown(known, target)[0])}"
        asked.select, asked.group = [label], [label]
        per = f", per {played(known, grouped) or known.names.one(target.id)}"
    asked.select.append(f"AVG({days}) AS average_days")
    asked.where = [
        f"{end} IS NOT NULL",
        *([f"{start} IS NOT NULL"] if first.nullable else []),
        *candidates.live(known, asked, table, alias),
    ]
    asked.order = ["average_days DESC"] if grouped is not None else []
    one = known.names.one(table.id)
    done = [moments.happened(column) for column in (first, second)]
    lasts = (
        f"pass on average from when {wording.article(one)} is {done[0]} until it is {done[1]}"
        if all(done)
        else f"lie on average between {words.humanise(first.name)} and "
        f"{words.humanise(second.name)} of {wording.article(one)}"
    )
    return Candidate(
        family="duration",
        question=f"How many days {lasts}{per}?",
        sql=asked.text(),
        tables=(table.id, *((grouped.target,) if grouped is not None else ())),
        difficulty="hard",
        weight=centre.weight(known, table) + 2 * bool(grouped),
        undeclared=candidates.resting_on(*((grouped,) if grouped is not None else ())),
    )


def _list(known: Facts, table: Table) -> Relation | None:
    for relation in candidates.references(known, table):
        target = known.tables[relation.target]
        currency = known.role(table, relation.columns[0]) is Role.CURRENCY
        if candidates.is_list(known, target) and candidates.shown(known, target) and not currency:
            return relation
    return None


def _latest(
    known: Facts, table: Table, target: Table, relation: Relation, event: Column
) -> Candidate:
    asked = candidates.query(known)
    other = asked.start(target)
    alias = asked.join(table, candidates.condition(asked, relation, "{0}", other))
    pen = asked.pen
    keys = [f"{other}.{pen.quote(name)}" for name in relation.target_columns]
    people = candidates.shown(known, target)
    codes = candidates.codes(known, table)[:1] or table.primary_key[:1]
    moment = f"{alias}.{pen.quote(event.name)}"
    own = [
        f"{alias}.{pen.quote(name)} AS {pen.quote('latest_' + name)}"
        for name in codes
        if name != event.name
    ]
    place = f"ROW_NUMBER() OVER (PARTITION BY {', '.join(keys)} ORDER BY {moment} DESC) AS place"
    asked.select = [
        *(f"{other}.{pen.quote(name)}" for name in people),
        *own,
        f"{moment} AS latest_moment",
        place,
    ]
    asked.where = [
        *candidates.live(known, asked, target, other),
        *candidates.live(known, asked, table, alias),
        *([f"{moment} IS NOT NULL"] if event.nullable else []),
    ]
    names = [
        *(pen.quote(name) for name in people),
        *(pen.quote("latest_" + name) for name in codes if name != event.name),
        "latest_moment",
    ]
    inner = asked.text().replace("\n", "\n  ")
    ranked = "ranked" if pen.dialect == "oracle" else "AS ranked"
    part = candidates.as_part(known, relation)
    return Candidate(
        family="latest",
        question=f"What is the latest {known.names.one(table.id)} of each "
        f"{known.names.one(target.id)}{part}?",
        sql=f"SELECT {', '.join(names)}\nFROM (\n  {inner}\n) {ranked}\nWHERE place = 1\n"
        "ORDER BY latest_moment DESC",
        tables=(target.id, table.id),
        difficulty="hard",
        weight=centre.weight(known, table)
        + centre.weight(known, target) / 2
        + moments.eventful(event)
        - 3 * bool(part)
        - 4 * centre.optional(known, relation),
        undeclared=candidates.resting_on(relation),
    )

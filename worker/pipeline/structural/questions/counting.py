"""Questions that count the rows of one table, or show its newest."""

from collections.abc import Iterator

from catalog import words
from catalog.model import Column, Table
from catalog.structure.kinds import Kind
from catalog.structure.roles import Role
from worker.pipeline.facts import Facts
from worker.pipeline.structural import centre, moments
from worker.pipeline.structural.questions import candidates
from worker.pipeline.structural.questions.candidates import Candidate

_STEM = 4


def propose(known: Facts, table: Table) -> Iterator[Candidate]:
    """Yield the counting questions that the table allows."""
    yield _all(known, table)
    states = known.states(table)
    for column in states:
        yield _per_value(known, table, column, family="status")
    for column in known.having(table, Role.STATUS, Role.CODE, Role.OTHER, Role.LABEL):
        if column.enum and column not in states:
            yield _per_value(known, table, column, family="enum")
    event = candidates.event(known, table)
    if event is not None:
        yield _per_month(known, table, event)
        if candidates.shown(known, table):
            yield _newest(known, table, event)


def when(known: Facts, table: Table, event: Column) -> str:
    """Return "were opened per month" or the like: the middle of a question by month."""
    active = moments.active(event)
    if active:
        return f"{active} per month"
    verb = moments.happened(event)
    named = set(known.names.words(table.id))
    if verb and not any(verb[:_STEM] == word[:_STEM] for word in named):
        return f"were {verb} per month"
    pieces = set(words.split(event.name)) - {"date", "time", "at", "on", "datetime", "timestamp"}
    if verb or not pieces or pieces <= named:
        return "are there per month"
    return f"are there per month, by {words.humanise(event.name)}"


def _all(known: Facts, table: Table) -> Candidate:
    asked = candidates.query(known)
    alias = asked.start(table)
    asked.select = [f"COUNT(*) AS {candidates.counted_as(known, table)}"]
    asked.where = candidates.live(known, asked, table, alias)
    without = ", leaving out deleted ones" if asked.where else ""
    return Candidate(
        family="count",
        question=f"How many {known.names.many(table.id)} are there{without}?",
        sql=asked.text(),
        tables=(table.id,),
        difficulty="easy",
        weight=centre.weight(known, table) + 3 * (known.kind(table.id) is Kind.HUB),
    )


def _per_value(known: Facts, table: Table, column: Column, *, family: str) -> Candidate:
    asked = candidates.query(known)
    alias = asked.start(table)
    value = f"{alias}.{asked.pen.quote(column.name)}"
    count = candidates.counted_as(known, table)
    asked.select = [value, f"COUNT(*) AS {count}"]
    asked.where = candidates.live(known, asked, table, alias)
    asked.group, asked.order = [value], [f"{count} DESC"]
    spoken, many = words.humanise(column.name), known.names.many(table.id)
    per = f"in each {spoken}" if family == "status" else f"there per {spoken}"
    return Candidate(
        family=family,
        question=f"How many {many} are {per}?",
        sql=asked.text(),
        tables=(table.id,),
        difficulty="easy",
        weight=centre.weight(known, table) + bool(column.enum),
    )


def _per_month(known: Facts, table: Table, event: Column) -> Candidate:
    asked = candidates.query(known)
    alias = asked.start(table)
    month = asked.pen.month(f"{alias}.{asked.pen.quote(event.name)}")
    asked.select = [f"{month} AS in_month", f"COUNT(*) AS {candidates.counted_as(known, table)}"]
    asked.where = candidates.live(known, asked, table, alias)
    if event.nullable:
        asked.where.append(f"{alias}.{asked.pen.quote(event.name)} IS NOT NULL")
    asked.group, asked.order = [month], [month]
    return Candidate(
        family="monthly",
        question=f"How many {known.names.many(table.id)} {when(known, table, event)}?",
        sql=asked.text(),
        tables=(table.id,),
        difficulty="medium",
        weight=centre.weight(known, table)
        + moments.eventful(event)
        - 3 * (known.role(table, event.name) is Role.AUDIT_TIME),
    )


def _newest(known: Facts, table: Table, event: Column) -> Candidate:
    asked = candidates.query(known)
    alias = asked.start(table)
    moment = f"{alias}.{asked.pen.quote(event.name)}"
    asked.select = [*candidates.identity(known, asked, table, alias), moment]
    asked.where = candidates.live(known, asked, table, alias)
    if event.nullable:
        asked.where.append(f"{moment} IS NOT NULL")
    asked.order, asked.limit = [f"{moment} DESC"], 10
    verb = moments.happened(event)
    stem = {word[:_STEM] for word in known.names.words(table.id)}
    most = f"were {verb} most recently" if verb and verb[:_STEM] not in stem else "are the newest"
    return Candidate(
        family="newest",
        question=f"Which 10 {known.names.many(table.id)} {most}?",
        sql=asked.text(),
        tables=(table.id,),
        difficulty="easy",
        weight=centre.weight(known, table),
    )

"""The rules by which a column's name may refer to a table; each says how sure it is and why."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from catalog import words
from catalog.model import Column, Table
from catalog.structure import keynames
from catalog.structure.keynames import KeyName, Words
from catalog.structure.targets import Named, Target, Targets, without_technical
from catalog.structure.types import Family, family

_LONGEST_ROLE = 3  # words before the table's name, as in `default_billing_address_id`
_IDENTIFYING = frozenset({Family.INTEGER, Family.DECIMAL, Family.UUID, Family.BINARY})


@dataclass(frozen=True, kw_only=True)
class Guess:
    """A column that may refer to `key` of `target`."""

    target: Target
    key: Column
    score: float
    evidence: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, eq=False)
class Question:
    """A column, and what it may refer to."""

    table: Table
    own_name: Words  # of the table
    column: Column
    name: KeyName
    targets: Targets


def identifies(column: Column, key: Column) -> bool:
    """Whether both hold numbers or identifiers of one kind, which names do not."""
    return family(column.type) is family(key.type) and family(key.type) in _IDENTIFYING


def by_name(asked: Question) -> Iterator[Guess]:
    """`customer_id`, `billing_address_id`: the end of the name is the name of a table."""
    stem = asked.name.stem
    for skipped in range(min(len(stem), _LONGEST_ROLE + 1) if asked.name.ending else 0):
        role = stem[:skipped]
        for named in asked.targets.named(asked.table, stem[skipped:]):
            # `order_id` in order, `active_job_id` in good_job: too little for a self-reference
            if named.target.table.id == asked.table.id and (named.skipped or not role):
                continue
            nearness = _nearness(asked, named, whole=not skipped)
            for key in named.target.keys() if nearness else ():
                if asked.name.fits(key.name):
                    yield _named(named, key, nearness - 0.1 * bool(role), role)


def _named(named: Named, key: Column, score: float, role: Words) -> Guess:
    evidence = [f"named after {named.target.table.id}.{key.name}"]
    if role:
        evidence.append(f"in the role {' '.join(role)}")
    unique = key is not named.target.key
    return Guess(target=named.target, key=key, score=score - 0.1 * unique, evidence=tuple(evidence))


def _nearness(asked: Question, named: Named, *, whole: bool) -> float:
    """How well a table is named by the end of its name: 0 when not at all."""
    skipped = named.skipped
    if not skipped:
        return 0.95
    if without_technical((*skipped, "")) == ("",):
        return 0.92
    if asked.own_name[: len(skipped)] == skipped:
        return 0.9
    # `topic_id` beside `forum_topics` elsewhere: only when no other table is called so
    alone = len(list(asked.targets.named(asked.table, named.target.name[len(skipped) :]))) == 1
    return 0.6 if whole and alone else 0


def by_key(asked: Question) -> Iterator[Guess]:
    """`dept_name`, `source_airport_code`: the key of another table is called so."""
    name = asked.name.words
    for skipped in range(min(len(name), _LONGEST_ROLE + 1)):
        if keynames.is_generic(name[skipped:]):
            return
        guess = _keyed(asked, name[skipped:], asked.name.subject[skipped:])
        if guess is not None:
            role = (f"in the role {' '.join(name[:skipped])}",) if skipped else ()
            lowered = guess.score - 0.15 * bool(skipped)
            yield replace(guess, score=lowered, evidence=(*guess.evidence, *role))
            return


def _keyed(asked: Question, name: Words, subject: Words) -> Guess | None:
    found = asked.targets.keyed(asked.table, "".join(name))
    own_key = (asked.column.name,) == asked.table.primary_key
    owners = [one for one in found if keynames.speaks_of(subject, one.name)]
    longer = [one for one in found if _extends(asked.own_name, one.name)]
    for candidates, score, why in (
        (owners, 0.95, "and speaks of it"),
        (longer, 0.85, "with which this table's name begins"),
        ([] if own_key else found, 0.7, "and of no other table"),
    ):
        if len(candidates) == 1:
            one = candidates[0]
            evidence = (f"called as the key of {one.table.id}", why)
            return Guess(target=one, key=one.key, score=score, evidence=evidence)
    return None


def _extends(name: Words, other: Words) -> bool:
    return len(name) > len(other) and name[: len(other)] == other


def by_habit(declared: Mapping[str, Counter[tuple[str, str]]], asked: Question) -> Iterator[Guess]:
    """`lang`: declared keys of columns of this name all refer to one table."""
    known = declared.get(asked.column.name.lower(), Counter())
    if len(known) != 1 or keynames.is_generic(asked.name.words):
        return
    (table_id, column), count = next(iter(known.items()))
    target = asked.targets.by_id(table_id)
    if target is not None and target.key.name == column and table_id != asked.table.id:
        evidence = (f"{count} declared keys of this name refer to {table_id}",)
        yield Guess(target=target, key=target.key, score=0.85, evidence=evidence)


def by_short_name(asked: Question) -> Iterator[Guess]:
    """`emp_id`, `cust_no`: short for the name of one table only."""
    stem = asked.name.stem
    if asked.name.ending is None or len(stem) != 1:
        return
    found = [
        named
        for word in sorted(asked.targets.vocabulary)
        if keynames.abbreviates(stem[0], word)
        for named in asked.targets.named(asked.table, (word,))
        if _nearness(asked, named, whole=False) and named.target.table.id != asked.table.id
    ]
    target = found[0].target if len(found) == 1 else None
    if target is not None and asked.name.fits(target.key.name) and _is_own(target):
        evidence = (f"{stem[0]} is short for {target.table.id}",)
        yield Guess(target=target, key=target.key, score=0.6, evidence=evidence)


def _is_own(target: Target) -> bool:
    """Whether a table's key is its own, not one that it has from another table."""
    subject = keynames.read(target.key.name, ()).subject
    return keynames.is_generic(subject) or keynames.speaks_of(subject, target.name)


def by_bare_name(asked: Question) -> Iterator[Guess]:
    """`artist` beside a table `artist`, where the schema has the habit to name its keys so."""
    if asked.name.ending or not asked.name.stem:
        return
    column = words.split(asked.column.name)
    if keynames.singular(column) != column:
        return  # the plural is a number of them
    for skipped in range(min(len(column), _LONGEST_ROLE + 1)):
        for named in asked.targets.named(asked.table, column[skipped:]):
            own = named.target.table.id == asked.table.id
            near = _nearness(asked, named, whole=False)
            if near and not own and identifies(asked.column, named.target.key):
                yield _named(named, named.target.key, near - 0.2, column[:skipped])

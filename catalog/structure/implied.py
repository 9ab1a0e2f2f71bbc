"""Foreign keys that nobody declared: what names, types and keys say, with a score and evidence."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from functools import partial

from catalog import words
from catalog.model import Snapshot, Table
from catalog.structure import composites, guesses, keynames, named_roles, targets
from catalog.structure.guesses import Guess, Question
from catalog.structure.relations import Relation
from catalog.structure.targets import Targets
from catalog.structure.types import family, may_join

_LEAST_SCORE = 0.5
_BARE_LEAST = 3  # keys without an ending are no habit where there are fewer
Rule = Callable[[Question], Iterator[Guess]]


def find(snapshot: Snapshot) -> tuple[Relation, ...]:
    """Return the references that names and types imply and none declares."""
    found = Targets(snapshot)
    single = tuple(_by_one_column(snapshot, found))
    return (*single, *composites.find(snapshot, found, single))


def _by_one_column(snapshot: Snapshot, found: Targets) -> Iterator[Relation]:
    declared = targets.key_columns(snapshot.tables)
    rules: list[Rule] = [
        guesses.by_name,
        guesses.by_key,
        partial(guesses.by_habit, declared),
        named_roles.to_itself,
        named_roles.by_person,
        guesses.by_short_name,
    ]
    questions = [asked for table in snapshot.tables for asked in _questions(table, found)]
    best = {asked: _best(asked, rules) for asked in questions}
    bare = {asked: _best(asked, [guesses.by_bare_name]) for asked in questions}
    habit = _areas_with_habit(best, bare)
    for asked in questions:
        guess = best[asked]
        if found.area(asked.table) in habit:
            guess = max(filter(None, (guess, bare[asked])), key=_score, default=None)
        if guess is not None:
            yield _relation(asked, guess)


def _areas_with_habit(
    best: Mapping[Question, Guess | None], bare: Mapping[Question, Guess | None]
) -> frozenset[str | None]:
    """Return the areas whose keys are called as tables are, rather than with an ending."""
    with_ending = Counter(asked.targets.area(asked.table) for asked in best if best[asked])
    without = Counter(asked.targets.area(asked.table) for asked in bare if bare[asked])
    return frozenset(
        area for area, count in without.items() if count >= max(_BARE_LEAST, with_ending[area])
    )


def _score(guess: Guess) -> float:
    return guess.score


def _questions(table: Table, found: Targets) -> Iterator[Question]:
    if table.kind == "view":
        return
    taken = {name for key in table.foreign_keys for name in key.columns}
    names = {words.split(column.name) for column in table.columns}
    for column in table.columns:
        if column.name in taken:
            continue
        name = keynames.read(column.name, found.vocabulary)
        asked = Question(
            table=table,
            own_name=found.name(table),
            column=column,
            name=name,
            targets=found,
        )
        polymorphic = (*name.stem, "type") in names and not _names_a_table(asked)
        if not polymorphic and not _is_own_key(asked):
            yield asked


def _is_own_key(asked: Question) -> bool:
    """Whether a table's key is called after the table itself, so that it refers to no other."""
    if (asked.column.name,) != asked.table.primary_key:
        return False
    subject, own = asked.name.subject, asked.own_name
    if keynames.is_generic(asked.name.words) or subject == own:
        return True
    if any(not one.skipped for one in asked.targets.named(asked.table, subject)):
        return False  # `film_id` of film_text is the key of film
    return keynames.speaks_of(subject, own) or subject[-1:] == own[-1:]


def _names_a_table(asked: Question) -> bool:
    """Beside `owner_type`, `owner_id` is of any table; but not when there is a table of owners."""
    return any(not one.skipped for one in asked.targets.named(asked.table, asked.name.stem))


def _best(asked: Question, rules: list[Rule]) -> Guess | None:
    """Return the surest guess, its score lowered where the types are not quite the same."""
    scored: dict[float, list[Guess]] = defaultdict(list)
    for rule in rules:
        for guess in rule(asked):
            if may_join(asked.column.type, guess.key.type):
                same = family(asked.column.type) is family(guess.key.type)
                scored[guess.score - (0 if same else 0.1)].append(guess)
    top = max(scored, default=0.0)
    return scored[top][0] if top >= _LEAST_SCORE else None


def _relation(asked: Question, guess: Guess) -> Relation:
    types = "the same type" if asked.column.type == guess.key.type else "fitting types"
    return Relation(
        table=asked.table.id,
        columns=(asked.column.name,),
        target=guess.target.table.id,
        target_columns=(guess.key.name,),
        declared=False,
        score=guess.score,
        evidence=(*guess.evidence, types),
    )

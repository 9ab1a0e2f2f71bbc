"""Chooses starting prompts from what could be asked: varied, rising in difficulty, checked."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from catalog import sqlcheck
from catalog.context import StartingPrompt
from catalog.model import Snapshot
from worker.pipeline.facts import Facts
from worker.pipeline.structural import centre
from worker.pipeline.structural.questions import candidates, counting, joining, summing, timing
from worker.pipeline.structural.questions.candidates import Candidate

WANTED = 8
CHECKED = "parsed; tables and columns exist"
_TABLES_CONSIDERED = 25
_JOINS_CONSIDERED = 1000  # tables beside these whose joins alone may be asked about
_TRIES = 50  # in one family; where so many fail their check, the rest fail for the same reason
# What is wanted, each with what does where the schema does not allow it.
_PLAN: tuple[tuple[str, ...], ...] = (
    ("money", "monthly"),
    ("most", "linked"),
    ("highest",),
    ("status", "enum"),
    ("duration", "latest"),
    ("count",),
    ("per_entry", "without", "hierarchy"),
    ("monthly", "newest"),
    ("without", "linked", "hierarchy"),
    ("latest", "newest", "enum"),
)
_AGAIN = 6.0  # a table that a prompt is about already counts this much less for the next
_NEAR = 1.5  # and a domain this much
_DIFFICULTIES = ("easy", "medium", "hard")


Check = Callable[[str, Snapshot], tuple[str, ...]]


@dataclass(frozen=True, kw_only=True)
class _Checked:
    """What could be asked, with what says whether its SQL is right."""

    known: Facts
    check: Check
    candidates: list[Candidate]

    failed: dict[str, set[str]] = field(default_factory=dict)  # SQL by family

    def passes(self, candidate: Candidate) -> bool:
        failed = self.failed.setdefault(candidate.family, set())
        if candidate.sql in failed or len(failed) >= _TRIES:
            return False
        if self.check(candidate.sql, self.known.snapshot):
            failed.add(candidate.sql)
            return False
        return True


def propose(known: Facts, *, check: Check = sqlcheck.check) -> tuple[StartingPrompt, ...]:
    """Return up to eight prompts whose SQL passed its check, easy ones first."""
    found = _Checked(known=known, check=check, candidates=list(_candidates(known)))
    chosen: list[Candidate] = []
    used: Counter[str] = Counter()
    anything = tuple(dict.fromkeys(candidate.family for candidate in found.candidates))
    for families in (*_PLAN, *[anything] * WANTED):
        if len(chosen) == WANTED:
            break
        best = _best(found, families, chosen, used)
        if best is not None:
            chosen.append(best)
            used.update([f"table {best.tables[0]}", f"domain {_domain(known, best)}"])
            used.update(f"in {name}" for name in best.tables)
    chosen.sort(key=lambda candidate: _DIFFICULTIES.index(candidate.difficulty))
    return tuple(_prompt(candidate) for candidate in chosen)


def _candidates(known: Facts) -> Iterator[Candidate]:
    subjects = centre.subjects(known)[:_TABLES_CONSIDERED]
    for table in subjects:
        yield from counting.propose(known, table)
        yield from summing.propose(known, table)
        yield from timing.propose(known, table)
        yield from joining.propose(known, table)
    done = {table.id for table in subjects}
    rest = [t for t in known.base_tables if t.id not in done and candidates.references(known, t)]
    if len(rest) > _JOINS_CONSIDERED:
        weights = {table.id: centre.weight(known, table) for table in rest}
        rest = sorted(rest, key=lambda t: (-weights[t.id], t.id))[:_JOINS_CONSIDERED]
    for table in rest:
        yield from joining.propose(known, table)


def _worth(known: Facts, candidate: Candidate, used: Counter[str]) -> float:
    return (
        candidate.weight
        - _AGAIN * used[f"table {candidate.tables[0]}"]
        - _NEAR * used[f"domain {_domain(known, candidate)}"]
        - _NEAR * sum(used[f"in {name}"] for name in candidate.tables)
        - 2 * len(candidate.undeclared)
    )


def _domain(known: Facts, candidate: Candidate) -> str:
    return known.structure.domain(candidate.tables[0]).name


def _best(
    found: _Checked,
    families: tuple[str, ...],
    chosen: list[Candidate],
    used: Counter[str],
) -> Candidate | None:
    """Return the most telling valid candidate of the first of these families that has one."""
    asked = {candidate.question for candidate in chosen}
    left = [candidate for candidate in found.candidates if candidate.question not in asked]
    fresh = [candidate for candidate in left if not used[f"table {candidate.tables[0]}"]]
    for pool in (fresh, left):
        for family in families:
            fitting = [candidate for candidate in pool if candidate.family == family]
            fitting.sort(key=lambda c: -_worth(found.known, c, used))
            for candidate in fitting:
                if found.passes(candidate):
                    return candidate
    return None


def _prompt(candidate: Candidate) -> StartingPrompt:
    check = CHECKED
    if candidate.undeclared:
        check += f"; not declared, judged by name and type: {', '.join(candidate.undeclared)}"
    return StartingPrompt(
        question=candidate.question,
        sql=candidate.sql,
        tables=candidate.tables,
        difficulty=candidate.difficulty,
        check=check,
    )

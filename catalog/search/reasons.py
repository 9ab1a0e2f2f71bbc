"""Reasons: why a table or a column was taken, in words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from catalog.search.documents import ColumnDocument, Document
from catalog.search.lexicon import Asked
from catalog.search.meaning import Nearness
from catalog.search.postings import Scores
from catalog.structure.relations import Relation

_SHOWN: Final = 5
_COLUMNS: Final = 20
#: From here on, of 1 for the nearest, a likeness of meaning is worth telling.
_ALIKE: Final = 0.3
_SAID: Final = 0.8  # a word in a column's description counts less than in its name
ALIKE: Final = "similar meaning"


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What a search knows about all tables."""

    asked: tuple[tuple[Asked, float], ...]  # with how much each counts
    own: Scores  # what each table itself matches by its words
    total: Scores
    near: Nearness | None


def of_table(document: Document, finding: Finding, at: int, joined: Relation | None) -> str:
    """Return why the table was taken; `joined` is its join to a better one."""
    parts = []
    if name := _matched(finding, {*document.name, *document.schema}):
        parts.append(f"name matches {_listed(name)}")
    columns = [column.name for column in document.columns if _matched(finding, {*column.terms})]
    if columns:
        parts.append(f"columns match: {_listed(columns)}")
    if not parts and (said := _matched(finding, set(document.about))):
        parts.append(f"text mentions {_listed(said)}")
    if finding.near is not None and finding.near.tables[at] > _ALIKE:
        parts.append(ALIKE)
    if joined is not None:
        other = joined.target if joined.table == document.table else joined.table
        parts.append(f"joins {other} by {condition(joined)}")
    return "; ".join(parts) or "joins tables that match"


def of_columns(document: Document, finding: Finding, at: int) -> Mapping[str, str]:
    """Return the columns that match by word or meaning, the best first, each with its reason."""
    alike = finding.near.columns.get(at, {}) if finding.near is not None else {}
    scored = []
    for column in document.columns:
        score, why = _column(column, finding)
        likeness = alike.get(column.name, 0.0)
        if likeness > _ALIKE:
            why = f"{why}; {ALIKE}" if why else ALIKE
        if why:
            scored.append((-score - likeness, column.name, why))
    scored.sort(key=lambda each: each[0])
    return {name: why for _, name, why in scored[:_COLUMNS]}


def condition(relation: Relation) -> str:
    """Return how two tables join, e.g. orders.customer_id = customers.id."""
    pairs = zip(relation.columns, relation.target_columns, strict=False)
    return (
        " and ".join(
            f"{relation.table}.{own} = {relation.target}.{theirs}" for own, theirs in pairs
        )
        or f"{relation.table}.{', '.join(relation.columns)}"
    )


def _column(column: ColumnDocument, finding: Finding) -> tuple[float, str]:
    score, named, said = 0.0, [], []
    for asked, rarity in finding.asked:
        by_name = max((asked.means[term] for term in asked.means.keys() & column.terms), default=0)
        by_text = max((asked.means[term] for term in asked.means.keys() & column.texts), default=0)
        score += rarity * max(by_name, _SAID * by_text)
        if by_name:
            named.append(asked.word)
        elif by_text:
            said.append(asked.word)
    parts = [f"name matches {_listed(named)}"] if named else []
    parts += [f"text mentions {_listed(said)}"] if said else []
    # Of two columns with the same matches, the one that says little else is meant.
    return score / (1 + 0.1 * len(column.terms)), "; ".join(parts)


def _matched(finding: Finding, terms: set[str]) -> list[str]:
    """Return the asked words that these terms match, with the term where it is another."""
    found = []
    for asked, _ in finding.asked:
        if asked.word in terms:
            found.append(asked.word)
        elif other := sorted(asked.means.keys() & terms):
            found.append(f"{asked.word} ({other[0]})")
    return found


def _listed(names: Iterable[str]) -> str:
    listed = list(names)
    shown = ", ".join(listed[:_SHOWN])
    return f"{shown}, ..." if len(listed) > _SHOWN else shown

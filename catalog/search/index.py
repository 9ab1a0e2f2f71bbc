"""The index of a schema: asked a question, it ranks the tables."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from catalog.model import Snapshot
from catalog.search import documents, passages, reasons, terms
from catalog.search.documents import Document
from catalog.search.joins import Joins
from catalog.search.lexicon import Lexicon
from catalog.search.meaning import Meaning, Nearness, Vector
from catalog.search.postings import Postings, Scores
from catalog.search.reasons import Finding
from catalog.structure.relations import Relation

#: What the likeness of table and best column, each in 0 to 1, counts beside the best text score.
MEANING_WEIGHT: Final = 0.5


@dataclass(frozen=True, kw_only=True)
class ColumnHit:
    """A column that the question may need, and why."""

    name: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class Hit:
    """A table that the question may need, its columns, the best first, and why."""

    table: str  # its id
    score: float  # comparable within one answer only
    columns: tuple[ColumnHit, ...]
    reason: str


class Index:
    """A searchable schema; see `build`."""

    def __init__(
        self, documents: Sequence[Document], joins: Joins, meaning: Meaning | None
    ) -> None:
        self._documents = documents
        self._joins = joins
        self._meaning = meaning
        self._lexicon = Lexicon(documents)
        self._postings = Postings(documents)

    @property
    def dimensions(self) -> int | None:
        """How many numbers the vector of a question must have; None without vectors."""
        return self._meaning.dimensions if self._meaning else None

    def search(
        self, question: str, limit: int = 10, *, vector: Vector | None = None
    ) -> tuple[Hit, ...]:
        """Return the tables that the question needs, best first, at most `limit`.

        `vector` is the question's, of length 1 and `dimensions`; without it words alone count.
        """
        asked = terms.of_question(question)
        words = self._lexicon.asked(asked)
        rows, rarities = self._postings.scores(words, asked.pairs)
        own, near = rows.sum(axis=0), None
        if self._meaning is not None and vector is not None:
            near = self._meaning.near(vector)
        lent = self._joins.spread(rows).sum(axis=0)
        total = self._fused(lent, own, near)
        finding = Finding(
            asked=tuple(zip(words, rarities, strict=True)), own=own, total=total, near=near
        )
        order = sorted(np.flatnonzero(total > 0), key=lambda at: (-total[at], at))
        return tuple(self._hit(int(at), finding) for at in order[:limit])

    def _fused(self, lent: Scores, own: Scores, near: Nearness | None) -> Scores:
        """Return the text's score in 0 to 1, and what the meaning adds to it."""
        most = float(lent.max(initial=0.0))
        text = lent / np.float32(most or 1.0)
        if near is None:
            return text
        # Where no vector is (the schema changed since), the meaning is taken to agree.
        alike = np.where(np.isnan(near.tables), 2 * own / np.float32(most or 1.0), near.tables)
        spread: Scores = self._joins.spread(alike[np.newaxis].astype(np.float32))[0]
        return text + np.float32(MEANING_WEIGHT) * spread

    def _hit(self, at: int, finding: Finding) -> Hit:
        document = self._documents[at]
        columns = reasons.of_columns(document, finding, at)
        joined = self._lender(at, finding)
        return Hit(
            table=document.table,
            score=round(float(finding.total[at]), 4),
            columns=tuple(ColumnHit(name=name, reason=why) for name, why in columns.items()),
            reason=reasons.of_table(document, finding, at, joined),
        )

    def _lender(self, at: int, finding: Finding) -> Relation | None:
        """Return the join to the best neighbour, where that one is better than the table."""
        near = self._joins.neighbours(at)
        if not len(near):
            return None
        best = int(near[np.argmax(finding.total[near])])
        better = finding.total[best] > finding.total[at] or finding.own[best] > finding.own[at]
        return self._joins.between(at, best) if better else None


def build(
    snapshot: Snapshot,
    relations: Sequence[Relation],
    texts: Mapping[str, str] | None = None,
    *,
    vectors: Mapping[str, Vector] | None = None,
    embedded: Sequence[passages.Passage] = (),
) -> Index:
    """Return the index of a snapshot.

    `relations` are its joins, declared ones first; `texts` holds descriptions by table id and by
    `table id.column`. `embedded` are the passages whose `vectors`, by fingerprint, are at hand.
    """
    tables = [table.id for table in snapshot.tables]
    meaning = Meaning(tables, embedded, vectors) if vectors else None
    return Index(
        documents.of_snapshot(snapshot, texts or {}),
        Joins(tables, relations),
        meaning if meaning is not None and meaning.dimensions else None,
    )

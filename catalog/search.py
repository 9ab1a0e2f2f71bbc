"""Which tables and columns a question needs: a text index with foreign-key neighbours."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import bm25s
import numpy as np

from catalog import words
from catalog.model import Snapshot, Table

#: How often a word counts that stands in the table's own name, which says most about it.
NAME_WEIGHT = 3
#: A table that joins one of the best hits gets this share of its score: questions rarely name
#: the tables in between.
NEIGHBOUR_SHARE = 0.45
NEIGHBOURS_OF = 3
#: Words that stand in questions and in no name.
_STOP = frozenset(
    """
    a all an and any are as at be been by did do does each every find for from get give had has
    have how i in is it its list many me much of on or per please show some tell than that the
    their them there these they this those to was we were what when where which who whose why
    will with you your
    """.split()  # noqa: SIM905 - sixty words read better as text
)
_WORD = re.compile(r"[^\W_]+")


class Join(Protocol):
    """Two tables that join, as `catalog.structure` finds them."""

    @property
    def table(self) -> str:
        """The referring table's id."""

    @property
    def target(self) -> str:
        """The table's id that is referred to."""


@dataclass(frozen=True, kw_only=True)
class Hit:
    """A table that a question may need, and why."""

    table: str  # its id
    score: float  # comparable within one answer only
    columns: tuple[str, ...]  # those whose names or texts match
    reason: str


class Index:
    """A searchable snapshot; see `build`."""

    def __init__(self, documents: Sequence["_Document"], joins: Mapping[str, set[str]]) -> None:
        self._documents = documents
        self._joins = joins
        self._positions = {document.table: at for at, document in enumerate(documents)}
        corpus = [document.words for document in documents]
        self._ranker = bm25s.BM25()
        self._vocabulary = {word for document in corpus for word in document}
        if self._vocabulary:
            self._ranker.index(corpus, show_progress=False)

    def search(self, query: str, limit: int = 10) -> tuple[Hit, ...]:
        """Return the tables that the question needs, best first, at most `limit`."""
        asked = [word for word in _text_words(query) if word in self._vocabulary]
        if not asked:
            return ()
        own = np.asarray(self._ranker.get_scores(asked), dtype=float)
        fused, joined = self._with_neighbours(own)
        order = sorted(np.flatnonzero(fused > 0), key=lambda at: (-fused[at], at))
        return tuple(
            self._hit(int(at), float(fused[at]), set(asked), joined.get(int(at)))
            for at in order[:limit]
        )

    def _with_neighbours(self, own: np.ndarray) -> tuple[np.ndarray, dict[int, str]]:
        fused, joined = own.copy(), {}
        for at in np.argsort(-own, kind="stable")[:NEIGHBOURS_OF]:
            best = self._documents[at].table
            for neighbour in sorted(self._joins.get(best, ())):
                position = self._positions[neighbour]
                share = own[at] * NEIGHBOUR_SHARE
                if own[at] > 0 and share + own[position] > fused[position]:
                    fused[position] = share + own[position]
                    joined[position] = best
        return fused, joined

    def _hit(self, at: int, score: float, asked: set[str], joined: str | None) -> Hit:
        document = self._documents[at]
        columns = tuple(name for name, found in document.columns.items() if found & asked)
        reasons = []
        if document.name & asked:
            reasons.append(f"name matches {', '.join(sorted(document.name & asked))}")
        if columns:
            reasons.append(f"columns match: {', '.join(columns[:5])}")
        if not reasons and set(document.words) & asked:
            reasons.append(f"text mentions {', '.join(sorted(set(document.words) & asked)[:5])}")
        if joined is not None:
            reasons.append(f"joins {joined}")
        return Hit(
            table=document.table, score=round(score, 4), columns=columns, reason="; ".join(reasons)
        )


def build(
    snapshot: Snapshot,
    texts: Mapping[str, str] | None = None,
    *,
    relations: Sequence[Join] = (),
) -> Index:
    """Return the index of a snapshot.

    `texts` holds descriptions by table id, and by `table id.column`; `relations` the joins
    beside the declared foreign keys.
    """
    ids = {table.id for table in snapshot.tables}
    joins: dict[str, set[str]] = defaultdict(set)
    declared = ((table.id, key.target) for table in snapshot.tables for key in table.foreign_keys)
    for one, other in (*declared, *((join.table, join.target) for join in relations)):
        if one != other and one in ids and other in ids:
            joins[one].add(other)
            joins[other].add(one)
    return Index([_document(table, texts or {}) for table in snapshot.tables], joins)


@dataclass(frozen=True)
class _Document:
    table: str
    words: list[str]
    name: frozenset[str]
    columns: Mapping[str, frozenset[str]]


def _document(table: Table, texts: Mapping[str, str]) -> _Document:
    name = _name_words(table.id)
    found = name * NAME_WEIGHT + _text_words(table.comment or "")
    found += _text_words(texts.get(table.id, ""))
    columns = {}
    for column in table.columns:
        text = f"{column.comment or ''} {texts.get(f'{table.id}.{column.name}', '')}"
        own = _name_words(column.name) + _text_words(text) + _text_words(" ".join(column.enum))
        columns[column.name] = frozenset(own)
        found += own
    return _Document(table.id, found, frozenset(name), columns)


def _name_words(identifier: str) -> list[str]:
    return [words.singular(word) for word in words.split(identifier)]


def _text_words(text: str) -> list[str]:
    return [word for word in _content(text) if word not in _STOP]


def _content(text: str) -> Iterable[str]:
    for token in _WORD.findall(text):
        # A question may quote an identifier: camelCase is split as in names.
        for word in words.split(token):
            yield words.singular(word)

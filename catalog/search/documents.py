"""Documents: what the text index knows of each table, as weighted terms by field."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from catalog.context import TableContext
from catalog.model import Column, Snapshot, Table
from catalog.search import terms, thesaurus

#: A part of a joined-up word says almost as much as the word (`countrylanguage`, `custname`).
PART_WEIGHT: Final = 0.7
_SHORTEST_PART: Final = 3
_SHORTEST_OWN_PART: Final = 4  # a part that only this schema knows
#: What restates names, keys or comments tells a search nothing that it does not know.
_NOTHING_NEW: Final = frozenset({"template", "comment"})

Weighted = Mapping[str, float]  # how much of each term a field holds


@dataclass(frozen=True, kw_only=True)
class ColumnDocument:
    """A column's terms."""

    name: str
    terms: Weighted
    texts: frozenset[str]
    pairs: frozenset[tuple[str, str]]


@dataclass(frozen=True, kw_only=True)
class Document:
    """A table's terms: of its schema, its name, its columns, and what is said about all of it."""

    table: str  # its id
    schema: tuple[str, ...]
    name: Weighted
    name_pairs: frozenset[tuple[str, str]]
    columns: tuple[ColumnDocument, ...]
    about: tuple[str, ...]

    @cached_property
    def column_terms(self) -> dict[str, float]:
        """The terms of all columns' names, added up."""
        return _added(column.terms for column in self.columns)

    @property
    def pairs(self) -> frozenset[tuple[str, str]]:
        """The terms that stand together in its own or a column's name."""
        return self.name_pairs.union(*(column.pairs for column in self.columns))


def of_snapshot(snapshot: Snapshot, texts: Mapping[str, str]) -> tuple[Document, ...]:
    """Return a document per table; `texts` holds descriptions by `id` and by `id.column`."""
    splitter = _Splitter(snapshot)
    return tuple(_document(table, texts, splitter) for table in snapshot.tables)


def descriptions(tables: Iterable[TableContext]) -> dict[str, str]:
    """Return what was written by a model or a person, by table id and by `table id.column`."""
    found = {}
    for table in tables:
        if table.description.source not in _NOTHING_NEW:
            found[table.id] = table.description.text
        for column in table.columns:
            if column.description.source not in _NOTHING_NEW:
                found[f"{table.id}.{column.name}"] = column.description.text
    return found


def _document(table: Table, texts: Mapping[str, str], splitter: "_Splitter") -> Document:
    columns = tuple(_column(table, column, texts, splitter) for column in table.columns)
    about = [*terms.of_text(table.comment or ""), *terms.of_text(texts.get(table.id, ""))]
    about += [term for column in columns for term in column.texts]
    name = terms.of_name(table.name)
    return Document(
        table=table.id,
        schema=terms.of_name(table.schema or ""),
        name=splitter.weighted(name),
        name_pairs=frozenset(terms.pairs(name)),
        columns=columns,
        about=tuple(about),
    )


def _column(
    table: Table, column: Column, texts: Mapping[str, str], splitter: "_Splitter"
) -> ColumnDocument:
    said = (column.comment or "", texts.get(f"{table.id}.{column.name}", ""), *column.enum)
    name = terms.of_name(column.name)
    return ColumnDocument(
        name=column.name,
        terms=splitter.weighted(name),
        texts=frozenset(term for text in said for term in terms.of_text(text)),
        pairs=frozenset(terms.pairs(name)),
    )


def _added(fields: Iterable[Weighted]) -> dict[str, float]:
    found: dict[str, float] = {}
    for field in fields:
        for term, weight in field.items():
            found[term] = found.get(term, 0.0) + weight
    return found


class _Splitter:
    """Takes joined-up words apart where all parts are words that stand alone elsewhere."""

    def __init__(self, snapshot: Snapshot) -> None:
        names = (
            name
            for table in snapshot.tables
            for name in (table.name, *(column.name for column in table.columns))
        )
        own = {term for name in names for term in terms.of_name(name)}
        self._own = {term for term in own if len(term) >= _SHORTEST_OWN_PART}
        self._known: dict[str, tuple[str, ...]] = {}

    def weighted(self, name: Sequence[str]) -> dict[str, float]:
        found: dict[str, float] = {}
        for term in name:
            found[term] = found.get(term, 0.0) + 1.0
            for part in self._parts(term):
                found[part] = found.get(part, 0.0) + PART_WEIGHT
        return found

    def _parts(self, term: str) -> tuple[str, ...]:
        if term not in self._known:
            self._known[term] = () if term in thesaurus.known() else self._split(term)
        return self._known[term]

    def _split(self, term: str) -> tuple[str, ...]:
        cuts = range(_SHORTEST_PART, len(term) - _SHORTEST_PART + 1)
        # The most even cut first: the longer the shorter part, the less it is an accident.
        for cut in sorted(cuts, key=lambda at: abs(2 * at - len(term))):
            parts = (self._word(term[:cut]), self._word(term[cut:]))
            if all(parts):
                return parts
        return ()

    def _word(self, text: str) -> str:
        (term,) = terms.of_name(text) or ("",)
        return term if term in thesaurus.known() or term in self._own else ""

"""The lexicon: which terms of a schema a word of a question may mean, and how surely."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from catalog.search import terms, thesaurus
from catalog.search.documents import Document

#: How much a term counts that is the word's short or long form, or only means much the same.
SHORT_WEIGHT: Final = 0.7
RELATED_WEIGHT: Final = 0.3
_SHORT_LENGTHS: Final = range(2, 6)
_PREFIX: Final = 3
_MUCH_LONGER: Final = 2
_VOWELS: Final = frozenset("aeiou")


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A word of a question with the schema's terms that it may mean."""

    word: str
    weight: float
    means: Mapping[str, float]  # by term, at most 1.0


class Lexicon:
    """The vocabulary of a schema, with the short forms that it shows together with the long."""

    def __init__(self, documents: Sequence[Document]) -> None:
        self._vocabulary = {term for document in documents for term in _terms(document)}
        self._short = _short_forms(documents)

    def asked(self, question: terms.Question) -> tuple[Asked, ...]:
        """Return the words of the question that mean anything in this schema."""
        found = (
            Asked(word=word, weight=weight, means=self._means(word))
            for word, weight in question.words
        )
        return tuple(asked for asked in found if asked.means)

    def _means(self, word: str) -> dict[str, float]:
        means = dict.fromkeys(thesaurus.related(word), RELATED_WEIGHT)
        short = thesaurus.abbreviations(word) | self._short.get(word, set())
        means |= dict.fromkeys(short, SHORT_WEIGHT)
        means[word] = 1.0
        return {term: weight for term, weight in means.items() if term in self._vocabulary}


def _terms(document: Document) -> Iterable[str]:
    yield from document.name
    yield from document.schema
    yield from document.column_terms
    yield from document.about


def _short_forms(documents: Sequence[Document]) -> dict[str, set[str]]:
    """Return short forms by long and long by short, where a table shows both."""
    found: dict[str, set[str]] = {}
    for document in documents:
        said = {*document.name, *document.about, *document.column_terms}
        for short in document.column_terms:
            if len(short) not in _SHORT_LENGTHS or short in thesaurus.known():
                continue
            longs = {long for long in said if _shortens(short, long)}
            if len(longs) == 1:  # of two candidates one is wrong
                (long,) = longs
                found.setdefault(short, set()).add(long)
                found.setdefault(long, set()).add(short)
    return found


def _shortens(short: str, long: str) -> bool:
    if len(long) < len(short) + _MUCH_LONGER or not long.startswith(short[0]):
        return False
    if long.startswith(short):
        return len(short) >= _PREFIX
    if _VOWELS & set(short) or len(short) < _PREFIX:
        return False
    letters = iter(long)
    return all(letter in letters for letter in short)

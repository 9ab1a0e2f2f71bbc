"""Terms: the words of names, texts and questions in the one form in which they are compared."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Final

from catalog import words

#: More words than anybody asks; each costs time in a search.
MOST_WORDS: Final = 64
#: A word that frames a question ("the total number of ...") may be a column's name, but far more
#: often it is not.
FRAME_WEIGHT: Final = 0.4
_STOP: Final = frozenset(
    """
    a all an and any are as at be been by did do does each every find for from get give had has
    have how i in is it its list many me much of on or per please show some tell than that the
    their them there they these this those to was we were what when where which who whose why
    will with you your
    """.split()  # noqa: SIM905 - sixty words read better as text
)
#: Question words that are no part of any name, but tell what kind of value is asked for.
_TELLING: Final = frozenset({"who", "when", "where"})
_FRAME: Final = frozenset(
    """
    above after also amount average before below belong between both bottom contain corresponding
    count descending detail different distinct exactly few fewest first greater greatest have
    higher highest id include information kind larger largest last least less lower lowest maximum
    max mean min minimum more most name number only over return same smaller smallest sorted sum
    top total type under unique use value
    """.split()  # noqa: SIM905 - as above
)
_WORD: Final = re.compile(r"[^\W_]+")
#: Scripts that put no space between words: their text is compared by pairs of characters.
_UNSPACED: Final = re.compile(r"[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]+")


@dataclass(frozen=True, kw_only=True)
class Question:
    """What is asked for: words with their weights, and pairs of words that stand together."""

    words: tuple[tuple[str, float], ...]
    pairs: tuple[tuple[str, str], ...]


def of_name(identifier: str) -> tuple[str, ...]:
    """Return the terms of an identifier, in their order."""
    return tuple(_split(identifier))


def of_text(text: str) -> tuple[str, ...]:
    """Return the terms of a sentence without those that stand in every sentence."""
    return tuple(term for term in _split(text) if term not in _STOP)


def of_question(text: str) -> Question:
    """Return the terms of a question, each once."""
    every = list(_split(text))
    asked = (term for term in every if term not in _STOP or term in _TELLING)
    weighted = tuple((term, _weight(term)) for term in dict.fromkeys(asked))[:MOST_WORDS]
    return Question(words=weighted, pairs=tuple(dict.fromkeys(pairwise(every)))[:MOST_WORDS])


def pairs(terms: Iterable[str]) -> Iterable[tuple[str, str]]:
    """Return the neighbouring terms of a name."""
    return pairwise(terms)


def _weight(term: str) -> float:
    return FRAME_WEIGHT if term in _FRAME else 1.0


def _split(text: str) -> Iterator[str]:
    for token in _WORD.findall(_plain(text)):
        if _UNSPACED.search(token):
            yield from _unspaced(token)
        else:
            yield from map(words.singular, words.split(token))


def _unspaced(token: str) -> Iterator[str]:
    for run in _UNSPACED.findall(token):
        yield from (run[at : at + 2] for at in range(max(1, len(run) - 1)))
    yield from map(words.singular, words.split(_UNSPACED.sub(" ", token)))


@lru_cache(maxsize=65536)
def _plain(text: str) -> str:
    """Return the text without accents: people leave them out, and names often have to."""
    if text.isascii():
        return text
    parts = unicodedata.normalize("NFKD", text.replace("\u00df", "ss"))
    # Composed again: what is left are letters of scripts whose signs are no accents.
    kept = "".join(sign for sign in parts if unicodedata.category(sign) != "Mn" or sign > "\u036f")
    return unicodedata.normalize("NFC", kept)

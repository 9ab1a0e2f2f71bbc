"""Numbers as they are written, in digits or in words, so that they can be compared."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator

# As facts write them: 1,204 is one number, but numeric(10,2) has two.
_GIVEN = re.compile(r"(?<![\w.])(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?")
#: Scripts that put no blanks around names and numbers.
WIDE = "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
# As models write them: 1.204, 2nd, but not the 2 of a name.
_WRITTEN = re.compile(rf"(?<![^\W{WIDE}])\d+(?:[.,]\d+)*")
_GROUPED = re.compile("(?<=\\d)[\u00a0\u202f](?=\\d{3})")
_WORD = re.compile(r"[^\W\d_]+")
# "No two rows share it" counts nothing.
_UNCOUNTED = re.compile(r"\bno two\b")
_FIRST = 2  # "one" and "no" are hardly ever meant as numbers
#: From two upwards. Words that mean something else as well are left out, here as "_".
_WORDS = {
    "en": "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen",
    "de": "zwei drei vier fünf sechs sieben acht neun zehn elf zwölf",
    "fr": "deux trois quatre cinq six sept huit neuf dix onze douze",
    "es": "dos tres cuatro cinco seis siete ocho nueve diez _ doce",
    "it": "due tre quattro cinque sei sette otto nove dieci undici dodici",
    "pt": "dois três quatro cinco seis sete oito nove dez onze doze",
    "nl": "twee drie vier vijf zes zeven acht negen tien elf twaalf",
    "pl": "dwa trzy cztery pięć sześć siedem osiem dziewięć dziesięć jedenaście dwanaście",
}
#: Nobody counted these.
_VAGUE = {
    "en": "twenty thirty forty fifty sixty seventy eighty ninety dozen dozens hundred hundreds "
    "thousand thousands million millions billion billions",
    "de": "zwanzig dreißig hundert hunderte tausend tausende million millionen dutzend dutzende",
    "fr": "vingt trente cent cents mille million millions milliers centaines dizaines",
    "es": "veinte treinta cien cientos mil miles millón millones docenas",
    "it": "venti trenta cento centinaia mille migliaia milione milioni decine",
    "pt": "vinte trinta cem centenas mil milhares milhão milhões dezenas",
    "nl": "twintig dertig honderd honderden duizend duizenden miljoen miljoenen tientallen",
    "pl": "dwadzieścia sto setki tysiąc tysiące milion miliony dziesiątki",
}


def given(text: str) -> frozenset[str]:
    """Return the numbers that a text of facts holds, without separators of thousands."""
    return frozenset(counted(text))


def counted(text: str) -> Counter[str]:
    """Return the same, each with how often it stands there."""
    return Counter(found.replace(",", "") for found in _GIVEN.findall(text))


def missing(fact: str, text: str, *, language: str) -> frozenset[str]:
    """Return the numbers of a fact that a model's text has less often than the fact."""
    left = [meant for _, meant in written(text, language=language)]
    lost: set[str] = set()
    for number in counted(fact).elements():
        # One that can mean nothing else comes first: 1.204 may be needed for a fraction.
        found = min((meant for meant in left if number in meant), key=len, default=None)
        if found is None:
            lost.add(number)
        else:
            left.remove(found)
    return frozenset(lost)


def written(text: str, *, language: str) -> Iterator[tuple[str, frozenset[str]]]:
    """Yield every number in a model's text as it stands there, with the numbers it can mean.

    1.204 may be a thousand or a little more than one; `hundreds` can mean none that was counted.
    """
    text = unicodedata.normalize("NFKC", _GROUPED.sub("", text))
    for found in _WRITTEN.findall(text):
        yield found, frozenset({found, found.replace(",", ""), found.replace(".", "")})
    code = language.partition("-")[0].lower()
    counts = {
        word: str(value) for value, word in enumerate(_WORDS.get(code, "").split(), start=_FIRST)
    }
    vague = frozenset(_VAGUE.get(code, "").split())
    for word in _WORD.findall(_UNCOUNTED.sub(" ", text.lower())):
        if word in counts:
            yield word, frozenset({counts[word]})
        elif word in vague:
            yield word, frozenset()

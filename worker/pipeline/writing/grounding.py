"""Holds a model's text against the facts: names must exist, numbers must have been computed."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from worker.pipeline.writing import numerals
from worker.pipeline.writing.lexicon import Lexicon

# "e.g. orders" is not the end of a sentence, but its halves can be judged apart as well.
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=\S)|(?<=[。！？])")  # noqa: RUF001 - as Chinese ends them
_NAME = re.compile(rf"[^\W\d{numerals.WIDE}][^\W{numerals.WIDE}]*")
_DOTTED = re.compile(rf"{_NAME.pattern}(?:\.{_NAME.pattern})+")
_QUOTED = re.compile(
    r"`([^`]+)`|\"([^\"]+)\"|“([^”]+)”|«([^»]+)»|(?<!\w)'([^']+)'(?!\w)|「([^」]+)」"
)
_MIXED = re.compile(r"[a-z][A-Z]")
_LOUD = re.compile(r"[A-Z]{5,}")
_NUMBERED = re.compile(r"[^\W\d_]+\d\w*")
_CALLED = re.compile(
    r"\bthe ([a-z]\w+) (?:table|view|column)s?\b|\b(?:table|view|column)s? (?:named|called) (\w+)",
    re.IGNORECASE,
)


@dataclass(frozen=True, kw_only=True)
class Judged:
    """What of a text can stand, and what is wrong with the rest."""

    kept: str
    faults: tuple[str, ...] = ()
    dropped: int = 0  # sentences


@dataclass(frozen=True, kw_only=True)
class Ground:
    """What a text may speak of: the schema's names, and the facts it was written from."""

    lexicon: Lexicon
    given: str  # the facts as the model saw them
    numbers: frozenset[str]  # those that were computed, without separators of thousands
    language: str = "en"

    def counting(self, numbers: frozenset[str]) -> "Ground":
        """Return the same ground with these numbers beside."""
        return replace(self, numbers=self.numbers | numbers)

    def judge(self, text: str) -> Judged:
        """Return the sentences that hold, each once, and why the others do not."""
        kept: list[str] = []
        faults: list[str] = []
        dropped = 0
        for sentence in sentences(text):
            wrong = self.faults(sentence)
            faults += wrong
            dropped += bool(wrong)
            if not wrong and sentence not in kept:
                kept.append(sentence)
        return Judged(kept=" ".join(kept), faults=tuple(dict.fromkeys(faults)), dropped=dropped)

    def faults(self, sentence: str) -> list[str]:
        """Return what the sentence names or counts that is no fact."""
        wrong = [f"{name} is no name in the schema" for name in self._unknown(sentence)]
        wrong += [
            f"the number {shown} is not given"
            for shown, meant in numerals.written(sentence, language=self.language)
            if not (meant & self.numbers or self.lexicon.speaks_of(shown))  # sales_in_billion
        ]
        return wrong

    @cached_property
    def _seen(self) -> str:
        return self.given.lower()

    def _unknown(self, sentence: str) -> Iterator[str]:
        for quoted in _quoted(sentence):
            if not (self.lexicon.knows(quoted) or quoted.lower() in self._seen):
                yield quoted
        # A comment may name what does not exist; an identifier does not exist for that.
        yield from (name for name in _dotted(sentence) if not self._exists(name, sentence))
        rest = _DOTTED.sub(" ", sentence)
        for name in filter(_is_identifier, _NAME.findall(rest)):
            if not (self.lexicon.knows(name) or self._is_type(name)):
                yield name
        for spoken in ("".join(parts) for parts in _CALLED.findall(rest)):
            if not (self.lexicon.speaks_of(spoken) or spoken.lower() in self._seen):
                yield spoken

    def _exists(self, dotted: str, sentence: str) -> bool:
        return self.lexicon.knows(dotted) or self.lexicon.knows_within(dotted, sentence)

    def _is_type(self, name: str) -> bool:
        return _NUMBERED.fullmatch(name) is not None and name.lower() in self._seen  # e.g. int4


def sentences(text: str) -> list[str]:
    """Return the sentences of a text."""
    return [part.strip() for part in _SENTENCE.split(text.strip()) if part.strip()]


def names(text: str) -> frozenset[str]:
    """Return what can only be an identifier, in lower case."""
    return frozenset(name.lower() for name in _NAME.findall(text) if _is_identifier(name))


def identifiers(text: str) -> frozenset[str]:
    """Return what can only be an identifier, and whole what has dots in it, in lower case."""
    return names(text) | {dotted.lower() for dotted in _dotted(text)}


def words(text: str) -> frozenset[str]:
    """Return everything in the text that could be a name, in lower case, dotted ones also whole."""
    dotted = re.findall(r"[^\W\d][\w.]*", text.lower())
    return frozenset((*dotted, *(part for name in dotted for part in name.split("."))))


def _quoted(sentence: str) -> Iterator[str]:
    for parts in _QUOTED.findall(sentence):
        yield "".join(parts).strip()


def _dotted(sentence: str) -> Iterator[str]:
    for dotted in _DOTTED.findall(sentence):
        if any(len(part) > 1 for part in dotted.split(".")):  # not e.g., i.e.
            yield dotted


def _is_identifier(name: str) -> bool:
    if name.isalpha() and name[1:].islower():
        return False  # as nearly all words: looked at no further
    return (
        "_" in name.strip("_")
        or _MIXED.search(name) is not None
        or _LOUD.fullmatch(name) is not None
        or _NUMBERED.fullmatch(name) is not None
    )

"""What the name of a column says about a key: which thing it is of, and which ending says "key"."""

from collections.abc import Collection
from dataclasses import dataclass

from catalog import words

#: Endings that say "this is a key", and what else the key itself may be called.
_IDENTITIES = frozenset({"id", "uuid", "guid", "oid", "pk"})
_POINTERS = frozenset({"fk", "ref", "key", "sk"})
_CODES = frozenset({"code", "cd"})
_NUMBERS = frozenset({"no", "nr", "num", "number"})
_ENDINGS = _IDENTITIES | _POINTERS | _CODES | _NUMBERS
_FUSED = ("uuid", "guid", "id", "code", "key", "no", "nr", "num")
_FRONT = frozenset({"id", "fk", "ref", "key"})
# They number the rows of any table.
_ORDINALS = words.vocabulary("row line seq sequence position rank index version sort level")
# Every table may have such a column; equal names say nothing about a reference.
_GENERIC = (
    _ENDINGS
    | _ORDINALS
    | words.vocabulary(
        "name title label type kind category date day month year time timestamp at value status"
        " state description text email url path hash token slug order amount count total"
    )
)
_WITH_NUMBER = 2
_SHORTEST_NAME = 5  # of a table, at the end of a word that holds a role too
Words = tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class KeyName:
    """The name of a column, read as the key of something."""

    words: Words  # the whole name
    stem: Words  # what the key is of, in the singular, e.g. billing, address
    ending: str | None  # None: nothing in the name says that it is a key

    @property
    def subject(self) -> Words:
        """What the name speaks of: the stem, without a last word that any table may have."""
        plain = self.ending is None and len(self.stem) > 1 and self.stem[-1] in _GENERIC
        return self.stem[:-1] if plain else self.stem

    def fits(self, key: str) -> bool:
        """Whether a key called `key` may be what this name refers to, by the endings of both."""
        last = words.split(key)[-1:]
        if self.ending is None or not last:
            return False
        return any(
            self.ending in same and last[0] in same
            for same in (_IDENTITIES | _POINTERS, _CODES | {"key"}, _NUMBERS, {self.ending})
        ) or (last[0] not in _ENDINGS and last[0].endswith(self.ending))


def read(column: str, vocabulary: Collection[str]) -> KeyName:
    """Return the reading of a column's name; `vocabulary` are the words of the tables' names.

    It is needed where nothing parts the words: `custid` is a key when there is a table `cust`.
    """
    name = words.split(column)
    while len(name) > _WITH_NUMBER and name[-1].isdigit():
        name = name[:-1]  # the second of several, e.g. club_id_2
    if len(name) > 1 and name[-1] in _ENDINGS:
        return _key(name[:-1], name[-1])
    if len(name) > 1 and name[0] in _FRONT:
        return _key(name[1:], name[0])
    for ending in _FUSED if name else ():
        stem = _parted(name[-1].removesuffix(ending), vocabulary)
        if stem and name[-1].endswith(ending):
            return _key((*name[:-1], *stem), ending)
    return KeyName(words=name, stem=singular(name), ending=None)


def singular(name: Words) -> Words:
    """Return every word in the singular: some say claims_processing, others claim_processing."""
    return tuple(map(words.singular, name))


def is_generic(name: Words) -> bool:
    """Whether these words are a name that any table may have, such as `id` or `name`."""
    keyed = len(name) > 1 and name[-1] in _ENDINGS
    return set(name) <= (_ENDINGS | _ORDINALS if keyed else _GENERIC)


def speaks_of(subject: Words, name: Words) -> bool:
    """Whether these words are the end of a table's name, short for it, or its initials."""
    if not subject or not name:
        return False
    if subject == name[-len(subject) :]:
        return True
    (*others, last) = subject
    initials = "".join(word[0] for word in name)
    return not others and (abbreviates(last, name[-1]) or last in {initials, initials[:1]})


def abbreviates(short: str, word: str) -> bool:
    """Whether a word is short for another: its beginning, or a few of its letters in order."""
    least = 3  # "dept", "emp"; two letters fit too much
    if not least <= len(short) < len(word) or short[0] != word[0]:
        return False
    if word.startswith(short):
        return True
    letters = iter(word)
    vowels = sum(letter in "aeiou" for letter in short)
    return vowels < len(short) - least + 1 and all(letter in letters for letter in short)


def _parted(word: str, vocabulary: Collection[str]) -> Words:
    """Return a word that a table is called, or that ends so with a role before it."""
    if words.singular(word) in vocabulary:
        return (word,)
    for start in range(1, len(word) - _SHORTEST_NAME + 1):
        if words.singular(word[start:]) in vocabulary:
            return word[:start], word[start:]
    return ()


def _key(stem: Words, ending: str) -> KeyName:
    return KeyName(words=(*stem, ending), stem=singular(stem), ending=ending)

"""How many tokens a language model makes of a text, rather too many than too few."""

import re
from typing import Final

#: Letters per token: of words, and of what abbreviates them or is all in capitals.
_OF_WORDS: Final = 4
_OF_CODES: Final = 2
#: Ordinary words have more vowels than one letter in so many.
_VOWEL_IN: Final = 5
_VOWELS: Final = frozenset("aeiouAEIOU")
_PIECE: Final = re.compile(
    r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[A-Z]|\n| +|[\x21-\x7e]|[^\x00-\x7f]+|.", re.DOTALL
)


def at_most(text: str) -> int:
    """Return more tokens than the tokenizers of common models make of names and texts of schemas.

    None is asked, because it is not known which model will read the text. The number is a third
    too high for ordinary schemas; digits and signs count one each, other scripts by their bytes.
    """
    return sum(_of(piece) for piece in _PIECE.findall(text))


def _of(piece: str) -> int:
    if not piece.isascii():
        return len(piece.encode("utf-8", "replace"))
    if piece.isalpha():
        return -(-len(piece) // (_OF_CODES if _is_code(piece) else _OF_WORDS))
    # One space is part of the word behind it.
    return 0 if piece == " " else 1


def _is_code(piece: str) -> bool:
    vowels = sum(letter in _VOWELS for letter in piece)
    return piece.isupper() or vowels * _VOWEL_IN <= len(piece)

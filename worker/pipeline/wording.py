"""Small pieces of English: counted nouns, listings, numbers."""

from collections.abc import Sequence

from catalog import words


def number(value: int) -> str:
    """Return the number with thousands separated, e.g. 1,204."""
    return f"{value:,}"


def counted(count: int, noun: str) -> str:
    """Return the number with its noun, e.g. 1 table, 59 foreign keys, 3 lists of codes."""
    if count == 1:
        return f"1 {noun}"
    head, of, rest = noun.partition(" of ")
    *before, last = head.split(" ")
    return " ".join((number(count), *before, words.plural(last))) + of + rest


def listing(items: Sequence[str], *, limit: int = 6, of: int | None = None) -> str:
    """Return the items as a sentence lists them; those beyond `limit` are only counted.

    `of` is the full count where `items` holds only the first ones.
    """
    total = len(items) if of is None else of
    shown = list(items[: limit if total > limit + 1 else limit + 1])
    hidden = total - len(shown)
    if hidden > 0:
        return f"{', '.join(shown)} and {number(hidden)} more"
    if len(shown) < 2:  # noqa: PLR2004  # one item needs no "and"
        return "".join(shown)
    return f"{', '.join(shown[:-1])} and {shown[-1]}"


def sentence(text: str) -> str:
    """Return the text with a capital at its start and a full stop at its end."""
    text = text.strip()
    if not text:
        return text
    return text[0].upper() + text[1:] + ("" if text[-1] in ".!?" else ".")


def article(noun: str) -> str:
    """Return the noun with its indefinite article."""
    first = noun[:1].lower()
    vowel = first in "aeio" or (first == "u" and not noun.lower().startswith(("un", "us", "ur")))
    vowel = vowel or noun.lower().startswith(("under", "un-", "up"))
    return f"{'an' if vowel else 'a'} {noun}"


def vocabulary(text: str) -> frozenset[str]:
    """Return the words of the text as a set."""
    return frozenset(text.split())

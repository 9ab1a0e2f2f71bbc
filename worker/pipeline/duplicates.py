"""Which questions are asked twice: in almost the same words, or by the same query."""

from collections.abc import Iterable
from typing import Final

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from catalog import dialects, words
from catalog.context import StartingPrompt

_ALIKE: Final = 0.8  # of the words that either question has
_EMPTY_WORDS: Final = (
    "a all an and are by do does each every for from has have how in is list many me much of on our"
    " per please show tell that the their there they to us we were what which who with"
)
_EMPTY: Final = frozenset(_EMPTY_WORDS.split())


def without(prompts: Iterable[StartingPrompt], *, dialect: str) -> tuple[StartingPrompt, ...]:
    """Return the prompts, the first of each that ask the same; one with SQL comes before others."""
    kept: list[StartingPrompt] = []
    for prompt in sorted(prompts, key=lambda prompt: prompt.sql is None):
        if not any(_same(prompt, other, dialect) for other in kept):
            kept.append(prompt)
    return tuple(kept)


def asked(question: str, others: Iterable[str]) -> bool:
    """Tell whether one of the others asks the same in almost the same words."""
    mine = _words(question)
    return any(_alike(mine, _words(other)) for other in others)


def _same(one: StartingPrompt, other: StartingPrompt, dialect: str) -> bool:
    if set(one.tables) != set(other.tables) and one.tables and other.tables:
        return False
    if asked(one.question, [other.question]):
        return True
    if one.sql is None or other.sql is None:
        return False
    return _form(one.sql, dialect) == _form(other.sql, dialect)


def _words(question: str) -> frozenset[str]:
    found = (word.lower() for word in words.split(question))
    told = frozenset(words.singular(word) for word in found if word not in _EMPTY)
    return told or frozenset([question.casefold()])


def _alike(one: frozenset[str], other: frozenset[str]) -> bool:
    return len(one & other) >= _ALIKE * len(one | other)


def _form(sql: str, dialect: str) -> str:
    """Return the query in one spelling, without the names that it gives."""
    try:
        query = sqlglot.parse_one(sql, dialect=dialects.to_sqlglot(dialect) or "")
    except SqlglotError:
        return sql
    aliases = {
        node.alias.lower(): f"t{place}"
        for place, node in enumerate(query.find_all(exp.Table))
        if node.alias
    }
    for identifier in query.find_all(exp.Identifier):
        name = identifier.name.lower()
        identifier.replace(exp.to_identifier(aliases.get(name, name), quoted=False))
    for shown in list(query.find_all(exp.Alias)):
        shown.replace(shown.this)
    return query.sql(comments=False)

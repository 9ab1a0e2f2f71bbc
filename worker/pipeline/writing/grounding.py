"""Holds a model's text against the facts: names must exist, numbers must have been given."""

import re
from dataclasses import dataclass

from worker.pipeline import wording
from worker.pipeline.facts import Facts

_NUMBER = re.compile(r"(?<![\w.])\d[\d,]*(?:\.\d+)?(?!\w)")
_NAME = re.compile(r"[^\W\d]\w*")
_QUOTED = re.compile(r"[`\"]([^\W\d][\w.]*)[`\"]")
_CAMEL = re.compile(r"[a-z][A-Z]")
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=\S)")
_PRODUCTS = wording.vocabulary(
    "postgresql mysql mariadb sqlite mongodb duckdb bigquery javascript github youtube paypal "
    "linkedin ebay iphone graphql oauth webhook"
)


@dataclass(frozen=True, kw_only=True)
class Ground:
    """The names and numbers that a text may use."""

    names: frozenset[str]  # in lower case
    numbers: frozenset[str]  # without separators of thousands

    def bears(self, text: str) -> bool:
        """Tell whether every name and number in the text is one of these."""
        return names(text) <= self.names and numbers(text) <= self.numbers

    def keep(self, text: str) -> str:
        """Return the text without the sentences that use other names or numbers."""
        return " ".join(part for part in _SENTENCE.split(text.strip()) if self.bears(part))


def of(known: Facts, given: str) -> Ground:
    """Return the ground of the schema's names and of the numbers in what the model was given."""
    found = set(_PRODUCTS) | {known.project.lower(), known.snapshot.database.lower()}
    for table in known.snapshot.tables:
        found |= {table.id.lower(), table.name.lower(), (table.schema or "").lower()}
        for column in table.columns:
            found |= {
                column.name.lower(),
                *(value.lower() for value in known.values(table, column)),
            }
    return Ground(names=frozenset(found), numbers=numbers(given))


def numbers(text: str) -> frozenset[str]:
    """Return the numbers written in digits, without separators of thousands."""
    return frozenset(found.replace(",", "").rstrip(".") for found in _NUMBER.findall(text))


def names(text: str) -> frozenset[str]:
    """Return the words that can only be identifiers, in lower case."""
    quoted = {part for found in _QUOTED.findall(text) for part in found.split(".") if part}
    written = {
        word for word in _NAME.findall(text) if "_" in word.strip("_") or _CAMEL.search(word)
    }
    return frozenset(word.lower() for word in quoted | written)


def words(text: str) -> frozenset[str]:
    """Return everything in the text that could be a name, in lower case, dotted ones also whole."""
    dotted = re.findall(r"[^\W\d][\w.]*", text.lower())
    return frozenset((*dotted, *(part for name in dotted for part in name.split("."))))

"""Passages: the texts whose vectors stand for tables and columns."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from catalog import words
from catalog.model import Column, Snapshot, Table

#: Characters: what the smallest embedding models read of ordinary text. A wide table's last
#: columns do not fit, but each column has a passage of its own.
LONGEST: Final = 800
_VALUES: Final = 12


@dataclass(frozen=True, kw_only=True)
class Passage:
    """A text about a table, or about one of its columns."""

    table: str  # its id
    column: str | None
    text: str

    @cached_property
    def fingerprint(self) -> str:
        """The SHA-256 (64 hex digits) of the text: equal texts share a vector."""
        return hashlib.sha256(self.text.encode("utf-8", "replace")).hexdigest()


def of_snapshot(snapshot: Snapshot, texts: Mapping[str, str]) -> tuple[Passage, ...]:
    """Return a passage per table and per column; `texts` is by `id` and by `id.column`."""
    return tuple(passage for table in snapshot.tables for passage in _of_table(table, texts))


def _of_table(table: Table, texts: Mapping[str, str]) -> Iterator[Passage]:
    name = words.humanise(table.id)
    about = _said(texts.get(table.id), table.comment)
    columns = ", ".join(words.humanise(column.name) for column in table.columns)
    text = f"{name}: {about}. {columns}" if about else f"{name}: {columns}"
    yield Passage(table=table.id, column=None, text=text[:LONGEST])
    short = words.humanise(table.name)
    for column in table.columns:
        text = f"{short} {words.humanise(column.name)}{_about(table, column, texts)}"
        yield Passage(table=table.id, column=column.name, text=text[:LONGEST])


def _about(table: Table, column: Column, texts: Mapping[str, str]) -> str:
    said = _said(texts.get(f"{table.id}.{column.name}"), column.comment)
    values = ", ".join(column.enum[:_VALUES])
    return "".join(f": {part}" for part in (said, values) if part)


def _said(*texts: str | None) -> str:
    """Return the first text that says anything, on one line without its full stop."""
    for text in texts:
        if text and text.strip():
            return " ".join(text.split()).rstrip(".")
    return ""

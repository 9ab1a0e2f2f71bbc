"""Spider's development questions, with all databases' tables pooled in one schema."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from catalog.model import Column, ForeignKey, Snapshot, Table

FILE = Path("retrieval") / "spider-dev.json"


class MissingDataError(RuntimeError):
    """The data set is not there; the text says where it was looked for."""


@dataclass(frozen=True, kw_only=True)
class Question:
    """A question with the ids of the tables that its answer needs."""

    text: str
    database: str
    tables: frozenset[str]


@dataclass(frozen=True, kw_only=True)
class Questions:
    """The pooled schema, one database per schema name, and what is asked of it."""

    snapshot: Snapshot
    asked: tuple[Question, ...]

    @property
    def databases(self) -> tuple[str, ...]:
        """The databases that are asked about, in alphabetical order."""
        return tuple(sorted({question.database for question in self.asked}))


def load(folder: Path) -> Questions:
    """Return the questions kept below a folder of shared data; MissingDataError."""
    path = folder / FILE
    if not path.is_file():
        raise MissingDataError(f"There is no {path}: name the folder of shared data.")
    data = json.loads(path.read_text())
    names = {
        (each["database"], each["table"].lower()): f"{each['database']}.{each['table']}"
        for each in data["tables"]
    }
    tables = tuple(
        sorted((_table(each, names) for each in data["tables"]), key=lambda each: each.id)
    )
    asked = tuple(
        Question(
            text=each["question"],
            database=each["database"],
            tables=frozenset(names[each["database"], name.lower()] for name in each["tables"]),
        )
        for each in data["questions"]
    )
    return Questions(
        snapshot=Snapshot(dialect="sqlite", database="spider", tables=tables), asked=asked
    )


def _table(found: dict[str, Any], names: dict[tuple[str, str], str]) -> Table:
    database = found["database"]
    keys = (
        ForeignKey(columns=(column,), target=names[database, target.lower()], target_columns=(key,))
        for column, target, key in found["foreign_keys"]
    )
    return Table(
        name=found["table"],
        schema=database,
        columns=tuple(Column(name=name, type=kind) for name, kind in found["columns"]),
        foreign_keys=tuple(keys),
    )

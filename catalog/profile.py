"""The profile: what was read of a database beyond its schema, and who was told what of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final, Literal, get_args

from catalog.model import Unread

#: How far a project lets itself be looked into; each level includes the one before.
Level = Literal["none", "statistics", "shapes"]
LEVELS: Final[tuple[Level, ...]] = get_args(Level)


@dataclass(frozen=True, kw_only=True)
class ColumnProfile:
    """What is known of a column's values; a None or an empty tuple says that nothing is."""

    name: str
    null_share: float | None = None  # 0 to 1, from the database's statistics
    distinct: int | None = None  # about, from the database's statistics
    shapes: tuple[str, ...] = ()  # masked: "AA-9999" stands for two letters, hyphen, four digits
    codes: tuple[str, ...] = ()  # values as they are, of few that each occur several times


@dataclass(frozen=True, kw_only=True)
class TableProfile:
    """What is known of a table's values."""

    id: str  # catalog.model.Table.id
    columns: tuple[ColumnProfile, ...] = ()  # those of which something is known
    sampled_rows: int = 0
    sampled_columns: tuple[str, ...] = ()  # whose values were looked at
    withheld: tuple[str, ...] = ()  # not sampled, or nothing told: they look personal


@dataclass(frozen=True, kw_only=True)
class Profile:
    """What was read of a database's values, and how far that was allowed."""

    level: Level = "none"
    tables: tuple[TableProfile, ...] = ()
    unread: tuple[Unread, ...] = field(default=())  # what could not be read, and why

    def column(self, table_id: str, name: str) -> ColumnProfile:
        """Return what is known of a column; an empty profile when that is nothing."""
        return self._columns.get((table_id, name)) or ColumnProfile(name=name)

    @cached_property
    def _columns(self) -> Mapping[tuple[str, str], ColumnProfile]:
        return {(table.id, each.name): each for table in self.tables for each in table.columns}


@dataclass(frozen=True, kw_only=True)
class Facts:
    """How many facts of each kind there were about a table, e.g. `{"names": 5, "codes": 1}`."""

    id: str  # catalog.model.Table.id
    counts: dict[str, int]


@dataclass(frozen=True, kw_only=True)
class Disclosure:
    """What was read of each table, and what of that stood in questions to the model."""

    level: Level
    read: tuple[Facts, ...] = ()
    sent: tuple[Facts, ...] = ()  # empty when no model was asked
    #: The embedding model, which gets names, comments, allowed values and texts of all tables.
    embedder: str | None = None

    def of_table(self, table_id: str) -> tuple[dict[str, int], dict[str, int]]:
        """Return how many facts of each kind were read of a table, and how many were sent."""
        read, sent = (
            next((each.counts for each in found if each.id == table_id), {})
            for found in (self.read, self.sent)
        )
        return read, sent

    def brief(self) -> dict[str, Any]:
        """Return all but what is told by table: the level, the embedder and the totals."""
        return {"level": self.level, "embedder": self.embedder, **self.totals()}

    def totals(self) -> dict[str, dict[str, int]]:
        """Return `{"read": ..., "sent": ...}`, each with the tables and the facts of each kind."""
        return {"read": _sum(self.read), "sent": _sum(self.sent)}


def _sum(tables: tuple[Facts, ...]) -> dict[str, int]:
    found = {"tables": len(tables)}
    for table in tables:
        for kind, count in table.counts.items():
            found[kind] = found.get(kind, 0) + count
    return found

"""How well references are found: the declared ones are hidden, and are the truth."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from catalog.model import Column, Snapshot, Table

Reference = tuple[str, str, str, str]  # table, column, target, its column


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """What was found of what is declared."""

    declared: int
    found: int
    right: int

    @property
    def precision_percent(self) -> float:
        """How much of what was found is declared; what nobody declared counts as wrong."""
        return 100 * self.right / self.found if self.found else 0.0

    @property
    def recall_percent(self) -> float:
        """How much of what is declared was found."""
        return 100 * self.right / self.declared if self.declared else 0.0


def declared(snapshot: Snapshot) -> frozenset[Reference]:
    """Return the declared references by one column."""
    return frozenset(
        (table.id, key.columns[0], key.target, key.target_columns[0])
        for table in snapshot.tables
        for key in table.foreign_keys
        if len(key.columns) == 1
    )


def hidden(snapshot: Snapshot) -> Snapshot:
    """Return the snapshot with names, types, primary and unique keys only, and without views."""
    return replace(
        snapshot,
        tables=tuple(
            Table(
                name=table.name,
                schema=table.schema,
                columns=tuple(Column(name=one.name, type=one.type) for one in table.columns),
                primary_key=table.primary_key,
                unique_keys=table.unique_keys,
                members=table.members,
                family=table.family,
            )
            for table in snapshot.tables
            if table.kind == "table"
        ),
    )


def judge(snapshot: Snapshot, found: Iterable[Reference]) -> Judgement:
    """Compare what was found in the hidden snapshot with what the whole one declares."""
    truth, guesses = declared(snapshot), frozenset(found)
    return Judgement(declared=len(truth), found=len(guesses), right=len(truth & guesses))

"""Figures of several rounds, what they must reach, and how both are written."""

import math
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

Sample = Mapping[str, float]  # one round's figures


@dataclass(frozen=True, kw_only=True)
class Row:
    """One contender's rounds, or why there are none."""

    name: str
    samples: tuple[Sample, ...] = ()
    note: str = ""  # its versions, or what to install

    def median(self, key: str) -> float | None:
        """Return the median of the rounds; None when it was not measured."""
        found = self._values(key)
        return statistics.median(found) if found else None

    def most(self, key: str) -> float | None:
        """Return the highest round; None when it was not measured."""
        return max(self._values(key), default=None)

    def times(self, other: "Row", key: str) -> float | None:
        """Return the median of the rounds' quotients by another row; None when one has none.

        Both were measured in the same minutes of each round, so a slow minute is in both.
        """
        if not (self.samples and other.samples):
            return None
        pairs = zip(self.samples, other.samples, strict=True)
        return statistics.median(ours[key] / theirs[key] for ours, theirs in pairs)

    def cell(self, key: str, digits: int) -> str:
        """Return the median and how far the rounds are from it at most."""
        found = self._values(key)
        if not found:
            return "-" if self.samples else "missing"
        middle = statistics.median(found)
        if math.isinf(max(found)):
            return f"{middle:,.{digits}f}, in some round never"
        if len(found) == 1:
            return f"{middle:,.{digits}f}"
        spread = max(abs(value - middle) for value in found)
        text = f"{middle:,.{digits}f}"
        if middle:
            return f"{text} ±{spread / abs(middle) * 100:.0f} %"
        return f"{text} ±{spread:,.{digits}f}" if spread else text

    def _values(self, key: str) -> list[float]:
        return [sample[key] for sample in self.samples if key in sample]


@dataclass(frozen=True, kw_only=True)
class Column:
    """One figure of a table."""

    key: str
    title: str
    digits: int = 0


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """A demand, the figure that answers it, and whether it is reached; None: not comparable."""

    demand: str
    figure: float | None
    bound: float
    at_most: bool = False
    digits: int = 2

    @property
    def reached(self) -> bool | None:
        """Whether the figure is on the right side of the bound."""
        if self.figure is None:
            return None
        return self.figure <= self.bound if self.at_most else self.figure >= self.bound

    def cells(self) -> tuple[str, str, str, str]:
        """Return the demand, its bound, the figure and the answer."""
        sign = "at most" if self.at_most else "at least"
        figure = "-" if self.figure is None else f"{self.figure:,.{self.digits}f}"
        answer = {True: "yes", False: "NO", None: "not comparable: a contender is missing"}
        bound = f"{sign} {self.bound:,.{self.digits}f}"
        return self.demand, bound, figure, answer[self.reached]


@dataclass(frozen=True, kw_only=True)
class Section:
    """What one workload found."""

    name: str
    title: str
    about: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    verdicts: tuple[Verdict, ...]

    def row(self, name: str) -> Row:
        """Return a contender's row."""
        return next(row for row in self.rows if row.name == name)


def markdown(section: Section, *, suite: str, command: str, where: str) -> str:
    """Return the section for the documentation."""
    titles = ["", *(column.title for column in section.columns)]
    figures = [
        [row.name, *(row.cell(column.key, column.digits) for column in section.columns)]
        for row in section.rows
    ]
    notes = "".join(f"- {row.name}: {_note(row)}\n" for row in section.rows if row.note)
    demands = [list(verdict.cells()) for verdict in section.verdicts]
    return (
        f"## {suite}: {section.title}\n\n{section.about}\n\n{_table(titles, figures)}\n"
        f"{_table(['demand', 'bound', 'found', 'reached'], demands)}\n"
        f"{notes}\nMeasured {where}; printed by `{command}`.\n"
    )


def _note(row: Row) -> str:
    return row.note if row.samples else f"missing ({row.note})"


def _table(titles: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [titles, ["---"] * len(titles), *rows]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)

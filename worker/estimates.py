"""How long a generation will still take, from runs like it and from its own pace."""

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from contract.events import Eta
from contract.steps import WORKING_STEPS, Step
from store import statistics as figures
from store.database import Database

#: The progress at which each step ends. `optimizing` ends when the result is stored.
ENDS = {
    Step.SCANNING: 20,
    Step.INDEXING: 40,
    Step.ANALYZING: 70,
    Step.GENERATING: 80,
    Step.OPTIMIZING: 90,
}


@dataclass(frozen=True, kw_only=True)
class Past:
    """A finished run: how large it was and how many seconds each step took."""

    tables: int
    timings: Mapping[str, float]


def past_runs(database: Database, engine: str, model: str | None) -> list[Past]:
    """Return the last finished runs with this engine and model."""
    with database.read() as connection:
        runs = figures.similar_runs(connection, engine=engine, model=model)
    return [Past(tables=int(run.stats.get("tables", 0)), timings=run.timings) for run in runs]


_FEWEST_RUNS = 3  # fewer have no quartiles: the range is then half to double the middle


def remaining(
    runs: Sequence[Past], *, progress: int, tables: int | None, elapsed: float | None
) -> Eta | None:
    """Return the median and quartiles of what is left after `progress`; None without a basis.

    Past times are scaled by the number of tables. `elapsed` are the seconds that this attempt took
    to come from nothing to `progress`, None when they say nothing about it: its pace counts the
    more, the further it is. One or two runs tell little, so the range around them is wide.
    """
    usable = [run for run in runs if run.tables > 0 and run.timings]
    if not usable or not tables or progress >= ENDS[Step.OPTIMIZING]:
        return None
    left, spent = [], []
    for run in usable:
        scale = tables / run.tables
        after = _left(run.timings, progress) * scale
        left.append(after)
        spent.append(sum(run.timings.values()) * scale - after)
    pace = _pace(statistics.median(spent), statistics.median(left), elapsed)
    low, middle, high = (seconds * pace for seconds in _range(left))
    return Eta(seconds=round(middle), low=round(low), high=round(high), runs=len(usable))


def _left(timings: Mapping[str, float], progress: int) -> float:
    """Return the seconds a run took after `progress`, with a step's time spread over its span."""
    seconds, began = 0.0, 0
    for step in WORKING_STEPS:
        ends = ENDS[step]
        undone = min(1.0, max(0.0, (ends - progress) / (ends - began)))
        seconds += timings.get(step, 0.0) * undone
        began = ends
    return seconds


def _pace(usual_spent: float, usual_left: float, elapsed: float | None) -> float:
    """Return how much slower than usual this run is, 1 while too little of it is done to tell."""
    if elapsed is None or usual_spent <= 0:
        return 1.0
    share = usual_spent / (usual_spent + usual_left)
    return 1.0 + (elapsed / usual_spent - 1.0) * share


def _range(values: Sequence[float]) -> tuple[float, float, float]:
    if len(values) < _FEWEST_RUNS:
        middle = statistics.median(values)
        return middle / 2, middle, middle * 2
    low, middle, high = statistics.quantiles(values, n=4, method="inclusive")
    return low, middle, high

"""The page of figures: /statistics, drawn here so that it needs no script."""

from collections.abc import Sequence
from typing import Final

import flask

from app import authentication, charts, services, wording
from app.api.schemas_statistics import Figures, figures
from app.charts import Value
from app.plain.show import Show
from contract.states import JobStatus
from contract.steps import Step
from store import model_calls, statistics
from store.statistics import Run

#: Fewer runs tell nothing about the next one.
ENOUGH_RUNS: Final = 3
DRAWN_RUNS: Final = 60
CHART: Final = {"width": 640, "height": 180, "pitch": 34, "thickness": 14}
_STEPS: Final = (Step.SCANNING, Step.INDEXING, Step.ANALYZING, Step.GENERATING, Step.OPTIMIZING)


def add(pages: flask.Blueprint, show: Show) -> None:
    """Give the pages an address for the figures."""

    @pages.get("/statistics")
    def dashboard() -> flask.typing.ResponseReturnValue:
        user_id = authentication.visitor()
        if user_id is None:
            return authentication.lead_to_sign_in() or show("statistics.html", found=None)
        with services.current().database.read() as connection:
            runs = statistics.finished_runs(connection, user_id=user_id)
            models = model_calls.totals(connection, user_id=user_id)
        found = figures(runs, models)
        response = show(
            "statistics.html",
            found=found,
            enough=ENOUGH_RUNS,
            words=wording,
            chart=CHART,
            steps=[step for step in _STEPS if step in found.steps],
            step_bars=_step_bars(found),
            runs=runs[:DRAWN_RUNS],
            run_bars=_run_bars(runs[:DRAWN_RUNS]),
            longest=_longest(runs[:DRAWN_RUNS]),
        )
        response.headers["Cache-Control"] = "private, no-cache"
        return response


def _step_bars(found: Figures) -> list[charts.Bar]:
    values = [
        Value(size=spread.mean, title=f"{step.capitalize()}: {wording.duration(spread.mean)}")
        for step in _STEPS
        if (spread := found.steps.get(step)) is not None
    ]
    return charts.rows(
        values, width=CHART["width"], pitch=CHART["pitch"], thickness=CHART["thickness"]
    )


def _run_bars(runs: Sequence[Run]) -> list[charts.Bar]:
    oldest_first = [
        Value(
            size=run.seconds,
            title=f"{run.status.capitalize()} in {wording.duration(run.seconds)}",
            kind=run.status,
        )
        for run in reversed(runs)
    ]
    return charts.columns(
        oldest_first, width=CHART["width"], height=CHART["height"], most=_longest(runs)
    )


def _longest(runs: Sequence[Run]) -> float:
    """Return the longest time that a success took: one that hung would flatten all others."""
    succeeded = [run.seconds for run in runs if run.status is JobStatus.SUCCEEDED]
    return max(succeeded or [run.seconds for run in runs], default=0)

"""Figures about generations, and how they follow from single runs."""

import dataclasses
import statistics
from collections import defaultdict
from collections.abc import Iterable, Sequence

from app.api.schemas import Wire
from contract.states import JobStatus
from store.model_calls import Totals
from store.statistics import Run


class Spread(Wire):
    """How a number of seconds spreads over runs."""

    mean: float
    p10: float
    p50: float
    p90: float
    p95: float


class EngineFigures(Wire):
    """Figures of one engine and model."""

    engine: str | None
    model: str | None
    count: int
    succeeded: int
    success_rate: float | None
    seconds: Spread | None


class ModelFigures(Wire):
    """Calls of one model in the last 30 days; a null is what no server told."""

    model: str
    calls: int
    failed: int
    prompt_tokens: int | None
    output_tokens: int | None
    prompt_tokens_per_second: float | None
    output_tokens_per_second: float | None


class Figures(Wire):
    """Figures of the caller's last generations; times are of those that succeeded.

    `queue` is how long all of them waited for a worker. Cancelled ones do not count in the success
    rate, which is null while there is none to count.
    """

    count: int
    succeeded: int
    failed: int
    cancelled: int
    success_rate: float | None
    queue: Spread | None
    seconds: Spread | None
    steps: dict[str, Spread]
    engines: list[EngineFigures]
    models: list[ModelFigures]


def figures(runs: Sequence[Run], models: Sequence[Totals] = ()) -> Figures:
    """Return the figures of these runs, and of the calls of these models."""
    by_engine: dict[tuple[str | None, str | None], list[Run]] = defaultdict(list)
    for run in runs:
        by_engine[run.engine, run.model].append(run)
    largest_first = sorted(by_engine.items(), key=lambda item: -len(item[1]))
    return Figures(
        count=len(runs),
        succeeded=_count(runs, JobStatus.SUCCEEDED),
        failed=_count(runs, JobStatus.FAILED),
        cancelled=_count(runs, JobStatus.CANCELLED),
        success_rate=_success_rate(runs),
        queue=spread([run.queued_seconds for run in runs]),
        seconds=_total(runs),
        steps=_steps(runs),
        engines=[
            EngineFigures(
                engine=engine,
                model=model,
                count=len(of_engine),
                succeeded=_count(of_engine, JobStatus.SUCCEEDED),
                success_rate=_success_rate(of_engine),
                seconds=_total(of_engine),
            )
            for (engine, model), of_engine in largest_first
        ],
        models=[_of_model(each) for each in models],
    )


def spread(values: Sequence[float]) -> Spread | None:
    """Return mean and percentiles (linear between the values), or None of nothing."""
    if not values:
        return None
    # quantiles() needs two values; a single one is its own percentile.
    enough = [*values, *values] if len(values) == 1 else values
    parts = statistics.quantiles(enough, n=100, method="inclusive")
    mean = statistics.fmean(values)
    return Spread(
        mean=round(mean, 3),
        p10=round(parts[9], 3),
        p50=round(parts[49], 3),
        p90=round(parts[89], 3),
        p95=round(parts[94], 3),
    )


def _of_model(total: Totals) -> ModelFigures:
    figures = ModelFigures(**dataclasses.asdict(total))
    speeds = ("prompt_tokens_per_second", "output_tokens_per_second")
    known = {name: getattr(figures, name) for name in speeds}
    return figures.model_copy(
        update={name: None if value is None else round(value, 2) for name, value in known.items()}
    )


def _total(runs: Iterable[Run]) -> Spread | None:
    return spread([run.seconds for run in runs if run.status == JobStatus.SUCCEEDED])


def _steps(runs: Iterable[Run]) -> dict[str, Spread]:
    seconds: dict[str, list[float]] = defaultdict(list)
    for run in runs:
        if run.status == JobStatus.SUCCEEDED:
            for step, spent in run.timings.items():
                seconds[step].append(spent)
    return {step: found for step, values in seconds.items() if (found := spread(values))}


def _count(runs: Iterable[Run], status: JobStatus) -> int:
    return sum(run.status == status for run in runs)


def _success_rate(runs: Sequence[Run]) -> float | None:
    succeeded, failed = _count(runs, JobStatus.SUCCEEDED), _count(runs, JobStatus.FAILED)
    return round(succeeded / (succeeded + failed), 4) if succeeded + failed else None

"""Figures from single runs."""

from datetime import UTC, datetime

from app.api.schemas_statistics import Spread, figures, spread
from contract.states import JobStatus
from store.model_calls import Totals
from store.statistics import Run


def run(status: JobStatus, seconds: float, *, model: str | None = None) -> Run:
    """Return a run that spent all its time scanning."""
    return Run(
        id="1",
        status=status,
        engine="ollama" if model else "structural",
        model=model,
        queued_seconds=seconds / 2,
        seconds=seconds,
        timings={"scanning": seconds},
        stats={},
        finished_at=datetime(2026, 1, 1, tzinfo=UTC),
    )


class TestSpread:
    def test_of_nothing_is_nothing(self) -> None:
        """No figure is made up."""
        assert spread([]) is None

    def test_of_one_is_that_one(self) -> None:
        """A single run is its own percentile."""
        assert Spread(mean=4.0, p10=4.0, p50=4.0, p90=4.0, p95=4.0) == spread([4.0])

    def test_lies_between_the_values(self) -> None:
        """Percentiles are linear between the runs and never beyond the slowest."""
        assert Spread(mean=50.0, p10=10.0, p50=50.0, p90=90.0, p95=95.0) == spread(
            [float(value) for value in range(101)]
        )


class TestFigures:
    def test_count_what_happened(self) -> None:
        """A cancelled run is no failure, and only successes tell how long it takes."""
        shown = figures(
            [
                run(JobStatus.SUCCEEDED, 2.0),
                run(JobStatus.SUCCEEDED, 4.0),
                run(JobStatus.FAILED, 100.0, model="m"),
                run(JobStatus.CANCELLED, 50.0, model="m"),
            ]
        )
        assert shown.seconds is not None
        assert shown.queue is not None
        engines = [
            (each.engine, each.model, each.count, each.succeeded, each.success_rate)
            for each in shown.engines
        ]

        assert (4, 2, 1, 1) == (shown.count, shown.succeeded, shown.failed, shown.cancelled)
        assert 0.6667 == shown.success_rate
        assert 3.0 == shown.seconds.mean
        assert 19.5 == shown.queue.mean, "whoever failed has waited too"
        assert 3.0 == shown.steps["scanning"].mean
        assert [("structural", None, 2, 2, 1.0), ("ollama", "m", 2, 0, 0.0)] == engines

    def test_show_speeds_of_models(self) -> None:
        """Rounded, and unknown where they are unknown."""
        total = Totals(
            model="m:8b",
            calls=3,
            failed=1,
            prompt_tokens=200,
            output_tokens=None,
            prompt_tokens_per_second=100 / 3,
            output_tokens_per_second=None,
        )
        (shown,) = figures([], [total]).dump()["models"]

        assert {
            "model": "m:8b",
            "calls": 3,
            "failed": 1,
            "promptTokens": 200,
            "outputTokens": None,
            "promptTokensPerSecond": 33.33,
            "outputTokensPerSecond": None,
        } == shown

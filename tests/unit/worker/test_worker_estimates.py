"""Estimates of the time that is left."""

from contract.events import Eta
from worker.estimates import Past, remaining

TIMINGS = {
    "scanning": 2.0,
    "indexing": 4.0,
    "analyzing": 60.0,
    "generating": 6.0,
    "optimizing": 8.0,
}
TEN_TABLES = Past(tables=10, timings=TIMINGS)


class TestRemaining:
    def test_is_none_without_similar_runs(self) -> None:
        """Nothing is estimated from nothing."""
        assert remaining([], progress=20, tables=10, elapsed=2.0) is None

    def test_is_none_without_a_size(self) -> None:
        """Before the first scan nobody knows how long it takes."""
        assert remaining([TEN_TABLES], progress=0, tables=None, elapsed=0.0) is None

    def test_counts_runs_of_a_known_size_only(self) -> None:
        """A run without tables or timings is no basis."""
        runs = [Past(tables=0, timings=TIMINGS), Past(tables=10, timings={})]

        assert remaining(runs, progress=20, tables=10, elapsed=None) is None

    def test_is_what_similar_runs_took_after_this_progress(self) -> None:
        """After the scan, all steps but the scan are left."""
        expected = Eta(seconds=78, low=39, high=156, runs=1)

        assert expected == remaining([TEN_TABLES], progress=20, tables=10, elapsed=2.0)

    def test_spreads_a_step_over_its_span(self) -> None:
        """Half way through the batches, half of their time is left."""
        eta = remaining([TEN_TABLES], progress=55, tables=10, elapsed=None)

        assert Eta(seconds=44, low=22, high=88, runs=1) == eta

    def test_grows_with_the_number_of_tables(self) -> None:
        """Twice the tables take twice the time."""
        eta = remaining([TEN_TABLES], progress=20, tables=20, elapsed=None)

        assert Eta(seconds=156, low=78, high=312, runs=1) == eta

    def test_ignores_one_run_that_took_far_longer(self) -> None:
        """Median and quartiles, not the mean: one stuck run changes little."""
        runs = [
            Past(tables=10, timings={"analyzing": seconds}) for seconds in (10, 11, 12, 13, 3600)
        ]

        expected = Eta(seconds=12, low=11, high=13, runs=5)
        assert expected == remaining(runs, progress=40, tables=10, elapsed=None)

    def test_follows_the_pace_of_this_run_the_more_the_further_it_is(self) -> None:
        """A run that is twice as slow is hardly told by its scan, and mostly by its batches."""
        early = remaining([TEN_TABLES], progress=20, tables=10, elapsed=4.0)
        late = remaining([TEN_TABLES], progress=70, tables=10, elapsed=132.0)

        assert (80, 26) == (early and early.seconds, late and late.seconds)

    def test_admits_that_two_runs_tell_little(self) -> None:
        """Two runs that happen to be alike promise no certainty."""
        eta = remaining([TEN_TABLES, TEN_TABLES], progress=20, tables=10, elapsed=None)

        assert Eta(seconds=78, low=39, high=156, runs=2) == eta

    def test_ends_with_the_last_step(self) -> None:
        """Storing the result is not worth a number."""
        assert remaining([TEN_TABLES], progress=90, tables=10, elapsed=80.0) is None

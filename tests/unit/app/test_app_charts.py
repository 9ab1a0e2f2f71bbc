"""Where bars stand, and what figures are called."""

import pytest

from app import charts, wording
from app.charts import Bar, Value


class TestColumns:
    def test_stand_on_the_ground_in_proportion(self) -> None:
        """Half of the most is half as high; what is more than that is cut."""
        values = [Value(size=size, title="t", kind="failed") for size in (2, 4, 9)]
        found = charts.columns(values, width=120, height=50, most=4)

        assert [25, 50, 50] == [bar.height for bar in found]
        assert [50, 50, 50] == [bar.y + bar.height for bar in found]
        assert [5, 45, 85] == [bar.x for bar in found]
        assert Bar(x=5, y=25, width=30, height=25, title="t", kind="failed") == found[0]

    def test_show_the_smallest(self) -> None:
        """A second beside an hour is still to be seen; nothing is not."""
        values = [Value(size=size, title="") for size in (1, 0)]
        found = charts.columns(values, width=10, height=100, most=3600)

        assert [1.5, 0] == [bar.height for bar in found]

    def test_of_nothing_are_none(self) -> None:
        """A drawing of no runs is empty."""
        assert charts.columns([], width=10, height=10, most=0) == []
        assert charts.rows([], width=10, pitch=5, thickness=2) == []


class TestRows:
    def test_lie_in_the_middle_of_their_lines(self) -> None:
        """The longest fills the width."""
        values = [Value(size=size, title="") for size in (1, 4)]
        found = charts.rows(values, width=200, pitch=30, thickness=10)

        assert [(50, 10), (200, 40)] == [(bar.width, bar.y) for bar in found]


class TestWording:
    @pytest.mark.parametrize(
        ("seconds", "words"),
        [
            (0.038, "38 ms"),
            (0.42, "0.4 s"),
            (9.96, "10 s"),
            (59.6, "1 min"),
            (192, "3 min 12 s"),
            (3600, "1 h"),
            (4800, "1 h 20 min"),
        ],
    )
    def test_of_a_time_has_as_many_digits_as_say_something(
        self, seconds: float, words: str
    ) -> None:
        """From milliseconds to hours."""
        assert words == wording.duration(seconds)

    @pytest.mark.parametrize(
        ("share", "words"),
        [(1, "100 %"), (0.999, "99 %"), (0.001, "1 %"), (0, "0 %"), (None, "\N{EN DASH}")],
    )
    def test_of_a_share_does_not_claim_all_or_nothing(self, share: float, words: str) -> None:
        """One failure in a thousand runs is not no failure."""
        assert words == wording.percent(share)

    def test_of_a_count_fits_its_number(self) -> None:
        """One run, two runs."""
        assert ["1 run", "1,234 runs"] == [wording.count(number, "run") for number in (1, 1234)]

"""Waiting with a clock of our own."""

from app import waiting


class Time:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.now = 0.0
        self.pauses: list[float] = []

    def sleep(self, seconds: float) -> None:
        """Move the clock."""
        self.pauses.append(seconds)
        self.now += seconds

    def clock(self) -> float:
        """Read the clock."""
        return self.now


class TestUntil:
    def test_ends_as_soon_as_it_is_true(self) -> None:
        """What is true already takes no time."""
        time = Time()

        assert waiting.until(lambda: True, seconds=60, sleep=time.sleep, clock=time.clock)
        assert [] == time.pauses

    def test_asks_ever_more_slowly(self) -> None:
        """Quick answers come quickly, and long waits ask once per second."""
        time = Time()
        found = waiting.until(lambda: time.now > 10, seconds=60, sleep=time.sleep, clock=time.clock)

        assert found
        assert sorted(time.pauses) == time.pauses
        assert waiting.LONGEST_PAUSE_SECONDS == time.pauses[-1]

    def test_gives_up_on_time(self) -> None:
        """It neither waits longer than asked nor skips the last look."""
        time = Time()

        assert not waiting.until(lambda: False, seconds=5, sleep=time.sleep, clock=time.clock)
        assert round(sum(time.pauses), 6) == 5

"""Waiting for what is certain to come, however slow the machine is."""

import time
from collections.abc import Callable

SECONDS = 10.0


def a_moment() -> None:
    """Let SQLite's clock go on: it counts milliseconds, and in the same one nothing is later."""
    time.sleep(0.002)


def until(met: Callable[[], object]) -> None:
    """Return as soon as it is so; an AssertionError when it never comes so far."""
    deadline = time.monotonic() + SECONDS
    while not met():
        assert time.monotonic() < deadline, "it never came so far"
        time.sleep(0.01)

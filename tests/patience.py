"""Waiting for what is certain to come, however slow the machine is."""

import time
from collections.abc import Callable

SECONDS = 10.0


def until(met: Callable[[], object]) -> None:
    """Return as soon as it is so; an AssertionError when it never comes so far."""
    deadline = time.monotonic() + SECONDS
    while not met():
        assert time.monotonic() < deadline, "it never came so far"
        time.sleep(0.01)

"""Steps at a steady rate, whatever a step takes."""

import time
from collections.abc import Iterator


def steady(count: int, *, per_second: float) -> Iterator[int]:
    """Yield 1 to `count`, each when its time has come; late steps follow at once."""
    began = time.monotonic()
    for number in range(1, count + 1):
        wait = began + (number - 1) / per_second - time.monotonic()
        if wait > 0:
            time.sleep(wait)
        yield number

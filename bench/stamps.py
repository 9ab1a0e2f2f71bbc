"""The mark in every message by which the load client knows what arrived, and how late."""

import re
import time
from datetime import UTC, datetime

from contract import events
from contract.steps import Step

_STAMP = re.compile(r"@\d{19}#")
FOREIGN_JOB = "00000000-0000-4000-8000-000000000000"


def text(number: int, *, at_ns: int) -> str:
    """Return the stamp of message `number` (from 1), published at the monotonic time `at_ns`."""
    return f"@{at_ns:019d}#{number:08d}"


def renew(message: str) -> str:
    """Return the message stamped now: what was committed is published a moment later."""
    return _STAMP.sub(f"@{time.monotonic_ns():019d}#", message, count=1)


class Template:
    """An event as the worker would encode it, about 160 bytes of JSON; only the stamp changes."""

    def __init__(self, *, job_id: str = FOREIGN_JOB) -> None:
        encoded = events.encode(
            events.Event(
                job_id=job_id,
                seq=None,
                at=datetime.now(UTC),
                step=Step.ANALYZING,
                progress=50,
                message=text(0, at_ns=0),
            )
        )
        self._before, _, self._after = encoded.partition(text(0, at_ns=0))

    def stamped(self, number: int) -> str:
        """Return message `number`, published now."""
        return f"{self._before}{text(number, at_ns=time.monotonic_ns())}{self._after}"

"""Noticing in time that the process is to end."""

import asyncio
import contextlib
import signal
from collections.abc import Iterator
from typing import NoReturn


class StoppedError(Exception):
    """The attempt ends before the job does."""


@contextlib.contextmanager
def noticed(signum: signal.Signals | None) -> Iterator[asyncio.Event]:
    """Yield an event that the signal sets; after the block the signal does what it did before.

    Celery's own handler raises SystemExit between any two instructions, and the signal comes
    twice within a moment, which kills: too little to hand a job back. Main thread only.
    """
    event = asyncio.Event()
    if signum is None:
        yield event
        return
    loop = asyncio.get_running_loop()
    before = signal.getsignal(signum)
    loop.add_signal_handler(signum, event.set)
    try:
        yield event
    finally:
        loop.remove_signal_handler(signum)
        signal.signal(signum, before)
        if event.is_set():
            signal.raise_signal(signum)


async def watch(stopping: asyncio.Event, *, seconds: float | None = None) -> NoReturn:
    """Raise StoppedError when the process is to end, or when the attempt has had its time."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await stopping.wait()
    raise StoppedError

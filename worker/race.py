"""Waiting for the first of several things that happen at once."""

import asyncio
from collections.abc import Coroutine
from typing import Any

UNWIND_SECONDS = 1.0  # what does not stop when cancelled must not delay the job's end


async def first(*coroutines: Coroutine[Any, Any, None]) -> None:
    """Return or raise what the first of them to end did; the others are cancelled.

    When several end at once, the first named decides.
    """
    tasks = [asyncio.create_task(coroutine) for coroutine in coroutines]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        ended, _ = await asyncio.wait(tasks, timeout=UNWIND_SECONDS)
        for task in ended:
            if not task.cancelled():
                task.exception()  # looked at, or asyncio reports it as forgotten
    for task in tasks:
        if task in done:
            task.result()

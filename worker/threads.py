"""Work of other people's databases, in threads that nobody waits for once they are left."""

import asyncio
import contextlib
import threading
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


async def run(work: Callable[[Callable[[], bool]], T], *, name: str) -> T:
    """Return what `work` returns, or raise what it raises.

    It gets a question to ask now and then: whether to stop, for nobody waits any more.
    """
    loop = asyncio.get_running_loop()
    future: asyncio.Future[T] = loop.create_future()
    stopped = threading.Event()

    def succeed(value: T) -> None:
        if not future.done():
            future.set_result(value)

    def fail(error: BaseException) -> None:
        if not future.done():
            future.set_exception(error)

    def tell() -> None:
        try:
            value = work(stopped.is_set)
        except BaseException as error:  # noqa: BLE001 - it is raised where it is awaited
            with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits any more
                loop.call_soon_threadsafe(fail, error)
        else:
            with contextlib.suppress(RuntimeError):
                loop.call_soon_threadsafe(succeed, value)

    # Not asyncio's own threads: the end of the loop waits for those, and a database that hangs
    # would hold the worker long after the job was cancelled.
    threading.Thread(target=tell, name=name, daemon=True).start()
    try:
        return await future
    finally:
        stopped.set()

"""Several pieces of work at once, what they yield told one after the other."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterable, Iterator
from contextlib import aclosing
from typing import TypeVar

T = TypeVar("T")


async def together(
    works: Iterable[Callable[[], AsyncGenerator[T, None]]], *, at_once: int
) -> AsyncGenerator[T, None]:
    """Yield what the works yield, as it comes; each begins when one of those before has ended.

    The first failure is raised and ends the others; so does leaving early.
    """
    # Nobody writes ahead of who reads: what is told here is stored before more is made.
    told: asyncio.Queue[T] = asyncio.Queue(maxsize=1)
    left = iter(works)
    hands = {asyncio.create_task(_work(left, told)) for _ in range(at_once)}
    busy = set(hands)
    try:
        while busy or not told.empty():
            hearing = asyncio.ensure_future(told.get())
            try:
                await asyncio.wait({hearing, *busy}, return_when=asyncio.FIRST_COMPLETED)
            finally:
                if not hearing.done():
                    hearing.cancel()
            if hearing.done() and not hearing.cancelled():
                yield hearing.result()
            for hand in [hand for hand in busy if hand.done()]:
                busy.discard(hand)
                hand.result()
    finally:
        for hand in hands:
            hand.cancel()
        await asyncio.gather(*hands, return_exceptions=True)


async def _work(
    left: Iterator[Callable[[], AsyncGenerator[T, None]]], told: "asyncio.Queue[T]"
) -> None:
    for begin in left:
        async with aclosing(begin()) as pieces:
            async for piece in pieces:
                await told.put(piece)

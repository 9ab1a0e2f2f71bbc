"""Several pieces of work at once, what they yield told one after the other."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterable, Iterator
from contextlib import aclosing
from typing import TypeVar

T = TypeVar("T")
_Told = asyncio.Queue[tuple[T, asyncio.Future[None]]]


async def together(
    works: Iterable[Callable[[], AsyncGenerator[T, None]]], *, at_once: int
) -> AsyncGenerator[T, None]:
    """Yield what the works yield, as it comes; each begins when one of those before has ended.

    The first failure is raised and ends the others; so does leaving early.
    """
    told: _Told[T] = asyncio.Queue()
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
                piece, heard = hearing.result()
                yield piece
                heard.set_result(None)
            for hand in [hand for hand in busy if hand.done()]:
                busy.discard(hand)
                hand.result()
    finally:
        for hand in hands:
            hand.cancel()
        await asyncio.gather(*hands, return_exceptions=True)


async def _work(left: Iterator[Callable[[], AsyncGenerator[T, None]]], told: "_Told[T]") -> None:
    for begin in left:
        async with aclosing(begin()) as pieces:
            async for piece in pieces:
                heard = asyncio.get_running_loop().create_future()
                told.put_nowait((piece, heard))
                # Until it is stored nothing more is made: an answer whose successor was asked for
                # must not be lost with the process.
                await heard

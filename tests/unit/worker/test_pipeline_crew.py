"""Several works at once: bounded, told one after the other, ended together."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from functools import partial

import pytest

from contract.steps import Step
from worker.pipeline.ports import Tick
from worker.pipeline.writing import crew
from worker.pipeline.writing.chorus import Chorus


class Works:
    """Works that say their number, wait, and say it again; `most` is how many ran at once."""

    def __init__(self, waits: Sequence[float], *, failing: int = -1) -> None:
        self._waits = waits
        self._failing = failing
        self.running = self.most = 0
        self.begun: list[int] = []

    async def one(self, number: int) -> AsyncGenerator[str, None]:
        self.begun.append(number)
        self.running += 1
        self.most = max(self.most, self.running)
        try:
            yield f"begin {number}"
            await asyncio.sleep(self._waits[number])
            if number == self._failing:
                raise LookupError(number)
            yield f"end {number}"
        finally:
            self.running -= 1

    def together(self, at_once: int) -> AsyncGenerator[str, None]:
        works = [partial(self.one, number) for number in range(len(self._waits))]
        return crew.together(works, at_once=at_once)


class TestTogether:
    @pytest.mark.parametrize("at_once", [1, 3, 9])
    def test_does_all_and_never_more_at_once(self, at_once: int) -> None:
        """Each begins in its turn."""
        works = Works([0.002, 0.001, 0.003, 0.0, 0.001])

        async def collect() -> list[str]:
            return [item async for item in works.together(at_once)]

        told = asyncio.run(collect())

        assert sorted(told) == sorted(f"{w} {n}" for n in range(5) for w in ("begin", "end"))
        assert list(range(5)) == works.begun
        assert min(at_once, 5) == works.most
        assert 0 == works.running

    @pytest.mark.parametrize("at_once", [1, 3])
    def test_begins_nothing_before_what_was_told_is_dealt_with(self, at_once: int) -> None:
        """Naive: the next question is asked while the answer is not stored, and may be lost."""
        works = Works([0.0] * 9)

        async def count() -> list[int]:
            ahead, ended = [], 0
            async for item in works.together(at_once):
                await asyncio.sleep(0.002)  # a database that is locked
                if item.startswith("end"):
                    ahead.append(len(works.begun) - ended)
                    ended += 1
            return ahead

        assert max(asyncio.run(count())) == at_once

    def test_raises_what_goes_wrong_and_ends_the_others(self) -> None:
        """Nobody goes on asking for a job that has failed."""
        works = Works([9.0, 0.001, 9.0], failing=1)

        async def collect() -> int:
            with pytest.raises(LookupError):
                async for _ in works.together(3):
                    pass
            return works.running

        assert 0 == asyncio.run(collect())

    def test_ends_with_whoever_listens(self) -> None:
        """Leaving closes every work at once, as a cancelled job must."""
        works = Works([9.0] * 4)

        async def leave() -> int:
            async with aclosing(works.together(2)) as told:
                async for _ in told:
                    break
            return works.running

        assert 0 == asyncio.run(leave())
        assert 2 >= works.most


def tick(message: str, tokens: int, tail: str, speed: float | None = 5.0) -> Tick:
    return Tick(
        step=Step.ANALYZING,
        progress=50,
        message=message,
        tokens=tokens,
        tokens_per_second=speed,
        tail=tail,
    )


def seen(found: Tick) -> tuple[str, int, str, float | None]:
    return found.message, found.tokens, found.tail, found.tokens_per_second


class TestChorus:
    def test_lets_one_answer_be_read_and_counts_all(self) -> None:
        """Message and tail stay with the first until it ends; tokens and speed are of all."""
        chorus = Chorus()

        assert ("a", 1, "x", 5.0) == seen(chorus.hear(0, tick("a", 1, "x")))
        assert ("a", 3, "x", 10.0) == seen(chorus.hear(1, tick("b", 2, "y")))
        assert ("a", 5, "xx", 10.0) == seen(chorus.hear(0, tick("a", 3, "xx")))
        chorus.end(0)
        assert ("b", 7, "yy", 5.0) == seen(chorus.hear(1, tick("b", 4, "yy")))

    def test_shows_who_writes_rather_than_who_waits(self) -> None:
        """A part without a word of its answer steps back as soon as another has one."""
        chorus = Chorus()

        assert ("wait", 0, "", None) == seen(chorus.hear(0, tick("wait", 0, "", None)))
        assert ("b", 1, "y", 5.0) == seen(chorus.hear(1, tick("b", 1, "y")))
        assert ("b", 1, "y", 5.0) == seen(chorus.hear(0, tick("wait", 0, "", None)))

    def test_never_takes_tokens_back(self) -> None:
        """An answer that begins anew, or ends, has been written all the same."""
        chorus = Chorus()
        chorus.hear(0, tick("a", 7, "x"))

        assert 8 == chorus.hear(0, tick("a", 1, "z")).tokens
        chorus.end(0)
        assert 10 == chorus.hear(1, tick("b", 2, "y")).tokens

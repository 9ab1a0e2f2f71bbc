"""Keeping a claim, and waiting for whatever ends first."""

import asyncio

import pytest

from worker import race
from worker.lease import CancelRequestedError, Lease, clock


class TestLease:
    def test_says_when_cancellation_was_asked_for(self) -> None:
        """The renewal that learns of it ends the keeping."""
        answers = [False, False, True]

        async def renew() -> bool:
            return answers.pop(0)

        lease = Lease(renew, seconds=30, since=clock(), every_seconds=0.001)

        with pytest.raises(CancelRequestedError):
            asyncio.run(lease.keep())
        assert [] == answers

    def test_ends_with_the_error_of_a_renewal(self) -> None:
        """Nobody guesses whether the claim still holds."""

        async def renew() -> bool:
            raise RuntimeError("away")

        with pytest.raises(RuntimeError, match="away"):
            asyncio.run(Lease(renew, seconds=30, since=clock()).keep())

    def test_is_kept_while_a_store_that_is_away_may_come_back(self) -> None:
        """A locked or restarting database costs no attempt while nobody else can have the job."""
        now = [100.0]
        tries: list[float] = []

        async def renew() -> bool:
            tries.append(now[0])
            now[0] += 1.0
            if len(tries) == 3:
                return False
            raise ConnectionError("away")

        lease = Lease(
            renew,
            seconds=3,
            since=100.0,
            away=(ConnectionError,),
            every_seconds=0,
            clock=lambda: now[0],
        )
        with pytest.raises(ConnectionError):
            asyncio.run(lease.keep())

        # The third renewal, asked for at 102, held until 105.
        assert [100.0, 101.0, 102.0, 103.0, 104.0] == tries

    def test_is_fresh_until_its_time_has_passed(self) -> None:
        """A clock that jumped past the lease, as after a long sleep of the machine, ends it."""
        now = [100.0]

        async def renew() -> bool:
            return False

        lease = Lease(renew, seconds=30, since=95.0, clock=lambda: now[0])
        before = lease.fresh()
        now[0] += 25.0

        assert (True, False) == (before, lease.fresh())


class TestFirst:
    def test_cancels_the_others(self) -> None:
        """The work does not go on when the lease is lost."""
        ended: list[str] = []

        async def work() -> None:
            try:
                await asyncio.sleep(60)
            finally:
                ended.append("work")

        async def lose() -> None:
            await asyncio.sleep(0)
            raise KeyError("lost")

        async def main() -> list[str]:
            with pytest.raises(KeyError):
                await race.first(lose(), work())
            return list(ended)

        assert ["work"] == asyncio.run(main())

    def test_the_first_named_decides_between_two_that_end_together(self) -> None:
        """A lost claim wins over the error that it caused."""

        async def fail(error: Exception) -> None:
            raise error

        with pytest.raises(KeyError):
            asyncio.run(race.first(fail(KeyError()), fail(ValueError())))

    def test_does_not_wait_for_what_ignores_its_cancellation(self) -> None:
        """A part that hangs in its own cleanup delays the end by a second at most."""

        async def stubborn() -> None:
            for _ in range(15):
                try:
                    await asyncio.sleep(0.1)
                except asyncio.CancelledError:
                    continue

        async def quick() -> None:
            await asyncio.sleep(0.05)

        async def main() -> float:
            began = asyncio.get_running_loop().time()
            await race.first(quick(), stubborn())
            return asyncio.get_running_loop().time() - began

        assert asyncio.run(main()) < 1.3

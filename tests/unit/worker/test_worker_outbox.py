"""Order and pace of what a job announces."""

import asyncio
import time
from datetime import UTC, datetime

from contract import events as wire
from contract.steps import Step
from store.events import Stored
from tests.patience import until
from worker.outbox import Outbox

AT = datetime(2026, 1, 31, tzinfo=UTC)


class FakeBus:
    """Remembers what was published, each time taking as long as it is told."""

    def __init__(self, *, seconds: float = 0.0) -> None:
        self.seconds = seconds
        self.sent: list[int | str] = []  # a milestone's number, a tick's message
        self.at: list[float] = []
        self.after: list[int] = []  # which milestones the ticks followed

    def publish(self, _job_id: str, seq: int, _json: str) -> None:
        self._note(seq)

    def tick(self, _job_id: str, after: int, json: str) -> None:
        self.after.append(after)
        self._note(wire.decode(json).message)

    def _note(self, sent: int | str) -> None:
        time.sleep(self.seconds)
        self.sent.append(sent)
        self.at.append(time.monotonic())


def tick(message: str) -> wire.Event:
    return wire.Event(
        job_id="j", seq=None, at=AT, step=Step.ANALYZING, progress=50, message=message
    )


def milestone(seq: int) -> Stored:
    return Stored("j", seq, "{}")


class TestTicks:
    def test_are_at_most_ten_per_second_and_the_last_wins(self) -> None:
        """A thousand ticks in 0.35 s become four or five, among them the first and the last."""
        bus = FakeBus()

        async def write() -> None:
            outbox = Outbox(bus, fresh=lambda: True)
            async with outbox.running():
                for number in range(1001):
                    outbox.tick(tick(str(number)))
                    await asyncio.sleep(0.00035)
                await asyncio.sleep(0.15)

        asyncio.run(write())

        assert "1000" == bus.sent[-1]
        assert 4 <= len(bus.sent) <= (bus.at[-1] - bus.at[0]) / 0.1 + 2

    def test_do_not_outlive_a_milestone(self) -> None:
        """A tick from before the milestone would be older news after it."""
        bus = FakeBus()

        async def write() -> None:
            outbox = Outbox(bus, fresh=lambda: True)
            async with outbox.running():
                outbox.tick(tick("old"))
                outbox.milestone(milestone(1), Step.ANALYZING)
                await asyncio.sleep(0.15)

        asyncio.run(write())

        assert [1] == bus.sent

    def test_say_which_milestone_they_follow(self) -> None:
        """So that nobody takes them for news who has a later one."""
        bus = FakeBus()

        async def write() -> None:
            outbox = Outbox(bus, fresh=lambda: True)
            async with outbox.running():
                outbox.tick(tick("before any"))
                await asyncio.sleep(0.02)
                outbox.milestone(milestone(7), Step.ANALYZING)
                outbox.tick(tick("of the next step"))
                await asyncio.to_thread(until, lambda: len(bus.after) == 2)

        asyncio.run(write())

        assert [0, 7] == bus.after

    def test_are_not_sent_by_a_worker_that_slept_past_its_lease(self) -> None:
        """Somebody else may have the job by now."""
        bus = FakeBus()

        async def write() -> None:
            outbox = Outbox(bus, fresh=lambda: False)
            async with outbox.running():
                outbox.tick(tick("stale"))
                await asyncio.sleep(0.05)

        asyncio.run(write())

        assert [] == bus.sent


class TestMilestones:
    def test_are_all_sent_in_order_before_the_end(self) -> None:
        """A slow bus delays the end of the job, not its work, and loses nothing."""
        bus = FakeBus(seconds=0.02)
        sent_meanwhile: list[int | str] = []

        async def write() -> None:
            outbox = Outbox(bus, fresh=lambda: True)
            async with outbox.running():
                for seq in range(1, 11):
                    outbox.milestone(milestone(seq), Step.SCANNING)
                sent_meanwhile.extend(bus.sent)

        asyncio.run(write())

        assert list(range(1, 11)) == bus.sent
        assert [] == sent_meanwhile

    def test_show_each_step_once(self) -> None:
        """Monitors hear of a step when it changes."""
        shown: list[Step] = []

        async def write() -> None:
            outbox = Outbox(FakeBus(), fresh=lambda: True, show_step=shown.append)
            async with outbox.running():
                for seq, step in enumerate([Step.SCANNING, Step.SCANNING, Step.INDEXING], 1):
                    outbox.milestone(milestone(seq), step)

        asyncio.run(write())

        assert [Step.SCANNING, Step.INDEXING] == shown

"""What a job announces, published in order and without making the job wait."""

import asyncio
import contextlib
import time
from collections import deque
from collections.abc import AsyncIterator, Callable
from typing import Protocol

from contract import events as wire
from contract.steps import Step
from store import events

TICK_SECONDS = 0.1  # at most ten ticks per second and job
DRAIN_SECONDS = 5.0


class Bus(Protocol):
    """Where events are announced; contract.bus.Bus is one."""

    def publish(self, job_id: str, seq: int, json: str) -> object:
        """Announce a milestone."""

    def tick(self, job_id: str, after: int, json: str) -> object:
        """Announce a tick that follows milestone `after`."""


class Outbox:
    """Publishes every milestone and, of the ticks between, only the newest.

    Publishing blocks for seconds when Redis is frozen, so it happens in a thread. What cannot
    be published is in SQL: the relay finds it there.
    """

    def __init__(
        self,
        bus: Bus,
        *,
        fresh: Callable[[], bool],
        show_step: Callable[[Step], object] = lambda _step: None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._bus = bus
        self._fresh = fresh
        self._show_step = show_step
        self._clock = clock
        self._milestones: deque[tuple[events.Stored, Step]] = deque()
        self._tick: wire.Event | None = None
        self._after = 0  # the number of the last milestone
        self._next_tick = 0.0
        self._shown: Step | None = None
        self._wake = asyncio.Event()
        self._empty = asyncio.Event()
        self._empty.set()

    def milestone(self, stored: events.Stored, step: Step) -> None:
        """Announce a committed milestone; an older tick that still waits is dropped."""
        self._milestones.append((stored, step))
        self._tick, self._after = None, stored.seq
        self._empty.clear()
        self._wake.set()

    def tick(self, event: wire.Event) -> None:
        """Announce a sign of life; the last one wins."""
        self._tick = event
        self._wake.set()

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Publish during the block; a block that ends well waits until all is announced."""
        sender = asyncio.create_task(self._send())
        try:
            yield
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(DRAIN_SECONDS):
                    await self._empty.wait()
        finally:
            sender.cancel()

    async def _send(self) -> None:
        while True:
            await self._something()
            while self._milestones:
                stored, step = self._milestones[0]
                await asyncio.to_thread(
                    self._bus.publish, stored.job_id, stored.seq, stored.payload
                )
                if step != self._shown:
                    self._shown = step
                    await asyncio.to_thread(self._show_step, step)
                self._milestones.popleft()
            self._empty.set()
            await self._send_tick()

    async def _something(self) -> None:
        wait = None if self._tick is None else max(0.0, self._next_tick - self._clock())
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(wait):
                await self._wake.wait()
        self._wake.clear()

    async def _send_tick(self) -> None:
        event = self._tick
        if event is None or self._clock() < self._next_tick:
            return
        self._tick = None
        self._next_tick = self._clock() + TICK_SECONDS
        # A worker that slept past its lease may not know yet that the job is another's now.
        if self._fresh():
            await asyncio.to_thread(self._bus.tick, event.job_id, self._after, wire.encode(event))

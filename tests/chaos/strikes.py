"""Does to the stack what the schedule says, and undoes what is to be undone."""

import asyncio
import contextlib
import os
import signal
import sqlite3
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import psutil
import redis

from tests.chaos.house import House
from tests.chaos.layout import DATABASE
from tests.chaos.records import Record
from tests.chaos.schedule import LINK_KINDS, Fault

LOCK_WAIT_SECONDS = 20.0


class Strikes:
    """Applies faults to a house; each is recorded with its beginning and its end."""

    def __init__(self, house: House, record: Record, *, sqlite: Path | None) -> None:
        self._house = house
        self._record = record
        self._sqlite = sqlite
        self._acts: dict[str, Callable[[Fault], object]] = {
            "kill": lambda fault: self._signal(fault.target, signal.SIGKILL),
            "kill-child": lambda fault: self._kill_children(fault.target),
            "stop": lambda fault: self._signal(fault.target, signal.SIGTERM),
            # Its "fast" and its "immediate" shutdown; to the group, which `runuser` leads.
            "restart": lambda _: self._house.send(DATABASE, signal.SIGINT),
            "crash": lambda _: self._house.send(DATABASE, signal.SIGQUIT),
            "flush": lambda _: self._redis(lambda client: client.flushall()),
            "kill-clients": lambda fault: self._redis(
                lambda client: client.client_kill_filter(_type=fault.target, skipme=True)
            ),
            "freeze": lambda fault: self._house.send(fault.target, signal.SIGSTOP),
            "thaw": lambda fault: self._house.send(fault.target, signal.SIGCONT),
            "lock": lambda fault: self._lock(fault.seconds),
        }

    async def run(self, plan: Sequence[Fault]) -> None:
        """Strike as planned, from now; returns when all is undone."""
        began = time.monotonic()
        async with asyncio.TaskGroup() as group:
            for fault in plan:
                await asyncio.sleep(max(0.0, began + fault.after - time.monotonic()))
                group.create_task(self._strike(fault))

    async def _strike(self, fault: Fault) -> None:
        began, hit = time.time(), True
        if fault.kind in LINK_KINDS:
            await self._spoil(fault)
        else:
            hit = await self._act(fault.kind, fault)
        if fault.kind == "freeze":
            await asyncio.sleep(fault.seconds)
            await self._act("thaw", fault)
        self._record.write(began=began, hit=hit, **fault.to_dict())

    async def _act(self, kind: str, fault: Fault) -> bool:
        """Act; False when there was nobody to hit, who may be down already."""
        try:
            await asyncio.to_thread(self._acts[kind], fault)  # it may wait for a restart
        except (ProcessLookupError, psutil.NoSuchProcess, redis.RedisError):
            return False
        return True

    async def _spoil(self, fault: Fault) -> None:
        link = self._house.links[fault.target]
        match fault.kind:
            case "delay":
                link.delay(0.1 + fault.seconds / 10)
            case "slice":
                link.slice()
            case "stall":
                link.stall()
            case "silence":
                link.silence()
            case "cut":
                link.cut(fault.amount)
            case "reset":
                link.reset()
        await asyncio.sleep(fault.seconds)
        link.heal()

    def _signal(self, name: str, number: int) -> None:
        if not self._house.alive(name):
            raise ProcessLookupError
        os.kill(self._house.pid(name), number)

    def _kill_children(self, name: str) -> None:
        children = psutil.Process(self._house.pid(name)).children(recursive=True)
        if not children:
            raise ProcessLookupError
        for child in children:
            with contextlib.suppress(psutil.NoSuchProcess):
                child.kill()

    def _redis(self, ask: Callable[[redis.Redis], object]) -> None:
        client = self._house.redis()
        try:
            ask(client)
        finally:
            client.close()

    def _lock(self, seconds: float) -> None:
        """Hold SQLite's only write lock, as a long transaction of a neighbour would."""
        if self._sqlite is None:
            raise ValueError("only SQLite has a lock for all")
        connection = sqlite3.connect(self._sqlite, isolation_level=None, timeout=LOCK_WAIT_SECONDS)
        try:
            connection.execute("BEGIN IMMEDIATE")
            time.sleep(seconds)
            connection.execute("ROLLBACK")
        finally:
            connection.close()

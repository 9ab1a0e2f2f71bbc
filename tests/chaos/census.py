"""What the processes hold: file descriptors, memory, and connections to Redis."""

import contextlib
from typing import Any

import psutil

from tests.chaos.house import House
from tests.chaos.layout import PROCESSES

MEGABYTE = 1_000_000


def take(house: House) -> dict[str, Any]:
    """Return descriptors and memory of each process with its children, and Redis's clients."""
    client = house.redis()
    try:
        clients = len(client.client_list()) - 1  # without this one
    finally:
        client.close()
    return {"redis_clients": clients, **{name: _process(house.pid(name)) for name in PROCESSES}}


def _process(pid: int) -> dict[str, float]:
    leader = psutil.Process(pid)
    descriptors, memory = 0, 0
    for process in (leader, *leader.children(recursive=True)):
        with contextlib.suppress(psutil.NoSuchProcess):  # it ended while we looked
            descriptors += process.num_fds()
            memory += process.memory_info().rss
    return {"descriptors": descriptors, "megabytes": round(memory / MEGABYTE, 1)}

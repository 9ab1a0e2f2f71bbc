"""On what machine a figure was measured."""

import os
import platform
import shutil
import time
from pathlib import Path

from bench.stage import MissingToolError


def describe() -> str:
    """Return processor, number of cores, kernel and Python."""
    return (
        f"{_processor()}, {os.cpu_count()} cores, {platform.system()} {platform.release()}, "
        f"Python {platform.python_version()}"
    )


def two_cores() -> tuple[int, int]:
    """Return a core for the servers and another for the load; MissingToolError."""
    cores = sorted(os.sched_getaffinity(0))
    if len(cores) < 2 or shutil.which("taskset") is None:  # noqa: PLR2004 - server and load
        raise MissingToolError(
            "The benches need Linux with two cores and taskset (apt: util-linux): "
            "the server runs on one core, the load on the other."
        )
    return cores[0], cores[1]


def busy_seconds(core: int) -> float:
    """Return how long the core was busy since the machine started, for whomever."""
    for line in Path("/proc/stat").read_text().splitlines():
        name, *fields = line.split()
        if name == f"cpu{core}":
            user, nice, system, _idle, _waiting, *others = map(int, fields[:8])
            return (user + nice + system + sum(others)) / os.sysconf("SC_CLK_TCK")
    raise MissingToolError(f"/proc/stat does not know core {core}")


def noise_percent(cores: tuple[int, ...], *, seconds: float = 2.0) -> float:
    """Return how busy the cores are with other things; more than a little spoils figures."""
    before = sum(map(busy_seconds, cores))
    time.sleep(seconds)
    return (sum(map(busy_seconds, cores)) - before) / seconds / len(cores) * 100


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()

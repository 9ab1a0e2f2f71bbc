"""Messages published at a steady rate, and what the server spends to deliver them."""

import time
from dataclasses import dataclass

from bench import machine, pace
from bench.contenders.contender import Contender, Running
from bench.load import Load
from bench.results import Column, Row, Sample, Verdict
from bench.stage import Stage

SETTLE_SECONDS = 1.0  # subscriptions stand, and what opening streams left behind is done
PATIENCE_SECONDS = 20.0  # for deliveries that are late once everything was published

COLUMNS = (
    Column(key="per_cpu_second", title="deliveries per CPU-second"),
    Column(key="cpu_us", title="µs CPU per delivery", digits=1),
    Column(key="busy", title="server's core %"),
    Column(key="load_busy", title="load's core %"),
    Column(key="p50", title="p50 ms", digits=2),
    Column(key="p99", title="p99 ms", digits=2),
    Column(key="missed", title="not delivered"),
    Column(key="wrong", title="gaps and duplicates"),
)


@dataclass(frozen=True, kw_only=True)
class Work:
    """So many messages on each channel; `batch` channels get theirs in one go."""

    channels: int
    clients: int  # spread over the channels
    messages: int
    per_second: float  # on each channel
    batch: int = 1


def measure(contender: Contender, stage: Stage, work: Work) -> Sample:
    """Return what it took to deliver, and how late and how completely it was done."""
    expected = work.messages * work.clients
    with contender.serve(stage, channels=work.channels) as running, stage.folder() as folder:
        requests = [running.requests[number % work.channels] for number in range(work.clients)]
        with Load(
            stage.load_program, port=running.server.port, requests=requests, directory=folder
        ) as load:
            load.wait_until_open()
            time.sleep(SETTLE_SECONDS)
            load.mark()
            before, began = running.server.cpu_seconds(), time.monotonic()
            busy = machine.busy_seconds(stage.load_core)
            _publish(running, work)
            found = load.wait_for(expected, seconds=PATIENCE_SECONDS)
            cpu = running.server.cpu_seconds() - before
            seconds = time.monotonic() - began
            busy = machine.busy_seconds(stage.load_core) - busy
    return {
        "per_cpu_second": found["events"] / cpu,
        "cpu_us": cpu / max(found["events"], 1) * 1e6,
        "busy": cpu / seconds * 100,
        "load_busy": busy / seconds * 100,
        "p50": found["p50"],
        "p99": found["p99"],
        "missed": expected - found["events"],
        "wrong": found["gaps"] + found["duplicates"],
    }


def nothing_lost(row: Row) -> tuple[Verdict, ...]:
    """Return the demands on `gaps`, `duplicates` and `unfinished`: none in any round."""
    return tuple(
        Verdict(demand=demand, figure=row.most(key), bound=0, at_most=True, digits=0)
        for demand, key in (
            ("gaps, in the worst round", "gaps"),
            ("duplicates, in the worst round", "duplicates"),
            ("milestones missing at the end, in the worst round", "unfinished"),
        )
    )


def _publish(running: Running, work: Work) -> None:
    groups = -(-work.channels // work.batch)
    for step in pace.steady(work.messages * groups, per_second=work.per_second * groups):
        number, group = divmod(step - 1, groups)
        first = group * work.batch
        running.publish(number + 1, range(first, min(first + work.batch, work.channels)))

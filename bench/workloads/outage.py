"""Redis dies in mid-job and comes back: how late milestones are meanwhile, and afterwards."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from bench.committer import PATIENCE_SECONDS, Committer
from bench.contenders.relay import Relay
from bench.load import Load
from bench.results import Column, Sample, Section, Verdict
from bench.stage import Stage
from bench.workloads import delivery, rounds
from bench.world import World
from stack import redis_server

NAME = "outage"
JOBS = 20
CLIENTS = 100
PER_SECOND = 2.0  # milestones of each job
OUTAGE_SECONDS = {False: 10, True: 30}
RETURN_SECONDS = 3.0  # the relay's longest wait before it tries Redis again, and to spare
AFTER_SECONDS = 5.0
LATEST_SECONDS = 2.0
LIVE_MILLISECONDS = 100.0


def run(stage: Stage, *, repeats: int) -> Section:
    """Measure the relay."""
    relay = Relay()
    seconds = OUTAGE_SECONDS[stage.full]
    row = rounds.repeat(
        relay.name, relay.prepare(), rounds=repeats, measure=lambda: _measure(stage)
    )
    return Section(
        name=NAME,
        title=f"{seconds} s without Redis in mid-job",
        about=(
            f"{JOBS} jobs with {CLIENTS // JOBS} clients each commit {PER_SECOND:.0f} milestones "
            f"per second throughout. Redis is killed, and started again after {seconds} s. Times "
            "count from before the commit until the client has read the event."
        ),
        columns=(
            Column(key="before", title="p50 ms before", digits=1),
            Column(key="p50", title="p50 ms without Redis", digits=0),
            Column(key="worst", title="latest, s without Redis", digits=2),
            Column(key="after", title="p50 ms once it is back", digits=1),
            Column(key="gaps", title="gaps"),
            Column(key="duplicates", title="duplicates"),
            Column(key="unfinished", title="milestones missing at the worst client"),
        ),
        rows=(row,),
        verdicts=(
            Verdict(
                demand="the latest milestone without Redis, s after its commit",
                figure=row.most("worst"), bound=LATEST_SECONDS, at_most=True,
            ),
            Verdict(
                demand="p50 once Redis is back, ms: live delivery has resumed",
                figure=row.most("after"), bound=LIVE_MILLISECONDS, at_most=True, digits=1,
            ),
            *delivery.nothing_lost(row),
        ),
    )  # fmt: skip


def _measure(stage: Stage) -> Sample:
    with _world(stage) as (made, redis), stage.folder() as folder:
        people = made.people(JOBS)
        requests = [person.request() for person in people for _ in range(CLIENTS // JOBS)]
        with (
            made.relay(stage) as server,
            Load(stage.load_program, port=server.port, requests=requests, directory=folder) as load,
        ):
            load.wait_until_open()
            jobs = Committer(made, people, per_second=PER_SECOND)
            jobs.start()
            before = _look(load, AFTER_SECONDS)
            redis.process.kill()
            without = _look(load, OUTAGE_SECONDS[stage.full])
            redis.process.start()
            time.sleep(RETURN_SECONDS)
            after = _look(load, AFTER_SECONDS)
            last = jobs.finish()
            end = load.wait_until_seen(last, seconds=PATIENCE_SECONDS)
    parts = (before, without, after)
    return {
        "before": before["p50"],
        "p50": without["p50"],
        "worst": without["worst"] / 1000,
        "after": after["p50"],
        "gaps": sum(part["gaps"] for part in parts) + end["gaps"],
        "duplicates": sum(part["duplicates"] for part in parts) + end["duplicates"],
        "unfinished": last - end["lowest"],
    }


@contextmanager
def _world(stage: Stage) -> Iterator[tuple[World, redis_server.Server]]:
    with stage.folder() as folder, redis_server.Server(folder / "redis") as redis:
        made = World(folder, redis.url)
        try:
            yield made, redis
        finally:
            made.close()


def _look(load: Load, seconds: float) -> dict[str, float]:
    load.mark()
    time.sleep(seconds)
    return load.report()

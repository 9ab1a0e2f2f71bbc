"""New streams: how many a core can authenticate, check against SQL and attach."""

import time

from bench import world
from bench.contenders.relay import Relay
from bench.load import Load
from bench.results import Column, Sample, Section, Verdict
from bench.stage import Stage
from bench.workloads import rounds

NAME = "connects"
STREAMS = {False: 1500, True: 5000}
WINDOW = 64
WARM_UP = 50


def run(stage: Stage, *, repeats: int) -> Section:
    """Measure the relay."""
    relay = Relay()
    row = rounds.repeat(
        relay.name, relay.prepare(), rounds=repeats, measure=lambda: _measure(stage)
    )
    streams = STREAMS[stage.full]
    return Section(
        name=NAME,
        title="New streams",
        about=(
            f"{streams:,} users open a stream of a job of their own, {WINDOW} at a time, each with "
            "its own token: signature, session and ownership are checked, the job's channel is "
            "subscribed and the first frame arrives."
        ),
        columns=(
            Column(key="per_second", title="streams per second"),
            Column(key="per_cpu_second", title="streams per CPU-second"),
        ),
        rows=(row,),
        verdicts=(
            Verdict(
                demand="new streams per second and core",
                figure=row.median("per_second"),
                bound=500,
                digits=0,
            ),
        ),
    )


def _measure(stage: Stage) -> Sample:
    with world.create(stage) as made, stage.folder() as folder:
        requests = [person.request() for person in made.people(STREAMS[stage.full] + WARM_UP)]
        with made.relay(stage) as server:
            program, port = stage.load_program, server.port
            warm = requests[:WARM_UP]
            with Load(program, port=port, requests=warm, directory=folder) as load:
                load.wait_until_open()
            time.sleep(1)
            before = server.cpu_seconds()
            rest = requests[WARM_UP:]
            with Load(program, port=port, requests=rest, directory=folder, window=WINDOW) as load:
                found = load.wait_until_open()
                cpu = server.cpu_seconds() - before
    return {
        "per_second": len(rest) / found["opened_seconds"],
        "per_cpu_second": len(rest) / cpu,
    }

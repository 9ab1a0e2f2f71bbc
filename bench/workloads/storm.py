"""All clients come back at once after the relay was killed in mid-job."""

import time

from bench import world
from bench.committer import PATIENCE_SECONDS, Committer
from bench.contenders.relay import Relay
from bench.load import Load
from bench.results import Column, Sample, Section, Verdict
from bench.servers import Server
from bench.stage import Stage
from bench.workloads import delivery, rounds
from bench.world import World

NAME = "storm"
JOBS = 20
CLIENTS_PER_JOB = 100
PER_SECOND = 5.0  # milestones of each job
BEFORE_SECONDS = {False: 3, True: 10}
AFTER_SECONDS = 2.0
ALL = JOBS * CLIENTS_PER_JOB


def run(stage: Stage, *, repeats: int) -> Section:
    """Measure the relay."""
    relay = Relay()
    row = rounds.repeat(
        relay.name, relay.prepare(), rounds=repeats, measure=lambda: _measure(stage)
    )
    return Section(
        name=NAME,
        title=f"{ALL:,} clients return after kill -9 in mid-job",
        about=(
            f"{JOBS} jobs with {CLIENTS_PER_JOB} clients each commit {PER_SECOND:.0f} milestones "
            "per second throughout. The relay is killed and started again at once; clients retry "
            "after 20 to 200 ms with Last-Event-ID. A client is live again at its first event. At "
            "the end every client must have seen every milestone once, the terminal one included."
        ),
        columns=(
            Column(key="seconds", title="s from kill until all live", digits=2),
            Column(key="restart", title="s of it until the relay was ready", digits=2),
            Column(key="gaps", title="gaps"),
            Column(key="duplicates", title="duplicates"),
            Column(key="unfinished", title="milestones missing at the worst client"),
        ),
        rows=(row,),
        verdicts=(
            Verdict(
                demand="seconds until all are live again",
                figure=row.median("seconds"), bound=10, at_most=True,
            ),
            *delivery.nothing_lost(row),
        ),
    )  # fmt: skip


def _measure(stage: Stage) -> Sample:
    with world.create(stage) as made, stage.folder() as folder:
        people = made.people(JOBS)
        requests = [person.request() for person in people for _ in range(CLIENTS_PER_JOB)]
        with made.relay(stage) as server, Load(
            stage.load_program, port=server.port, requests=requests, directory=folder,
            options=("reconnect",),
        ) as load:  # fmt: skip
            load.wait_until_open()
            jobs = Committer(made, people, per_second=PER_SECOND)
            jobs.start()
            time.sleep(BEFORE_SECONDS[stage.full])
            killed = time.monotonic_ns()
            ready = _restart(made, server)
            found = load.wait_until_back(seconds=PATIENCE_SECONDS)
            time.sleep(AFTER_SECONDS)
            last = jobs.finish()
            end = load.wait_until_seen(last, seconds=PATIENCE_SECONDS)
    live = found["closed"] >= ALL and found["live"] == ALL
    return {
        "seconds": (found["live_ns"] - killed) / 1e9 if live else float("inf"),
        "restart": (ready - killed) / 1e9,
        "gaps": end["gaps"],
        "duplicates": end["duplicates"],
        "unfinished": last - end["lowest"],
    }


def _restart(made: World, server: Server) -> int:
    server.kill()
    server.start()
    made.wait_until_ready(server)
    return time.monotonic_ns()

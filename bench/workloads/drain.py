"""SIGTERM with many streams: how soon the process is gone, and whether its clients lose any."""

import time

from bench import world
from bench.committer import PATIENCE_SECONDS, Committer
from bench.contenders.relay import Relay
from bench.load import Load
from bench.results import Column, Sample, Section, Verdict
from bench.stage import Stage
from bench.workloads import delivery, rounds

NAME = "drain"
JOBS = 5
STREAMS = 500
PER_SECOND = 5.0  # milestones of each job
WINDOW_SECONDS = 10.0  # RELAY_DRAIN_SECONDS
BEFORE_SECONDS = 2.0


def run(stage: Stage, *, repeats: int) -> Section:
    """Measure the relay."""
    relay = Relay()
    row = rounds.repeat(
        relay.name, relay.prepare(), rounds=repeats, measure=lambda: _measure(stage)
    )
    return Section(
        name=NAME,
        title=f"SIGTERM with {STREAMS} streams",
        about=(
            f"{JOBS} jobs with {STREAMS // JOBS} clients each commit {PER_SECOND:.0f} milestones "
            "per second throughout. The relay gets SIGTERM; once it is gone a new process takes "
            "its port. Clients retry after 20 to 200 ms with Last-Event-ID."
        ),
        columns=(
            Column(key="gone", title="s until the process was gone", digits=2),
            Column(key="back", title="s from SIGTERM until all were live again", digits=2),
            Column(key="gaps", title="gaps"),
            Column(key="duplicates", title="duplicates"),
            Column(key="unfinished", title="milestones missing at the worst client"),
        ),
        rows=(row,),
        verdicts=(
            Verdict(
                demand="seconds until the process was gone, in the worst round",
                figure=row.most("gone"), bound=WINDOW_SECONDS, at_most=True,
            ),
            *delivery.nothing_lost(row),
        ),
    )  # fmt: skip


def _measure(stage: Stage) -> Sample:
    with world.create(stage) as made, stage.folder() as folder:
        people = made.people(JOBS)
        requests = [person.request() for person in people for _ in range(STREAMS // JOBS)]
        with made.relay(stage) as server, Load(
            stage.load_program, port=server.port, requests=requests, directory=folder,
            options=("reconnect",),
        ) as load:  # fmt: skip
            load.wait_until_open()
            jobs = Committer(made, people, per_second=PER_SECOND)
            jobs.start()
            time.sleep(BEFORE_SECONDS)
            told = time.monotonic()
            server.terminate(seconds=2 * WINDOW_SECONDS)
            gone = time.monotonic() - told
            server.start()
            load.wait_until_back(seconds=PATIENCE_SECONDS)
            back = time.monotonic() - told
            last = jobs.finish()
            end = load.wait_until_seen(last, seconds=PATIENCE_SECONDS)
    return {
        "gone": gone,
        "back": back,
        "gaps": end["gaps"],
        "duplicates": end["duplicates"],
        "unfinished": last - end["lowest"],
    }

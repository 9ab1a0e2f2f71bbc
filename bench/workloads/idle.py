"""Many idle streams in one process: what each costs in memory, and all their heartbeats."""

import time

from bench import world
from bench.contenders.relay import Relay
from bench.load import Load
from bench.results import Column, Row, Sample, Section, Verdict
from bench.stage import Stage
from bench.workloads import rounds

NAME = "idle"
STREAMS = {False: 2000, True: 10_000}
SECONDS = {False: 30, True: 60}  # whole multiples of the heartbeat's 15 s
STREAMS_PER_JOB = 20
WARM_UP = 100
KILOBYTES_EACH = 10.0
SHARE_PERCENT = 5.0  # of a core, at the full number of streams
SETTLE_SECONDS = 3.0


def run(stage: Stage, *, repeats: int) -> Section:
    """Measure the relay."""
    streams, seconds = STREAMS[stage.full], SECONDS[stage.full]
    relay = Relay()
    row = rounds.repeat(
        relay.name, relay.prepare(), rounds=repeats, measure=lambda: _measure(stage)
    )
    return Section(
        name=NAME,
        title=f"{streams:,} idle streams in one process",
        about=(
            f"{STREAMS_PER_JOB} streams for each job and user. Memory is the growth of the "
            f"process's resident memory over {WARM_UP} streams that were opened and closed before, "
            f"divided by the streams; CPU is what the process used in {seconds} s of nothing but "
            "heartbeats."
        ),
        columns=(
            Column(key="kilobytes", title="KB per stream", digits=1),
            Column(key="share", title="% of a core", digits=2),
            Column(key="heartbeats", title="heartbeats"),
        ),
        rows=(row,),
        verdicts=_verdicts(row, streams),
    )


def _verdicts(row: Row, streams: int) -> tuple[Verdict, ...]:
    return (
        Verdict(
            demand="KB of memory per stream",
            figure=row.median("kilobytes"),
            bound=KILOBYTES_EACH,
            at_most=True,
            digits=1,
        ),
        Verdict(
            demand=f"% of a core for all heartbeats ({SHARE_PERCENT:.0f} % at "
            f"{STREAMS[True]:,} streams, in proportion)",
            figure=row.median("share"),
            bound=SHARE_PERCENT * streams / STREAMS[True],
            at_most=True,
        ),
    )


def _measure(stage: Stage) -> Sample:
    streams, seconds = STREAMS[stage.full], SECONDS[stage.full]
    with world.create(stage) as made, stage.folder() as folder:
        people = made.people(streams // STREAMS_PER_JOB)
        requests = [person.request() for person in people for _ in range(STREAMS_PER_JOB)]
        with made.relay(stage) as server:
            program, port = stage.load_program, server.port
            with Load(program, port=port, requests=requests[:WARM_UP], directory=folder) as load:
                load.wait_until_open()
            time.sleep(SETTLE_SECONDS)
            memory = server.memory_bytes()
            with Load(program, port=port, requests=requests, directory=folder) as load:
                load.wait_until_open(seconds=120)
                time.sleep(SETTLE_SECONDS)
                grown = server.memory_bytes() - memory
                load.mark()
                before = server.cpu_seconds()
                time.sleep(seconds)
                cpu = server.cpu_seconds() - before
                found = load.report()
    return {
        "kilobytes": grown / streams / 1024,
        "share": cpu / seconds * 100,
        "heartbeats": found["heartbeats"],
    }

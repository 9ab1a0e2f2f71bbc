"""Many jobs with one client each, through Redis."""

from bench.contenders.nchan import Nchan
from bench.contenders.redis_patterns import PER_QUEUE
from bench.contenders.relay import Relay
from bench.results import Section, Verdict
from bench.stage import Stage
from bench.workloads import delivery, rounds
from bench.workloads.delivery import Work

NAME = "jobs"
JOBS = 1000
PER_SECOND = 8.0
BATCH = 10  # published in one round trip, so that Redis and the publisher keep up
SECONDS = {False: 4, True: 15}


def run(stage: Stage, *, repeats: int) -> Section:
    """Measure all contenders."""
    messages = int(PER_SECOND * SECONDS[stage.full])
    work = Work(channels=JOBS, clients=JOBS, messages=messages, per_second=PER_SECOND, batch=BATCH)
    rows = rounds.compare(
        (Relay(), Nchan(by_redis=True), PER_QUEUE),
        rounds=repeats,
        measure=lambda contender: delivery.measure(contender, stage, work),
    )
    ours, nchans, loops = rows
    rate = "per_cpu_second"
    return Section(
        name=NAME,
        title=f"{JOBS:,} jobs with one client each, {PER_SECOND:.0f} events per second and job",
        about=(
            "Each message of about 160 bytes goes through Redis to one client. The relay's are "
            "ticks, which is what runs at such rates. nchan's are published by a second nginx, so "
            "that the measured one only reads Redis and delivers, as the others do. Redis and "
            "publishers run on the load's core and are not counted."
        ),
        columns=delivery.COLUMNS,
        rows=rows,
        verdicts=(
            Verdict(
                demand="deliveries per CPU-second, as a multiple of the get_message loop's",
                figure=ours.times(loops, rate),
                bound=3,
            ),
            Verdict(
                demand="deliveries per CPU-second, as a multiple of nchan's",
                figure=ours.times(nchans, rate),
                bound=1,
            ),
        ),
    )

"""Fan-out: many clients of one job."""

from bench.contenders.better_sse import BetterSse
from bench.contenders.limit import Limit
from bench.contenders.nchan import Nchan
from bench.contenders.redis_patterns import PER_CLIENT
from bench.contenders.relay import Relay
from bench.contenders.sse_starlette import SseStarlette
from bench.results import Section, Verdict
from bench.stage import Stage
from bench.workloads import delivery, rounds
from bench.workloads.delivery import Work

NAME = "fanout"
CLIENTS = 1000
PER_SECOND = 50.0
SECONDS = {False: 4, True: 10}


def run(stage: Stage, *, repeats: int) -> Section:
    """Measure all contenders."""
    # Who is compared with whom has its turn next to it.
    contenders = (
        Limit(), Relay(), Nchan(by_redis=False), BetterSse(), SseStarlette(), PER_CLIENT,
    )  # fmt: skip
    messages = int(PER_SECOND * SECONDS[stage.full])
    work = Work(channels=1, clients=CLIENTS, messages=messages, per_second=PER_SECOND)
    rows = rounds.compare(
        contenders,
        rounds=repeats,
        measure=lambda contender: delivery.measure(contender, stage, work),
    )
    least, ours, theirs = rows[:3]
    rate, late = "per_cpu_second", "p99"
    return Section(
        name=NAME,
        title=f"{CLIENTS:,} clients of one job, {PER_SECOND:.0f} events per second",
        about=(
            f"One message of about 160 bytes goes to all clients, {messages} times. The relay's "
            "messages are milestones: committed to its SQL store, then published through Redis; "
            "its latency counts from the publish, as everybody else's does. nchan, better-sse and "
            "sse-starlette get theirs by HTTP POST, flask-sse's pattern through Redis, the bare "
            "limit from a pipe."
        ),
        columns=delivery.COLUMNS,
        rows=rows,
        verdicts=(
            Verdict(
                demand="deliveries per CPU-second, as a multiple of nchan's",
                figure=ours.times(theirs, rate),
                bound=1.3,
            ),
            Verdict(
                demand="deliveries per CPU-second, as a share of the bare limit's",
                figure=ours.times(least, rate),
                bound=0.85,
            ),
            Verdict(
                demand="p99 latency, as a multiple of nchan's",
                figure=ours.times(theirs, late),
                bound=1,
                at_most=True,
            ),
        ),
    )

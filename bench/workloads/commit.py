"""From a commit to the client on an idle system, beside what cannot be avoided."""

import time

from bench import world
from bench.contenders.relay import NAME as RELAY
from bench.contenders.relay import Relay
from bench.load import Load
from bench.results import Column, Row, Sample, Section, Verdict
from bench.stage import Stage
from bench.workloads import rounds
from bench.world import Person, World
from contract import channels

NAME = "commit"
BARE = "bare: one commit, PUBLISH to a subscriber"
MESSAGES = {False: 200, True: 1000}
PAUSE_SECONDS = 0.01
SETTLE_SECONDS = 0.5


def run(stage: Stage, *, repeats: int) -> Section:
    """Measure the relay and the bare subscriber in turn."""
    ours: list[Sample] = []
    bare: list[Sample] = []

    def both() -> Sample:
        with world.create(stage) as made:
            ours.append(_relay(made, stage))
            bare.append(_bare(made, stage))
        return ours[-1]

    row = rounds.repeat(RELAY, Relay().prepare(), rounds=repeats, measure=both)
    rows = (row, Row(name=BARE, samples=tuple(bare)))
    return Section(
        name=NAME,
        title="From commit to client, idle system",
        about=(
            f"{MESSAGES[stage.full]} milestones, one at a time, timed from before the commit until "
            "the client has read the event. The bare one is the same commit and PUBLISH, read by "
            "a C program that does nothing but subscribe."
        ),
        columns=(
            Column(key="p50", title="p50 ms", digits=3),
            Column(key="p99", title="p99 ms", digits=3),
        ),
        rows=rows,
        verdicts=(
            Verdict(
                demand="p50, as a multiple of the bare one's",
                figure=row.times(rows[1], "p50"),
                bound=2,
                at_most=True,
            ),
        ),
    )


def _relay(made: World, stage: Stage) -> Sample:
    (person,) = made.people(1)
    with (
        made.relay(stage) as server,
        stage.folder() as folder,
        Load(
            stage.load_program, port=server.port, requests=[person.request()], directory=folder
        ) as load,
    ):
        return _one_at_a_time(made, person, load, MESSAGES[stage.full])


def _bare(made: World, stage: Stage) -> Sample:
    (person,) = made.people(1)
    address = made.redis_url.removeprefix("redis://:").rpartition("/")[0]
    password, _, where = address.rpartition("@")
    request = f"AUTH {password}\r\nSUBSCRIBE {channels.for_job(person.job_id)}\r\n"
    with stage.folder() as folder, Load(
        stage.load_program, port=int(where.rpartition(":")[2]), requests=[request],
        directory=folder, options=("raw",),
    ) as load:  # fmt: skip
        return _one_at_a_time(made, person, load, MESSAGES[stage.full])


def _one_at_a_time(made: World, person: Person, load: Load, messages: int) -> Sample:
    load.wait_until_open()
    time.sleep(SETTLE_SECONDS)
    load.mark()
    for number in range(1, messages + 1):
        text = made.commit(person, number)
        made.publish(person, number, text)
        time.sleep(PAUSE_SECONDS)
    found = load.wait_for(messages, seconds=5)
    return {"p50": found["p50"], "p99": found["p99"], "missed": messages - found["events"]}

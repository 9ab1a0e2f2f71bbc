"""All clients come back at once after the relay was killed in mid-job."""

import threading
import time
from typing import Any

from bench import pace, world
from bench.contenders.relay import Relay
from bench.load import Load
from bench.results import Column, Sample, Section, Verdict
from bench.servers import Server
from bench.stage import Stage
from bench.workloads import rounds
from bench.world import Person, World
from contract.steps import Step

NAME = "storm"
JOBS = 20
CLIENTS_PER_JOB = 100
PER_SECOND = 5.0  # milestones of each job
BEFORE_SECONDS = {False: 3, True: 10}
PATIENCE_SECONDS = 40.0
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
            *(
                Verdict(demand=demand, figure=row.most(key), bound=0, at_most=True, digits=0)
                for demand, key in (
                    ("gaps, in the worst round", "gaps"),
                    ("duplicates, in the worst round", "duplicates"),
                    ("milestones missing at the end, in the worst round", "unfinished"),
                )
            ),
        ),
    )  # fmt: skip


class _Jobs(threading.Thread):
    """Commits and publishes milestones of all jobs in turn until it is told to finish them."""

    def __init__(self, made: World, people: list[Person]) -> None:
        super().__init__(daemon=True)
        self._world, self._people = made, people
        self._finish = threading.Event()
        self.last = 0

    def run(self) -> None:
        for step in pace.steady(10**9, per_second=PER_SECOND * len(self._people)):
            number, index = divmod(step - 1, len(self._people))
            ends = index == 0 and self._finish.is_set()
            if ends:
                break
            self._step(self._people[index], number + 1, Step.ANALYZING)
            self.last = number + 1
        for person in self._people:
            self._step(person, self.last + 1, Step.COMPLETE)
        self.last += 1

    def finish(self) -> int:
        """End all jobs; return the number of their last milestone."""
        self._finish.set()
        self.join(timeout=PATIENCE_SECONDS)
        return self.last

    def _step(self, person: Person, number: int, step: Step) -> None:
        self._world.publish(person, number, self._world.commit(person, number, step=step))


def _measure(stage: Stage) -> Sample:
    with world.create(stage) as made, stage.folder() as folder:
        people = made.people(JOBS)
        requests = [person.request() for person in people for _ in range(CLIENTS_PER_JOB)]
        with made.relay(stage) as server, Load(
            stage.load_program, port=server.port, requests=requests, directory=folder,
            options=("reconnect",),
        ) as load:  # fmt: skip
            load.wait_until_open()
            jobs = _Jobs(made, people)
            jobs.start()
            time.sleep(BEFORE_SECONDS[stage.full])
            killed = time.monotonic_ns()
            ready = _restart(made, server)
            found = _until_live(load)
            time.sleep(AFTER_SECONDS)
            last = jobs.finish()
            end = _until_seen(load, last)
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


def _until_live(load: Load) -> dict[str, Any]:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        found = load.count()
        back = found["closed"] >= ALL and found["live"] == ALL
        if back or time.monotonic() > deadline:
            return found
        time.sleep(0.05)


def _until_seen(load: Load, last: int) -> dict[str, Any]:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while (found := load.count())["lowest"] < last and time.monotonic() < deadline:
        time.sleep(0.05)
    return found

"""From a submit to its 202, beside what cannot be avoided, and while Redis is dead or frozen."""

import signal
import statistics
import time
from dataclasses import dataclass
from http import HTTPStatus

from bench.durability.worlds import world_of
from bench.results import Column, Row, Sample, Section, Verdict
from bench.stage import Stage
from store import submissions
from tests.fault_world import SOURCE, FaultWorld
from tests.people import Person

NAME = "submit"
BARE = "bare: one insert and commit"
ALIVE, DEAD, FROZEN = "202, Redis alive", "202, Redis killed", "202, Redis frozen"
SUBMITS = {False: 100, True: 400}
PAUSE_SECONDS = 0.1  # so that outages last as long as a rate limit's second look at Redis takes


@dataclass(frozen=True, kw_only=True)
class Submitted:
    """How long one submit took, and whether it was accepted."""

    milliseconds: float
    accepted: bool


def run(stage: Stage, *, repeats: int) -> Section:
    """Measure all four in turn, in one stack per round."""
    samples: dict[str, list[Sample]] = {name: [] for name in (BARE, ALIVE, FROZEN, DEAD)}
    for number in range(1, repeats + 1):
        print(f"  round {number} of {repeats}", flush=True)
        for name, sample in _round(stage).items():
            samples[name].append(sample)
    rows = tuple(Row(name=name, samples=tuple(found)) for name, found in samples.items())
    bare, alive, *outages = rows
    beyond = [
        ours["p50"] - theirs["p50"]
        for ours, theirs in zip(alive.samples, bare.samples, strict=True)
    ]
    return Section(
        name=NAME,
        title="From a submit to 202",
        about=(
            f"{SUBMITS[stage.full]} submits over HTTP, each for a project of its own, to one app "
            "process over SQLite; beside them the same row inserted and committed without anything "
            "around it. Then Redis is stopped with SIGSTOP, and at last killed."
        ),
        columns=(
            Column(key="p50", title="p50 ms", digits=1),
            Column(key="p99", title="p99 ms", digits=1),
            Column(key="worst", title="slowest ms", digits=0),
            Column(key="second", title="second slowest ms", digits=0),
            Column(key="refused", title="refused"),
        ),
        rows=rows,
        verdicts=(
            Verdict(
                demand="ms of p50 beyond the bare insert and commit",
                figure=statistics.median(beyond),
                bound=10,
                at_most=True,
                digits=1,
            ),
            *(verdict for row in outages for verdict in _outage(row)),
        ),
    )


def _outage(row: Row) -> tuple[Verdict, ...]:
    demands = (
        ("ms of the slowest", "worst", 3000),
        ("ms of all others", "second", 250),
        ("refused", "refused", 0),
    )
    return tuple(
        Verdict(
            demand=f"{what} in the worst round: {row.name}",
            figure=row.most(key),
            bound=bound,
            at_most=True,
            digits=0,
        )
        for what, key, bound in demands
    )


def _round(stage: Stage) -> dict[str, Sample]:
    count = SUBMITS[stage.full]
    found: dict[str, list[Submitted]] = {}
    with world_of(stage) as world, Person(world.stack.app_url, world.stack.relay_url) as person:
        world.stack.stop("worker")  # what is measured is the app
        user_id = str(person.api.get("/auth/me").json()["id"])
        _submit(person)  # it opens the connections
        found |= {BARE: [], ALIVE: []}
        for _ in range(count):
            found[BARE].append(_insert(world, person, user_id))
            found[ALIVE].append(_submit(person))
        world.stack.send("redis", signal.SIGSTOP)
        found[FROZEN] = _paced(person, count)
        world.stack.kill("redis")
        found[DEAD] = _paced(person, count)
    return {name: _sample(each) for name, each in found.items()}


def _paced(person: Person, count: int) -> list[Submitted]:
    found = []
    for _ in range(count):
        found.append(_submit(person))
        time.sleep(PAUSE_SECONDS)
    return found


def _submit(person: Person) -> Submitted:
    path = f"/projects/{person.project(SOURCE)}/context/generate"
    began = time.perf_counter()
    answer = person.api.post(path)
    took = time.perf_counter() - began
    return Submitted(milliseconds=took * 1000, accepted=answer.status_code == HTTPStatus.ACCEPTED)


def _insert(world: FaultWorld, person: Person, user_id: str) -> Submitted:
    new = submissions.NewJob(user_id=user_id, project_id=person.project(SOURCE), options={})
    began = time.perf_counter()
    with world.store.write() as connection:
        submissions.submit(connection, new)
    return Submitted(milliseconds=(time.perf_counter() - began) * 1000, accepted=True)


def _sample(found: list[Submitted]) -> Sample:
    times = sorted(each.milliseconds for each in found)
    return {
        "p50": statistics.median(times),
        "p99": times[int(len(times) * 0.99) - 1],
        "worst": times[-1],
        "second": times[-2],
        "refused": float(sum(not each.accepted for each in found)),
    }

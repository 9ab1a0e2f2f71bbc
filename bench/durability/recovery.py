"""A worker dies in mid-job, and the job goes on elsewhere."""

import random
import time

from bench.durability.worlds import world_of
from bench.results import Column, Row, Sample, Section, Verdict
from bench.stage import Stage
from bench.workloads import rounds
from tests import fault_world
from tests.fake_ollama import Answer
from tests.fault_world import FaultWorld
from tests.people import Person

NAME = "recovery"
WHOLE, CHILD = "kill -9 of the whole worker", "kill -9 of the child that runs the job"
REACH_SECONDS = 15.0
MODEL_SECONDS = 4.0  # for each of about eleven answers: long enough to start another worker


def run(stage: Stage, *, repeats: int) -> Section:
    """Kill at a random moment, as often as there are rounds."""
    rows = tuple(
        rounds.repeat(
            name, "", rounds=repeats, measure=lambda name=name: _kill(stage, whole=name == WHOLE)
        )
        for name in (WHOLE, CHILD)
    )
    return Section(
        name=NAME,
        title="A worker is killed in mid-job",
        about=(
            "Two workers; the one that runs the job is killed at a random moment while the model "
            "writes. Timed from the kill until the next attempt has claimed the job. The log of "
            "the model server shows which of the answers kept by then it was asked for again."
        ),
        columns=(
            Column(key="seconds", title="s until the job goes on", digits=1),
            Column(key="kept", title="answers kept"),
            Column(key="again", title="of them asked for again"),
            Column(key="ended", title="jobs that succeeded, of one"),
        ),
        rows=rows,
        verdicts=(
            *(
                Verdict(
                    demand=f"s until the job goes on, in the worst round: {row.name}",
                    figure=row.most("seconds"),
                    bound=REACH_SECONDS,
                    at_most=True,
                    digits=1,
                )
                for row in rows
            ),
            Verdict(
                demand="kept answers asked for again, in the worst round",
                figure=_worst(rows, "again"),
                bound=0,
                at_most=True,
                digits=0,
            ),
        ),
    )


def _kill(stage: Stage, *, whole: bool) -> Sample:
    with world_of(stage) as world, Person(world.stack.app_url, world.stack.relay_url) as person:
        world.fake.answer = lambda _body: Answer(first_seconds=MODEL_SECONDS)
        job_id = world.submit(person)
        world.until(lambda: world.job(job_id).attempt == 1)
        with world.another_worker():
            _wait_for_second(world, job_id)
            time.sleep(random.uniform(0, 4.0))  # noqa: S311 - anywhere between two sweeps
            killed = time.monotonic()
            if whole:
                world.stack.kill("worker")
            else:
                world.kill_child()
            kept, calls = world.fingerprints(job_id), len(world.fake.chats)
            world.until(lambda: world.job(job_id).attempt > 1)
            seconds = time.monotonic() - killed
            world.fake.answer = lambda _body: Answer()
            world.until(lambda: world.job(job_id).finished_at)
        asked = [fault_world.fingerprint(call) for call in world.fake.chats[calls:]]
        return {
            "seconds": seconds,
            "kept": len(kept),
            "again": sum(each in kept for each in asked),
            "ended": float(world.job(job_id).status == "succeeded"),
        }


def _wait_for_second(world: FaultWorld, job_id: str) -> None:
    """Wait until the second worker takes tasks, while the first one is busy."""
    log = world.stack.data_dir / "another.log"
    world.until(lambda: log.exists() and "ready." in log.read_text())
    if world.job(job_id).finished_at:
        raise RuntimeError("the job ended before its worker could be killed")


def _worst(rows: tuple[Row, ...], key: str) -> float | None:
    found = [most for row in rows if (most := row.most(key)) is not None]
    return max(found, default=None)

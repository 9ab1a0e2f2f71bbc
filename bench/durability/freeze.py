"""Redis stops answering for a minute in mid-job."""

import signal
import time

from bench.durability.worlds import world_of
from bench.results import Column, Sample, Section, Verdict
from bench.stage import Stage
from bench.workloads import rounds
from tests.fake_ollama import Answer
from tests.people import Person

NAME = "freeze"
FROZEN_SECONDS = 60
SUBMIT_EVERY_SECONDS = 5
MODEL_SECONDS = 6.0  # for each of about eleven answers: the job outlasts the freeze
END_SECONDS = 120.0


def run(stage: Stage, *, repeats: int) -> Section:
    """Freeze as often as there are rounds."""
    row = rounds.repeat("SIGSTOP for 60 s", "", rounds=repeats, measure=lambda: _freeze(stage))
    return Section(
        name=NAME,
        title="Redis is frozen for 60 s in mid-job",
        about=(
            "One worker runs a job whose model takes 6 s for each answer; Redis gets SIGSTOP and, "
            "a minute later, SIGCONT. Meanwhile another job is submitted every 5 s."
        ),
        columns=(
            Column(key="submits", title="submits meanwhile"),
            Column(key="refused", title="refused"),
            Column(key="slowest", title="slowest submit ms"),
            Column(key="answers", title="answers kept meanwhile"),
            Column(key="lost", title="jobs that did not succeed"),
            Column(key="dead", title="workers dead"),
        ),
        rows=(row,),
        verdicts=tuple(
            Verdict(demand=demand, figure=row.most(key), bound=bound, at_most=True, digits=0)
            for demand, key, bound in (
                ("jobs that did not succeed, in the worst round", "lost", 0),
                ("submits refused, in the worst round", "refused", 0),
                ("ms of the slowest submit, in the worst round", "slowest", 3000),
                ("workers dead, in the worst round", "dead", 0),
            )
        ),
    )


def _freeze(stage: Stage) -> Sample:
    with world_of(stage) as world, Person(world.stack.app_url, world.stack.relay_url) as person:
        world.fake.answer = lambda _body: Answer(first_seconds=MODEL_SECONDS)
        pid = world.stack.pid("worker")
        jobs = [world.submit(person)]
        world.until(lambda: world.checkpoints(jobs[0]) >= 1)
        world.stack.send("redis", signal.SIGSTOP)
        slowest, refused, began = 0.0, 0, time.monotonic()
        while time.monotonic() - began < FROZEN_SECONDS:
            asked = time.monotonic()
            try:
                jobs.append(world.submit(person))
            except AssertionError:  # anything but 200 and 202
                refused += 1
            slowest = max(slowest, time.monotonic() - asked)
            time.sleep(SUBMIT_EVERY_SECONDS)
        kept = world.checkpoints(jobs[0])
        world.stack.send("redis", signal.SIGCONT)
        world.fake.answer = lambda _body: Answer()
        for job_id in jobs:
            world.until(lambda job_id=job_id: world.job(job_id).finished_at, seconds=END_SECONDS)
        dead = not world.stack.alive("worker") or world.stack.pid("worker") != pid
        return {
            "submits": len(jobs) - 1 + refused,
            "refused": refused,
            "slowest": slowest * 1000,
            "answers": kept - 1,
            "lost": sum(world.job(job_id).status != "succeeded" for job_id in jobs),
            "dead": float(dead),
        }

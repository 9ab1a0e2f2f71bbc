"""What it costs to remember: the demo job's milestones and answers, committed and published."""

import contextlib
import json
import time
from collections.abc import Iterator
from pathlib import Path

import sqlalchemy as sa

from bench.durability.worlds import world_of
from bench.results import Column, Row, Sample, Section, Verdict
from bench.stage import Stage
from contract import bus
from contract import events as wire
from store import claims, database, projects, submissions, upgrade, users
from store.database import Database
from store.schema import checkpoints
from tests import services
from tests.fault_world import FaultWorld
from tests.people import Person
from tests.settings import TestSettings

NAME = "milestones"
JOB_SECONDS = 20.0
RENEWALS_PER_SECOND = 2
SQLITE, POSTGRES = "SQLite", "PostgreSQL"


def run(stage: Stage, *, repeats: int) -> Section:
    """Let the demo job run once, and store what it told again and again."""
    samples: dict[str, list[Sample]] = {SQLITE: [], POSTGRES: []}
    for number in range(1, repeats + 1):
        print(f"  round {number} of {repeats}", flush=True)
        with world_of(stage) as world:
            told, answers = _demo_job(world)
            with stage.folder() as folder:
                for name, url in _stores(folder):
                    with contextlib.closing(database.connect(url)) as store:
                        upgrade.to_head(store)
                        samples[name].append(_replay(store, world.stack.redis_url, told, answers))
    rows = tuple(
        Row(name=name, samples=tuple(found), note="" if found else "no server answers")
        for name, found in samples.items()
    )
    return Section(
        name=NAME,
        title="The cost of durability",
        about=(
            "The demo database's job with a model: what it told and what the model answered, "
            "stored again with the worker's own statements, a transaction per milestone with its "
            "answer, and published. Beside it the renewals of the lease in a job of 20 s."
        ),
        columns=(
            Column(key="milestones", title="milestones"),
            Column(key="answers", title="answers"),
            Column(key="ms", title="ms for all", digits=1),
            Column(key="share", title="% of a job of 20 s", digits=2),
            Column(key="renewals", title="ms for the renewals", digits=1),
            Column(key="whole", title="% with the renewals", digits=2),
        ),
        rows=rows,
        verdicts=tuple(
            Verdict(
                demand=f"% of a job of 20 s: {row.name}",
                figure=row.median("share"),
                bound=3.0,
                at_most=True,
            )
            for row in rows
        ),
    )


def _demo_job(world: FaultWorld) -> tuple[list[wire.Event], dict[str, str]]:
    with Person(world.stack.app_url, world.stack.relay_url) as person:
        job_id = str(person.generate(person.project({"kind": "demo"}), engine="ollama")["id"])
        world.until(lambda: world.job(job_id).finished_at)
    with world.store.read() as connection:
        rows = connection.execute(sa.select(checkpoints.c.fingerprint, checkpoints.c.answer))
        answers = {row.fingerprint: row.answer for row in rows}
    return world.told(job_id), answers


def _stores(folder: Path) -> Iterator[tuple[str, str]]:
    yield SQLITE, f"sqlite:///{folder / 'store.db'}"
    server = TestSettings().test_postgres_url
    if services.answers(server):
        with services.fresh_database(server) as url:
            yield POSTGRES, url


def _replay(
    store: Database, redis_url: str, told: list[wire.Event], answers: dict[str, str]
) -> Sample:
    held, channel = _claim(store), bus.connect(redis_url)
    waiting = list(answers.items())
    began = time.perf_counter()
    for event in told:
        ends = event.step == "complete"
        report = claims.Report(
            step=event.step,
            progress=event.progress,
            message=event.message,
            stats=event.stats,
            eta=event.eta,
            data=event.data,
        )
        with store.write() as connection:
            if waiting and (event.stats or {}).get("tablesDescribed"):
                claims.keep(connection, held, dict([waiting.pop()]))
            act = claims.succeed if ends else claims.report
            stored = act(connection, held, report)
        channel.publish(stored.job_id, stored.seq, stored.payload, attempt=1)
        while waiting and event.progress == 90:  # noqa: PLR2004 - those without a milestone
            with store.write() as connection:
                claims.keep(connection, held, dict([waiting.pop()]))
    milliseconds = (time.perf_counter() - began) * 1000
    renewals = _renewals(store) * 1000
    return {
        "milestones": len(told),
        "answers": len(answers),
        "ms": milliseconds,
        "share": milliseconds / (JOB_SECONDS * 10),
        "renewals": renewals,
        "whole": (milliseconds + renewals) / (JOB_SECONDS * 10),
    }


def _renewals(store: Database) -> float:
    held = _claim(store)
    began = time.perf_counter()
    for _ in range(int(JOB_SECONDS * RENEWALS_PER_SECOND)):
        with store.write() as connection:
            claims.renew(connection, held, lease_seconds=9)
    return time.perf_counter() - began


def _claim(store: Database) -> claims.Claim:
    new = projects.NewProject(
        name="p", kind="demo", dialect=None, location="demo", sealed_source=json.dumps({})
    )
    with store.write() as connection:
        email = f"{time.monotonic_ns()}@b.example"
        user = users.create(connection, email=email, password_hash="-")  # noqa: S106 - no hash
        project = projects.create(connection, user.id, new)
        asked = submissions.NewJob(user_id=user.id, project_id=project.id, options={})
        job, _ = submissions.submit(connection, asked)
        held = claims.claim(connection, job.id, lease_seconds=600)
    if held is None:
        raise RuntimeError("a new job could not be claimed")
    return held

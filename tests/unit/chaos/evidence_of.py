"""A run of two jobs in which every promise was kept, to be broken in one place at a time."""

import copy
import dataclasses
import json
from typing import Any

from tests.chaos.evidence import Call, Connection, Evidence, Following

JOB, CANCELLED = "job-1", "job-2"
USER = "p00"


def events(job: str, steps: list[tuple[str, int]]) -> list[dict[str, Any]]:
    """Return stored milestones, numbered from 1."""
    return [
        {
            "job_id": job, "seq": seq, "at": 100.0 + seq,
            "payload": payload(job, seq=seq, step=step, progress=progress),
        }
        for seq, (step, progress) in enumerate(steps, start=1)
    ]  # fmt: skip


def payload(job: str, *, step: str, progress: int, **more: object) -> str:
    """Return an event's JSON, as the product might write it."""
    return json.dumps({"jobId": job, "step": step, "progress": progress, **more})


def frame(job: str, stored: dict[str, Any]) -> str:
    """Return a milestone as it comes to a client."""
    return f"data: {stored['payload']}\nid: {job}:{stored['seq']}\n\n"


def tick(job: str, *, progress: int, call: str = "abcdefgh", at: str = "") -> str:
    """Return a tick as it comes to a client, written by a call of the model."""
    tail = {"tail": f"Told in call {call}."}
    made = at or "1970-01-01T00:01:43Z"
    return f"data: {payload(job, step='analyzing', progress=progress, at=made, data=tail)}\n\n"


def move(  # noqa: PLR0913 - a row of the audit has as many
    old: str | None, new: str, *, at: float, seq: tuple[int, int] = (0, 0),
    tokens: tuple[str | None, str | None] = (None, None), attempt: int = 1, job: str = JOB,
) -> dict[str, Any]:  # fmt: skip
    """Return one line of the audit."""
    return {
        "id": int(at * 1000), "at": at, "job_id": job, "old_status": old, "new_status": new,
        "old_token": tokens[0], "new_token": tokens[1], "old_seq": seq[0], "new_seq": seq[1],
        "attempt": attempt,
    }  # fmt: skip


def job(job_id: str, **more: object) -> dict[str, Any]:
    """Return a row of jobs."""
    usual: dict[str, Any] = {
        "id": job_id, "user_id": "user-1", "project_id": f"project-of-{job_id}", "kind": "generate",
        "status": "succeeded", "engine": "ollama",
        "last_seq": 3, "attempt": 1, "claim_token": None, "cancel_requested_at": None,
        "created_at": 100.0, "started_at": 100.5, "finished_at": 104.0, "error": None,
    }  # fmt: skip
    return usual | more


def request(kind: str, status: int | None, *, at: float = 101.0, **more: object) -> dict[str, Any]:
    """Return a line of what people asked."""
    usual: dict[str, Any] = {
        "at": at, "began": at - 0.1, "user": USER, "kind": kind, "status": status,
        "cause": None, "body": {},
    }  # fmt: skip
    return usual | more


def fault(target: str, *, began: float, ended: float) -> dict[str, Any]:
    """Return a line of the faults."""
    return {"began": began, "at": ended, "target": target, "kind": "kill", "hit": True}


def good() -> Evidence:
    """Return the evidence of a run without violation."""
    told = events(JOB, [("scanning", 0), ("analyzing", 60), ("complete", 100)])
    ended = events(CANCELLED, [("error", 0)])
    text = frame(JOB, told[0]) + frame(JOB, told[1]) + tick(JOB, progress=60) + frame(JOB, told[2])
    census = {
        name: {"descriptors": 40, "megabytes": 100.0}
        for name in ("relay", "web", "worker-1", "worker-2", "beat")
    }
    return Evidence(
        run={
            "least_jobs": 2, "least_clients": 1, "planned": 1, "parallel": 2, "streams_per_user": 2,
            "baseline": {"redis_clients": 9, **census},
            "after": {"redis_clients": 9, **copy.deepcopy(census)},
        },
        jobs={
            JOB: job(JOB),
            CANCELLED: job(
                CANCELLED, status="cancelled", last_seq=1, attempt=0, started_at=None,
                finished_at=101.0,
            ),
        },
        events={JOB: told, CANCELLED: ended},
        moves={
            JOB: [
                move(None, "queued", at=100.0, attempt=0),
                move("queued", "running", at=100.5, tokens=(None, "t1")),
                move("running", "running", at=101.0, seq=(0, 1), tokens=("t1", "t1")),
                move("running", "running", at=102.0, seq=(1, 2), tokens=("t1", "t1")),
                move("running", "succeeded", at=104.0, seq=(2, 3), tokens=("t1", None)),
            ],
            CANCELLED: [
                move(None, "queued", at=100.0, attempt=0, job=CANCELLED),
                move("queued", "cancelled", at=101.0, seq=(0, 1), attempt=0, job=CANCELLED),
            ],
        },
        contexts={JOB: [{"job_id": JOB, "version": 1}], CANCELLED: []},
        codes={f"project-of-{JOB}": "abcd", f"project-of-{CANCELLED}": "efgh"},
        keys=[{"user_id": "user-1", "key": f"key-of-{JOB}", "job_id": JOB}],
        tables=frozenset({"checkpoints"}),
        requests=[
            request("submit", 202, body={"id": JOB}, key=f"key-of-{JOB}"),
            request("submit", 200, body={"id": JOB}, key=f"key-of-{JOB}"),
            request("submit", 202, body={"id": CANCELLED}, key=None),
            request("cancel", 202, at=101.0, of=CANCELLED, body={"status": "cancelled"}),
        ],
        faults=[fault("beat", began=300.0, ended=300.0)],
        followings=[following(connection(text))],
        calls=[Call("abcdefgh", "abcd", "d1", None, 102.0, 103.0, "done")],
    )  # fmt: skip


def following(*connections: Connection, client: str = "c1", kind: str = "steady") -> Following:
    """Return a client's watching of the first job."""
    return Following(client, USER, kind, JOB, 100.6, list(connections))


def connection(text: str, **more: Any) -> Connection:  # noqa: ANN401 - any of its fields
    """Return a connection through which a text came."""
    usual = Connection(1, 0, 100.6, 200, 100.7, text, 104.0, None, "whole", 104.1)
    return dataclasses.replace(usual, **more)

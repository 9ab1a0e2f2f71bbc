"""What must hold for every job, told from the database and the answers that people got."""

import json
from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from tests.chaos.evidence import TERMINAL_STATES, TERMINAL_STEPS, Evidence, Violation

#: From its submission to its end, with a storm around it: waiting, three attempts, sweeps. The
#: time does not run while Redis is frozen: nobody can be told that there is work.
END_SECONDS = 150.0
DOORS = ("submit", "pull", "retry")
LEGAL = {
    None: {"queued"},
    "queued": {"queued", "running", "failed", "cancelled"},
    "running": {"running", "queued", *TERMINAL_STATES},
}


def accepted_exist(evidence: Evidence) -> Iterator[Violation]:
    """Every job that an answer named is in the database."""
    for request in evidence.requests:
        job = request["body"].get("id")
        accepted = request["kind"] in DOORS and request["status"] in (200, 202)
        if accepted and job not in evidence.jobs:
            yield _violation("accepted", f"an answer named job {job}, which is not there", job)


def one_end(evidence: Evidence) -> Iterator[Violation]:
    """Every job moves legally, ends once, stays ended, and ends in time."""
    for job_id, job in evidence.jobs.items():
        moves = evidence.moves[job_id]
        ends = [move for move in moves if move["new_status"] in TERMINAL_STATES]
        if job["status"] not in TERMINAL_STATES:
            yield _violation("one end", f"it is {job['status']} for ever", job_id)
        elif len(ends) != 1:
            yield _violation("one end", f"it moved to a terminal state {len(ends)} times", job_id)
        for move in moves:
            if move["new_status"] not in LEGAL.get(move["old_status"], set()):
                text = f"it moved from {move['old_status']} to {move['new_status']}"
                yield _violation("one end", text, job_id)
        if job["finished_at"]:
            began, ended = job["created_at"], job["finished_at"]
            seconds = ended - began - evidence.frozen_seconds("redis", began, ended)
            if seconds > END_SECONDS:
                yield _violation("one end", f"it took {seconds:.0f} s to end", job_id)


def numbered(evidence: Evidence) -> Iterator[Violation]:
    """Stored milestones are 1, 2, 3, ..., and exactly the last one is terminal."""
    for job_id, job in evidence.jobs.items():
        stored = evidence.events[job_id]
        numbers = [event["seq"] for event in stored]
        if numbers != list(range(1, job["last_seq"] + 1)):
            yield _violation("numbered", f"its stored numbers are {numbers}", job_id)
        ends = [e["seq"] for e in stored if json.loads(e["payload"])["step"] in TERMINAL_STEPS]
        if job["status"] in TERMINAL_STATES and ends != [job["last_seq"]]:
            yield _violation("numbered", f"its terminal events are {ends}", job_id)


def fenced(evidence: Evidence) -> Iterator[Violation]:
    """Only the last claim's token writes; a queued job is only ended."""
    for job_id, moves in evidence.moves.items():
        token, attempt = None, 0
        for move in moves:
            yield from _one_move(job_id, move, token, attempt)
            if move["new_token"] is not None and move["new_token"] != token:
                token = move["new_token"]
            attempt = move["attempt"]


def one_result(evidence: Evidence) -> Iterator[Violation]:
    """A generation that succeeded has one context, any other job has none."""
    for job_id, job in evidence.jobs.items():
        wanted = 1 if (job["kind"], job["status"]) == ("generate", "succeeded") else 0
        found = len(evidence.contexts[job_id])
        if found != wanted:
            yield _violation("one result", f"{job['status']}, with {found} contexts", job_id)


def one_per_key(evidence: Evidence) -> Iterator[Violation]:
    """The same Idempotency-Key is the same job, in every answer and in the database."""
    found: dict[str, set[str]] = defaultdict(set)
    for request in evidence.requests:
        if request.get("key") and request["status"] in (200, 202):
            found[request["key"]].add(request["body"]["id"])
    for row in evidence.keys:
        found[row["key"]].add(row["job_id"])
    for key, jobs in found.items():
        if len(jobs) > 1:
            yield _violation("one per key", f"key {key} is {len(jobs)} jobs", *sorted(jobs))


def one_active(evidence: Evidence) -> Iterator[Violation]:
    """A project's next job begins after the one before has ended, and so does a user's next pull.

    There is one model to pull.
    """
    by_project: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for job in evidence.jobs.values():
        by_project[job["user_id"], job["project_id"] or "pull"].append(job)
    for jobs in by_project.values():
        jobs.sort(key=lambda job: job["created_at"])
        for before, after in pairwise(jobs):
            ended = before["finished_at"]
            if ended is None or ended > after["created_at"] + 0.01:
                text = f"it was active together with job {after['id']} of the same kind"
                yield _violation("one active", text, before["id"])


def _one_move(
    job_id: str, move: dict[str, Any], token: str | None, attempt: int
) -> Iterator[Violation]:
    old, new = move["old_status"], move["new_status"]
    told = (move["new_seq"] or 0) - (move["old_seq"] or 0)
    claims = old == "queued" and new == "running"
    if claims and (move["attempt"] <= attempt or move["new_token"] in (None, token)):
        yield _violation("fenced", "a claim made no new attempt or token", job_id)
    if not claims and move["new_token"] not in (None, move["old_token"]):
        yield _violation("fenced", "its token changed without a claim", job_id)
    if told not in (0, 1):
        yield _violation("fenced", f"its last number grew by {told}", job_id)
    if told == 1 and old == "running" and move["old_token"] != token:
        yield _violation("fenced", "somebody wrote without the last claim's token", job_id)
    if told == 1 and old == "queued" and new not in TERMINAL_STATES:
        yield _violation("fenced", "somebody wrote while it was queued", job_id)
    if new == "succeeded" and move["old_token"] != token:
        yield _violation("fenced", "it succeeded by another token than the last", job_id)


def _violation(rule: str, text: str, *jobs: object) -> Violation:
    about = ", ".join(map(str, jobs))
    return Violation(rule=rule, text=f"job {about}: {text}", where=f"database.json, job {about}")

"""What a run left behind, read from its files into plain values; no code of the product."""

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

TERMINAL_STATES = ("succeeded", "failed", "cancelled")
TERMINAL_STEPS = ("complete", "error")


@dataclass(frozen=True, kw_only=True)
class Violation:
    """A promise that was broken, in plain words, and where to look."""

    rule: str
    text: str
    where: str


@dataclass
class Connection:
    """One connection (or poll) of a client, and what came through it."""

    number: int
    cursor: int
    began: float
    status: int | None = None
    opened: float | None = None
    text: str = ""
    last_text: float | None = None
    polled: list[dict[str, Any]] | None = None
    end: str | None = None
    ended: float | None = None


@dataclass
class Following:
    """One client's watching of one job, over all its connections."""

    client: str
    user: str
    kind: str
    job: str
    began: float
    connections: list[Connection] = field(default_factory=list)
    left: bool = False  # it went away on purpose before the end

    @property
    def where(self) -> str:
        """The file to look into."""
        return f"clients/{self.client}.jsonl, job {self.job}"


@dataclass
class Call:
    """One call that asked the model to write."""

    name: str
    project: str  # its code; empty when the prompt does not tell
    digest: str
    fault: str | None
    began: float
    ended: float | None = None
    outcome: str = "open"

    @property
    def whole(self) -> bool:
        """Whether a good answer went out to its last byte."""
        return self.outcome == "done" and self.fault is None


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """Everything, by whom it is about."""

    run: dict[str, Any]
    jobs: dict[str, dict[str, Any]]
    events: dict[str, list[dict[str, Any]]]  # by job, in order of their numbers
    moves: dict[str, list[dict[str, Any]]]  # by job, the audit in its order
    contexts: dict[str, list[dict[str, Any]]]  # by job
    codes: dict[str, str]  # of projects
    keys: list[dict[str, Any]]  # of idempotency, each with its job
    tables: frozenset[str]
    requests: list[dict[str, Any]]
    faults: list[dict[str, Any]]
    followings: list[Following]
    calls: list[Call]

    @property
    def clients(self) -> set[str]:
        """Everybody who watched anything."""
        return {following.client for following in self.followings}

    def disturbed(self, start: float, end: float, *targets: str) -> bool:
        """Whether a fault on one of these targets overlaps the time."""
        return any(
            fault["began"] <= end and fault["at"] >= start
            for fault in self.faults
            if not targets or fault["target"] in targets
        )

    def frozen_seconds(self, target: str, start: float, end: float) -> float:
        """Return for how long the target was frozen within the time."""
        seconds, until = 0.0, start
        for fault in sorted(self.faults, key=lambda fault: fault["began"]):
            if fault["kind"] == "freeze" and fault["target"] == target:
                since, until_now = max(fault["began"], until), min(fault["at"], end)
                seconds += max(0.0, until_now - since)
                until = max(until, until_now)
        return seconds


def load(folder: Path) -> Evidence:
    """Read a run's folder."""
    stored = json.loads((folder / "database.json").read_text())
    return Evidence(
        run=json.loads((folder / "run.json").read_text()),
        jobs={job["id"]: job for job in stored["jobs"]},
        events=_by_job(stored["events"], "seq"),
        moves=_by_job(stored["chaos_audit"], "id"),
        contexts=_by_job(stored["contexts"], "version"),
        codes={project["id"]: project["name"] for project in stored["projects"]},
        keys=stored["idempotency_keys"],
        tables=frozenset(stored["tables"]),
        requests=list(_lines(folder / "requests.jsonl")),
        faults=list(_lines(folder / "faults.jsonl")),
        followings=[
            following
            for path in sorted((folder / "clients").glob("*.jsonl"))
            for following in followings(path.stem, _lines(path))
        ],
        calls=calls(_lines(folder / "model.jsonl")),
    )


def followings(client: str, lines: Iterator[dict[str, Any]]) -> list[Following]:
    """Return what a client's file tells, one entry per job that it watched."""
    found: list[Following] = []
    user, kind = "", ""
    for line in lines:
        if "client" in line:
            user, kind = line["user"], line["client"]
        elif "follows" in line:
            found.append(Following(client, user, kind, line["follows"], line["at"]))
        elif "leaves" in line:
            found[-1].left = True
        else:
            _connect(found[-1], line)
    return found


def calls(lines: Iterator[dict[str, Any]]) -> list[Call]:
    """Return the calls of a model's log, in order of their beginning."""
    found: dict[str, Call] = {}
    for line in lines:
        if line["began"]:
            found[line["call"]] = Call(
                line["call"], line["project"], line["digest"], line["fault"], line["at"]
            )
        elif line["call"] in found:
            call = found[line["call"]]
            call.ended, call.outcome = line["at"], line["outcome"]
    return sorted(found.values(), key=lambda call: call.began)


def _connect(following: Following, line: dict[str, Any]) -> None:
    if "cursor" in line:
        fresh = Connection(line["connection"], line["cursor"], line["at"])
        fresh.status, fresh.polled = line.get("status"), line.get("polled")
        following.connections.append(fresh)
        return
    connection = following.connections[-1]
    if "status" in line:
        connection.status, connection.opened = line["status"], line["at"]
    elif "text" in line:
        connection.text += line["text"]
        connection.last_text = line["at"]
    elif "end" in line:
        connection.end, connection.ended = line["end"], line["at"]


def _by_job(rows: list[dict[str, Any]], order: str) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: row[order]):
        found[row["job_id"]].append(row)
    return found


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as file:
        for line in file:
            if line.endswith("\n"):  # else its writer was killed in the middle of it
                yield json.loads(line)

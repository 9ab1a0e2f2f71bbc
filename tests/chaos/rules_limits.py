"""What must hold for numbers: streams per person, what processes keep, and the run itself."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from tests.chaos.evidence import Evidence, Violation

Census = Mapping[str, Any]  # of descriptors and megabytes by process, and Redis's clients

#: Both sides agree that a stream is open this long after its start, and before its end.
AGREED_SECONDS = 0.5
#: Pools grow to what they may hold, once; a leak grows with the thousands of requests and streams.
MORE_DESCRIPTORS = {"relay": 30, "web": 90, "worker-1": 60, "worker-2": 60, "beat": 20}
MORE_REDIS_CLIENTS = 60
MORE_MEMORY = 1.3
MORE_MEGABYTES = 100.0


def streams_per_user(evidence: Evidence) -> Iterator[Violation]:
    """Nobody has more streams at a time than is allowed."""
    most = evidence.run["streams_per_user"]
    for user, spans in _streams(evidence).items():
        for start, _ in spans:
            now = sum(begun <= start < ended for begun, ended in spans)
            if now > most and not evidence.disturbed(start - 2, start, "relay"):
                text = f"{user} had {now} streams at a time, of {most} that are allowed"
                yield Violation(
                    rule="streams", text=text, where=f"clients/{user}-*, at {start:.3f}"
                )


def back_at_baseline(evidence: Evidence) -> Iterator[Violation]:
    """Nothing is left of all that came and went."""
    for text in kept(evidence.run["baseline"], evidence.run["after"]):
        yield Violation(rule="back at baseline", text=text, where="run.json")


def enough_happened(evidence: Evidence) -> Iterator[Violation]:
    """The run was worth its name: jobs, clients, faults and returns in number."""
    wanted: dict[str, tuple[Any, Any]] = {
        "jobs": (len(evidence.jobs), evidence.run["least_jobs"]),
        "clients": (
            len({each.client for each in evidence.followings}),
            evidence.run["least_clients"],
        ),
        "faults": (len(evidence.faults), evidence.run["planned"]),
    }
    for name, (found, least) in wanted.items():
        if found < least:
            text = f"there were {found} {name}, of {least} that a run needs"
            yield Violation(rule="enough happened", text=text, where="run.json")


def kept(before: Census, after: Census) -> Iterator[str]:
    """Say what a census finds that was not there before and should not be now."""
    for name, more in MORE_DESCRIPTORS.items():
        found, bound = after[name]["descriptors"], before[name]["descriptors"] + more
        if found > bound:
            yield f"{name} keeps {found} descriptors, of {bound} at most"
        found = after[name]["megabytes"]
        bound = before[name]["megabytes"] * MORE_MEMORY + MORE_MEGABYTES
        if found > bound:
            yield f"{name} keeps {found:.0f} MB, of {bound:.0f} at most"
    bound = before["redis_clients"] + MORE_REDIS_CLIENTS
    if after["redis_clients"] > bound:
        yield f"Redis keeps {after['redis_clients']} clients, of {bound} at most"


def _streams(evidence: Evidence) -> dict[str, list[tuple[float, float]]]:
    spans: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for following in evidence.followings:
        if following.kind == "slow":
            continue  # it reads what the relay said long ago, and takes it for open
        for connection in following.connections:
            if connection.opened is not None and connection.status == 200:
                ended = connection.ended if connection.ended is not None else connection.opened
                span = connection.opened + AGREED_SECONDS, ended - AGREED_SECONDS
                if span[0] < span[1]:
                    spans[following.user].append(span)
    return spans

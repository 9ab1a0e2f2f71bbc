"""What must hold for the calls that the model server saw."""

from collections import defaultdict
from collections.abc import Iterator

from tests.chaos.evidence import Call, Evidence, Violation

STOP_SECONDS = 2.0  # after a job's end or its cancellation no call begins any more
SLACK_SECONDS = 2.0
START_SLACK_SECONDS = 0.5
CLOSE_SECONDS = 0.5  # from the product's close to the server's notice of it, on a busy machine
WORKERS = ("worker-1", "worker-2")
#: What keeps a worker from being told, or a call from arriving when it is sent.
DELAYING = (*WORKERS, "model", "database")


def wanted(evidence: Evidence) -> Iterator[Violation]:
    """Every call belongs to a job that runs and is not cancelled (for two seconds)."""
    spans = _spans(evidence)
    for call in evidence.calls:
        if not call.project:
            continue  # its prompt names no table
        if any(
            start - START_SLACK_SECONDS <= call.began <= end for start, end in spans[call.project]
        ):
            continue
        late = STOP_SECONDS + SLACK_SECONDS
        if not evidence.disturbed(call.began - late, call.began, *DELAYING):
            text = f"call {call.name} of project {call.project} began while no job of it wanted it"
            yield Violation(rule="wanted", text=text, where=f"model.jsonl, call {call.name}")


def once(evidence: Evidence) -> Iterator[Violation]:
    """What an attempt was answered and went on from, no later attempt of the job asks again."""
    by_project: dict[str, list[Call]] = defaultdict(list)
    for call in evidence.calls:
        by_project[call.project].append(call)
    for job_id, moves in evidence.moves.items():
        claims = [
            move["at"] for move in moves
            if move["old_status"] == "queued" and move["new_status"] == "running"
        ]  # fmt: skip
        if len(claims) < 2:
            continue
        end = evidence.jobs[job_id]["finished_at"] or float("inf")
        code = evidence.codes.get(evidence.jobs[job_id]["project_id"], "")
        calls = [call for call in by_project[code] if claims[0] <= call.began <= end]
        for call, first in _again(calls, claims):
            if not evidence.disturbed(first.began, first.ended or first.began, "model"):
                text = f"job {job_id} asked again what call {first.name} had answered ({call.name})"
                yield Violation(rule="once", text=text, where=f"model.jsonl, call {call.name}")


def few_at_a_time(evidence: Evidence) -> Iterator[Violation]:
    """The server never has more calls than the workers may have together.

    A worker that is frozen loses its slot and cannot end its call: that is one too many.
    """
    open_calls: list[Call] = []
    for call in evidence.calls:
        open_calls = [each for each in open_calls if _ended(each, evidence) > call.began]
        open_calls.append(call)
        frozen = evidence.disturbed(open_calls[0].began, call.began, *WORKERS)
        most = evidence.run["parallel"] + frozen
        if len(open_calls) > most:
            names = ", ".join(each.name for each in open_calls)
            text = f"{len(open_calls)} calls at a time, of {most} that are allowed: {names}"
            yield Violation(rule="few at a time", text=text, where=f"model.jsonl, call {call.name}")


def _spans(evidence: Evidence) -> dict[str, list[tuple[float, float]]]:
    """Return by project when its jobs might call."""
    spans: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for job in evidence.jobs.values():
        if job["started_at"] is None:
            continue
        ends = [each for each in (job["finished_at"], job["cancel_requested_at"]) if each]
        end = min(ends, default=float("inf")) + STOP_SECONDS + SLACK_SECONDS
        spans[evidence.codes.get(job["project_id"], "")].append((job["started_at"], end))
    return spans


def _again(calls: list[Call], claims: list[float]) -> Iterator[tuple[Call, Call]]:
    """Yield calls whose question an earlier attempt got answered before it asked the next one."""
    for number, first in enumerate(calls):
        if not first.whole or first.ended is None:
            continue
        attempt = _attempt(claims, first)
        went_on = any(
            call.began >= first.ended and call.digest != first.digest
            for call in calls[number + 1 :]
            if _attempt(claims, call) == attempt
        )
        if went_on:
            for call in calls[number + 1 :]:
                if call.digest == first.digest and _attempt(claims, call) > attempt:
                    yield call, first


def _attempt(claims: list[float], call: Call) -> int:
    return sum(claim <= call.began for claim in claims)


def _ended(call: Call, evidence: Evidence) -> float:
    """Return when the call was over for the product.

    The server hears of a close a moment later, and of a broken or half-open connection much later
    or never.
    """
    ended = call.ended if call.ended is not None else call.began
    if call.outcome == "closed by client":
        ended -= CLOSE_SECONDS
    if call.outcome != "done" and evidence.disturbed(call.began, ended, "model", *WORKERS):
        return call.began
    return ended

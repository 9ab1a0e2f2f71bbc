"""What must hold for the answers that people got: nobody refused, cancels in time."""

from collections.abc import Iterator

from tests.chaos.evidence import TERMINAL_STATES, Evidence, Violation

GOOD = {
    "register": (201, 409), "login": (200,), "project": (201,), "submit": (200, 202),
    "pull": (200, 202), "retry": (200, 202, 409), "cancel": (200, 202), "look": (200,),
}  # fmt: skip
#: 503 from the app says that its database is away; a restart of that and a lock pass.
AFTERMATH_SECONDS = 40.0
CANCEL_SECONDS = 2.0
SLACK_SECONDS = 3.0  # two cores, and everybody at work
#: Faults that keep nobody from noticing a cancellation.
HARMLESS = ("beat", "redis-relay", "pubsub")


def answered(evidence: Evidence) -> Iterator[Violation]:
    """Every answer is a good one, except while the app or its database is down."""
    for request in evidence.requests:
        status = request["status"]
        if status in GOOD.get(request["kind"], ()):
            continue
        began, ended = request["began"], request["at"]
        excused = evidence.disturbed(began - AFTERMATH_SECONDS, ended, "database")
        if status is None or status == 503:
            excused |= evidence.disturbed(began - AFTERMATH_SECONDS, ended, "web")
        if not excused:
            answer = request["cause"] or f"{status} {request['body'].get('code', '')}"
            text = f"{request['user']}'s {request['kind']} was answered with {answer}"
            yield Violation(
                rule="answered", text=text, where=f"requests.jsonl, began {request['began']:.3f}"
            )


def cancelled_in_time(evidence: Evidence) -> Iterator[Violation]:
    """Where nothing disturbed it, a job ends within two seconds after it was cancelled."""
    for job_id, asked in timed_cancels(evidence):
        finished = evidence.jobs[job_id]["finished_at"]
        if finished is None or finished - asked > CANCEL_SECONDS + SLACK_SECONDS:
            took = "never ended" if finished is None else f"ended {finished - asked:.1f} s later"
            yield Violation(
                rule="cancelled in time",
                text=f"job {job_id} was cancelled while nothing else happened, and {took}",
                where=f"database.json, job {job_id}",
            )


def timed_cancels(evidence: Evidence) -> list[tuple[str, float]]:
    """Return the jobs whose cancellation nothing disturbed, and when it was asked for."""
    found = []
    targets = {fault["target"] for fault in evidence.faults} - set(HARMLESS)
    for request in evidence.requests:
        if request["kind"] != "cancel" or request["status"] != 202:
            continue
        job_id, asked = request["of"], request["at"]
        claimed = [
            move["at"]
            for move in evidence.moves[job_id]
            if move["old_status"] == "queued" and move["at"] <= asked
        ]
        if request["body"].get("status") in TERMINAL_STATES:
            found.append((job_id, asked))  # it was queued, and ended at once
        elif claimed and not evidence.disturbed(
            claimed[-1] - 1, asked + CANCEL_SECONDS + SLACK_SECONDS, *targets
        ):
            found.append((job_id, asked))
    return found

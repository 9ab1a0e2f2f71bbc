"""Each rule of the checker catches what it is there for; a good run passes all of them."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.chaos import checker, rules_model, rules_requests
from tests.chaos.evidence import Call, Evidence, Violation
from tests.unit.chaos import evidence_of as made
from tests.unit.chaos.evidence_of import CANCELLED, JOB, connection, fault, following, move, request

Break = Callable[[Evidence], object]


def frames(evidence: Evidence, *numbers: int) -> str:
    return "".join(made.frame(JOB, evidence.events[JOB][number - 1]) for number in numbers)


def receive(text: Callable[[Evidence], str], **more: object) -> Break:
    """Let the client have received another text."""
    return lambda found: found.followings.__setitem__(
        slice(None), [following(connection(text(found), **more))]
    )


def insert_move(at: int, *moves: dict[str, Any]) -> Break:
    return lambda found: found.moves[JOB].__setitem__(slice(at, at), list(moves))


def second_attempt(found: Evidence) -> None:
    """Let the job have lost its worker once, after the call, and be claimed again."""
    found.moves[JOB][4:] = [
        move("running", "queued", at=103.2, seq=(2, 2), tokens=("t1", None)),
        move("queued", "running", at=103.4, seq=(2, 2), tokens=(None, "t2"), attempt=2),
        move("running", "succeeded", at=104.0, seq=(2, 3), tokens=("t2", None), attempt=2),
    ]
    found.calls.append(Call("bcdefghi", "abcd", "d2", None, 103.05, None, "open"))


def asked_again(found: Evidence) -> None:
    second_attempt(found)
    found.calls.append(Call("cdefghij", "abcd", "d1", None, 103.5, 103.6, "done"))


def fenced_tick(found: Evidence) -> None:
    second_attempt(found)
    late = made.tick(JOB, progress=60, at="1970-01-01T00:01:44.500Z")
    receive(lambda e: frames(e, 1, 2) + late + frames(e, 3))(found)


def late_call(found: Evidence) -> None:
    found.jobs[JOB].update(cancel_requested_at=101.0, finished_at=120.0)
    found.calls.append(Call("x", "abcd", "d9", None, 106.0, 106.1, "done"))


def many_streams(found: Evidence) -> None:
    found.followings.extend(
        following(connection(frames(found, 1, 2, 3)), client=name) for name in ("c2", "c3")
    )


BROKEN: dict[str, tuple[str, Break]] = {
    "an accepted job is missing": (
        "accepted", lambda e: e.requests.append(request("submit", 202, body={"id": "gone"}))),
    "a job never ends": ("one end", lambda e: e.jobs[JOB].update(status="running")),
    "a job ends late": ("one end", lambda e: e.jobs[JOB].update(finished_at=900.0)),
    "a job ends twice": (
        "one end", lambda e: e.moves[JOB].append(move("running", "failed", at=105.0))),
    "an ended job moves on": (
        "one end", lambda e: e.moves[JOB].append(move("succeeded", "queued", at=105.0))),
    "a stored number is missing": ("numbered", lambda e: e.events[JOB].pop(1)),
    "two events are terminal": (
        "numbered",
        lambda e: e.events[JOB][1].update(
            payload=made.payload(JOB, seq=2, step="error", progress=0))),
    "a write without the last token": (
        "fenced",
        insert_move(4, move("running", "running", at=103.0, seq=(2, 3), tokens=("t0", "t0")))),
    "a write while queued": (
        "fenced", insert_move(1, move("queued", "queued", at=100.2, seq=(0, 1), attempt=0))),
    "a number is skipped": ("fenced", lambda e: e.moves[JOB][2].update(new_seq=2)),
    "a claim is not counted": ("fenced", lambda e: e.moves[JOB][1].update(attempt=0)),
    "a token changes by itself": (
        "fenced", insert_move(3, move("running", "running", at=101.5, tokens=("t1", "t9")))),
    "a result too many": ("one result", lambda e: e.contexts[JOB].append({"job_id": JOB})),
    "a result of a cancelled job": (
        "one result", lambda e: e.contexts[CANCELLED].append({"job_id": CANCELLED})),
    "a key is two jobs": ("one per key", lambda e: e.requests[1]["body"].update(id=CANCELLED)),
    "a stored key is two jobs": (
        "one per key", lambda e: e.keys[0].update(job_id=CANCELLED)),
    "two active jobs": (
        "one active", lambda e: e.jobs[CANCELLED].update(project_id=f"project-of-{JOB}")),
    "a submit is refused": (
        "answered", lambda e: e.requests.append(request("submit", 429))),
    "a request breaks": (
        "answered", lambda e: e.requests.append(request("submit", None, cause="ReadError"))),
    "a cancel takes long": (
        "cancelled in time", lambda e: e.jobs[CANCELLED].update(finished_at=107.0)),
    "a gap": ("in order", receive(lambda e: frames(e, 1, 3))),
    "a duplicate": ("in order", receive(lambda e: frames(e, 1, 2, 2, 3))),
    "a foreign event": (
        "in order",
        receive(lambda e: made.frame(CANCELLED, e.events[CANCELLED][0]) + frames(e, 1, 2, 3))),
    "a wrong id": (
        "in order", receive(lambda e: frames(e, 1, 2, 3).replace("id: job-1:2", "id: job-1:1"))),
    "what was not committed": (
        "as stored", receive(lambda e: frames(e, 1, 2, 3).replace('s": 60', 's": 61'))),
    "a tick after the end": (
        "to the end", receive(lambda e: frames(e, 1, 2, 3) + made.tick(JOB, progress=100))),
    "an end that never comes": ("to the end", receive(lambda e: frames(e, 1, 2))),
    "a stream that stays open": (
        "never silent", receive(lambda e: frames(e, 1, 2, 3), end="TimeoutError")),
    "a stream that falls silent": (
        "never silent",
        lambda e: e.followings.append(
            following(connection("", end="TimeoutError"), connection(frames(e, 1, 2, 3))))),
    "a tick falls": (
        "never back",
        receive(lambda e: frames(e, 1, 2) + made.tick(JOB, progress=50) + frames(e, 3))),
    "a tick of a fenced attempt": ("none fenced", fenced_tick),
    "a stream is refused": ("admitted", receive(lambda e: frames(e, 1, 2, 3), status=404)),
    "a call after the end": (
        "wanted", lambda e: e.calls.append(Call("x", "abcd", "d9", None, 109.0, 109.5, "done"))),
    "a call after a cancellation": (
        "wanted", late_call),
    "an answer asked for again": ("once", asked_again),
    "too many calls at a time": (
        "few at a time",
        lambda e: e.calls.extend(Call(n, "abcd", n, None, 102.5, 103.0, "done") for n in "xy")),
    "too many streams": ("streams", many_streams),
    "descriptors stay": (
        "back at baseline", lambda e: e.run["after"]["relay"].update(descriptors=400)),
    "memory stays": ("back at baseline", lambda e: e.run["after"]["web"].update(megabytes=900.0)),
    "Redis clients stay": ("back at baseline", lambda e: e.run["after"].update(redis_clients=900)),
    "too little happens": ("enough happened", lambda e: e.run.update(least_jobs=3)),
    "faults are left out": ("enough happened", lambda e: e.faults.clear()),
    "clients are left out": ("enough happened", lambda e: e.run.update(least_clients=2)),
}  # fmt: skip


class TestCheck:
    def test_finds_nothing_in_a_good_run(self) -> None:
        """All rules pass, so that none of them cries wolf below."""
        assert [] == checker.check(made.good())

    @pytest.mark.parametrize("name", BROKEN)
    def test_catches(self, name: str) -> None:
        """One broken promise is told by its own rule, and by hardly any other."""
        rule, break_it = BROKEN[name]
        found = made.good()
        break_it(found)

        assert rule in {violation.rule for violation in checker.check(found)}

    def test_has_a_violation_for_each_rule(self) -> None:
        """No rule was written that nobody saw catch anything."""
        caught = set()
        for _, break_it in BROKEN.values():
            found = made.good()
            break_it(found)
            caught |= {rule for rule in all_rules() if list(rule(found))}

        assert set(all_rules()) == caught


class TestExcuses:
    def test_a_request_may_break_while_the_app_is_down(self) -> None:
        """A kill of the app excuses a broken connection, not a refusal."""
        found = made.good()
        found.faults.append(fault("web", began=100.0, ended=100.0))
        found.requests.append(request("submit", None, cause="ReadError"))
        excused = list(rules_requests.answered(found))
        found.requests.append(request("submit", 500))

        assert ([], 1) == (excused, len(list(rules_requests.answered(found))))

    def test_a_cancel_is_timed_only_where_nothing_disturbs(self) -> None:
        """A job whose worker was killed has longer."""
        found = made.good()
        found.requests[3].update(of=JOB, body={"status": "running"})
        timed = rules_requests.timed_cancels(found)
        found.faults.append(fault("worker-1", began=101.0, ended=101.0))

        assert ([(JOB, 101.0)], []) == (timed, rules_requests.timed_cancels(found))

    def test_an_answer_that_was_cut_may_be_asked_for_again(self) -> None:
        """Only what went out whole counts as answered."""
        found = made.good()
        asked_again(found)
        found.calls[0].outcome = "fault"

        assert [] == list(rules_model.once(found))


def all_rules() -> tuple[Callable[[Evidence], Iterator[Violation]], ...]:
    return checker.RULES + checker.WITH_CHECKPOINTS

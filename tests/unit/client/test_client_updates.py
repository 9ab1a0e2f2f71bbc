"""What a watched job looks like."""

from typing import Any

import pytest

from client import updates
from client.updates import Update, Watch


def wire(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON
    event = {"jobId": "j", "seq": 1, "step": "scanning", "progress": 0, "message": "m"}
    return {**event, **changes}


def update(step: str, progress: int, *, seq: int | None = 1, **changes: Any) -> Update:  # noqa: ANN401 - any JSON
    return updates.parse(wire(step=step, progress=progress, seq=seq, **changes))


class TestParse:
    def test_ignores_what_it_does_not_know(self) -> None:
        """Fields are only ever added to events."""
        assert updates.parse(wire()) == updates.parse(wire(newer={"a": 1}))

    def test_takes_the_estimate(self) -> None:
        """Its middle is enough for a person."""
        eta = {"seconds": 12, "low": 9, "high": 20, "runs": 3}

        assert 12 == updates.parse(wire(eta=eta)).eta_seconds

    @pytest.mark.parametrize("bad", [None, [], "text", {}, wire(progress="x"), wire(eta={"a": 1})])
    def test_refuses_what_is_no_event(self, bad: object) -> None:
        """The caller treats it as a broken stream."""
        with pytest.raises(updates.MalformedUpdateError):
            updates.parse(bad)


class TestWatch:
    def states(self, watch: Watch) -> list[str]:
        return [watch.state(step) for step in updates.STEPS]

    def test_calls_a_step_done_when_its_last_progress_came(self) -> None:
        """A milestone tells what is truly finished by then; the next step is the active one."""
        watch = Watch()
        expected = {
            0: ["active", "waiting", "waiting", "waiting", "waiting"],
            20: ["done", "active", "waiting", "waiting", "waiting"],
            40: ["done", "done", "active", "waiting", "waiting"],
            60: ["done", "done", "active", "waiting", "waiting"],
            70: ["done", "done", "done", "active", "waiting"],
            80: ["done", "done", "done", "done", "active"],
            90: ["done", "done", "done", "done", "done"],
        }
        seen = {}
        for progress in expected:
            watch.see(update("whatever", progress))
            seen[progress] = self.states(watch)

        assert expected == seen

    def test_keeps_what_was_reached_when_the_job_fails(self) -> None:
        """The error event's progress of 0 would show nothing of what was done."""
        watch = Watch()
        watch.see(update("indexing", 40))
        watch.see(update("error", 0, seq=2))

        assert ["done", "done", "failed", "waiting", "waiting"] == self.states(watch)

    def test_takes_numbers_from_ticks_and_words_from_milestones(self) -> None:
        """A tick repeats the message; only a milestone's belongs to its step."""
        watch = Watch()
        watch.see(update("analyzing", 50, message="Analyzing"))
        data = {"tokens": 7, "tokensPerSecond": 3.5, "tail": "SELECT"}
        watch.see(update("analyzing", 55, seq=None, message="x", data=data))

        assert (7, 3.5, "SELECT") == (watch.tokens, watch.tokens_per_second, watch.tail)
        assert "Analyzing" == watch.message
        assert 55 == watch.progress

    def test_has_one_step_for_a_pull(self) -> None:
        """What a generation does is none of its steps; the speed is shown beside the words."""
        watch = Watch()
        watch.see(update("pulling", 0))
        data = {"completed": 5, "total": 9, "bytesPerSecond": 12_300_000.0}
        watch.see(update("pulling", 40, seq=None, message="Pulling m: 5 B of 9 B", data=data))

        assert (["pulling"], "active", 40) == (
            list(watch.steps),
            watch.state("pulling"),
            watch.progress,
        )
        assert "Pulling m: 5 B of 9 B, 12.3 MB/s" == watch.doing
        watch.see(update("complete", 100))
        assert ("done", "") == (watch.state("pulling"), watch.doing)

"""How often and how a question is asked again."""

import dataclasses

import pytest

from contract.failures import FailureCode, failure
from worker.ollama.asks import Ask
from worker.ollama.errors import CallError, Retry, UnusableError
from worker.ollama.limits import Limits
from worker.ollama.retries import Retries
from worker.pipeline.ports import PortError, Prompt, UnusableAnswerError

ASK = Ask(prompt=Prompt(system="s", user="u", schema={}, max_tokens=50), max_tokens=50)
LIMITS = Limits(num_ctx=1000, retries=8, first_pause_seconds=0.5, longest_pause_seconds=20.0)
BUSY = failure(FailureCode.MODEL_OVERLOADED, "Busy.")


def pauses(chance: float) -> list[float]:
    retries = Retries(LIMITS, chance=lambda: chance)
    error = CallError(BUSY, Retry.LATER)
    return [retries.after(error, ASK, room=100).pause_seconds for _ in range(8)]


class TestRetries:
    def test_pause_up_to_twice_as_long_each_time(self) -> None:
        """Anything from nothing to the full pause, which has an end."""
        assert [0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 20.0, 20.0] == pauses(1.0)
        assert [0.0] * 8 == pauses(0.0)
        assert [0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 10.0, 10.0] == pauses(0.5)

    @pytest.mark.parametrize(
        ("retry", "times"),
        [(Retry.LATER, 8), (Retry.ONCE, 1), (Retry.LONGER, 1), (Retry.PLAIN, 1), (Retry.NEVER, 0)],
    )
    def test_are_so_many(self, retry: Retry, times: int) -> None:
        """Then the failure is the pipeline's."""
        retries, ask = Retries(LIMITS, chance=lambda: 0.0), dataclasses.replace(ASK, think=False)
        for _ in range(times):
            retries.after(CallError(BUSY, retry), ask, room=1000)

        with pytest.raises(PortError, match="Busy"):
            retries.after(CallError(BUSY, retry), ask, room=1000)

    def test_of_different_kinds_are_counted_apart(self) -> None:
        """A busy server takes nothing from the second chance of a cut answer."""
        retries = Retries(dataclasses.replace(LIMITS, retries=1), chance=lambda: 0.0)
        retries.after(CallError(BUSY, Retry.LATER), ASK, room=80)

        assert 80 == retries.after(CallError(BUSY, Retry.LONGER), ASK, room=80).ask.max_tokens

    def test_of_a_cut_answer_need_room(self) -> None:
        """The same limit again would cut it at the same place."""
        retries = Retries(LIMITS, chance=lambda: 0.0)

        with pytest.raises(UnusableAnswerError):
            retries.after(UnusableError(BUSY, Retry.LONGER), ASK, room=50)

"""What each step of a generation costs: seconds, and what the model read and wrote."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from catalog.context import StepCost
from contract.steps import Step
from worker.pipeline.ports import Chunk


@dataclass(kw_only=True)
class Meter:
    """Counts for the step that is running; recalled answers cost nothing."""

    clock: Callable[[], float] = time.monotonic
    _costs: dict[Step, StepCost] = field(default_factory=dict)
    _step: Step | None = None
    _since: float = 0.0

    def begin(self, step: Step) -> None:
        """Count for this step from now on."""
        self._settle()
        self._step = step
        self._costs.setdefault(step, StepCost(step=str(step)))

    def spend(self, last: Chunk | None) -> None:
        """Count a call of the model by the last that was heard of it; silence costs nothing."""
        if self._step is None or last is None:
            return
        cost = self._costs[self._step]
        self._costs[self._step] = replace(
            cost,
            model_calls=cost.model_calls + 1,
            prompt_tokens=cost.prompt_tokens + (last.prompt_tokens or 0),
            output_tokens=cost.output_tokens + last.tokens,
        )

    def costs(self) -> tuple[StepCost, ...]:
        """Return what every step has cost so far, in the order in which they began."""
        self._settle()
        return tuple(self._costs.values())

    def _settle(self) -> None:
        now = self.clock()
        if self._step is not None:
            cost = self._costs[self._step]
            seconds = round(cost.seconds + now - self._since, 3)
            self._costs[self._step] = replace(cost, seconds=seconds)
        self._since = now

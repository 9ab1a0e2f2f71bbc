"""One generation without a worker around it: what it wrote, and what it took."""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from catalog.context import Context
from catalog.model import Snapshot
from worker.pipeline.generation import generate
from worker.pipeline.ports import Answered, Milestone, Model, Request, World, Written
from worker.planning import Planner


class Read:
    """A reader that has read already: what scanning takes is measured elsewhere."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot

    async def read(self) -> Snapshot:
        """Return the snapshot."""
        return self._snapshot


@dataclass(kw_only=True)
class Kept:
    """Remembers answers as the store does."""

    answers: dict[str, Mapping[str, Any]] = field(default_factory=dict)

    async def recall(self, fingerprint: str) -> Mapping[str, Any] | None:
        """Return the answer, or None."""
        return self.answers.get(fingerprint)

    def keep(self, answered: Answered) -> None:
        """Remember an answer."""
        self.answers[answered.fingerprint] = answered.value


@dataclass(frozen=True, kw_only=True)
class Run:
    """How a generation ended."""

    context: Context
    seconds: float


async def run(snapshot: Snapshot, model: Model | None, *, kept: Kept | None = None) -> Run:
    """Generate with the checks of SQL on an empty copy, as for a schema given as text."""
    memory = kept or Kept()
    world = World(reader=Read(snapshot), model=model, memory=memory, planner=Planner(None))
    began = time.perf_counter()
    async for item in generate(Request(project=snapshot.database), world):
        for answered in _answers(item):
            memory.keep(answered)
        if isinstance(item, Written):
            return Run(context=item.context, seconds=time.perf_counter() - began)
    raise AssertionError("a generation ends with its context")


def run_now(snapshot: Snapshot, model: Model | None, *, kept: Kept | None = None) -> Run:
    """Do the same outside of any loop."""
    return asyncio.run(run(snapshot, model, kept=kept))


def _answers(item: object) -> tuple[Answered, ...]:
    if isinstance(item, Answered):
        return (item,)
    return item.answered if isinstance(item, Milestone) else ()

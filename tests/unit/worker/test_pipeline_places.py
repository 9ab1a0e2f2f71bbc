"""The places of a model are kept filled: long answers first, questions beside the introduction."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from catalog.model import Snapshot
from tests import fakes_model, generations
from tests.fakes_model import FakeModel, FakeReader
from worker.pipeline.ports import Chunk, Milestone, Progress, Prompt, Tick, World

INTRODUCTION, QUESTION = "Introduce this database", "Think of one question"


class Watched(FakeModel):
    """Writes the introduction until a question was asked; `beside` are all that run meanwhile."""

    def __init__(self, *, parallel: int) -> None:
        super().__init__(fakes_model.obedient, parallel=parallel)
        self.running: list[str] = []
        self.most = 0
        self.met = False  # whether the introduction and a question ever ran at once

    async def write(self, prompt: Prompt) -> AsyncIterator[Chunk]:
        self.running.append(prompt.user)
        self.most = max(self.most, len(self.running))
        try:
            for _ in range(200):
                self.met = self.met or {INTRODUCTION, QUESTION} <= self._kinds()
                if self.met or not prompt.user.startswith(INTRODUCTION) or self.parallel == 1:
                    break
                await asyncio.sleep(0.005)
            async for piece in super().write(prompt):
                await asyncio.sleep(0)
                yield piece
        finally:
            self.running.remove(prompt.user)

    def _kinds(self) -> set[str]:
        return {kind for kind in (INTRODUCTION, QUESTION) for text in self.running if kind in text}


def run(snapshot: Snapshot, model: FakeModel) -> list[Progress]:
    return generations.run(World(reader=FakeReader(snapshot), model=model))


class TestPlaces:
    @pytest.mark.parametrize("parallel", [2, 4])
    def test_are_shared_by_introduction_and_questions(self, shop: Snapshot, parallel: int) -> None:
        """Neither needs the other; yet there are never more calls than places."""
        model = Watched(parallel=parallel)
        progress = run(shop, model)

        assert model.met
        assert parallel == model.most
        told = [item for item in progress if isinstance(item, Milestone | Tick)]
        assert [item.progress for item in told] == sorted(item.progress for item in told)
        steps = [(str(item.step), item.progress) for item in told if isinstance(item, Tick)]
        assert {("analyzing", 50), ("generating", 70), ("optimizing", 80)} >= {
            step for step in steps if step[0] != "analyzing"
        }

    def test_give_the_only_one_to_the_introduction_first(self, shop: Snapshot) -> None:
        """What the reader sees first is not kept waiting by questions."""
        model = Watched(parallel=1)
        run(shop, model)

        kinds = [k for p in model.prompts for k in (INTRODUCTION, QUESTION) if k in p.user]
        assert INTRODUCTION == kinds[0]
        assert 1 == model.most

    def test_begin_with_the_longest_answers(self, company: Snapshot) -> None:
        """Begun last, they would be all that is written at the end."""
        model = FakeModel(fakes_model.obedient)
        run(company, model)

        asked = [p.max_tokens for p in model.prompts if "askedFor" in p.user]
        assert len(asked) > 1
        assert asked == sorted(asked, reverse=True)

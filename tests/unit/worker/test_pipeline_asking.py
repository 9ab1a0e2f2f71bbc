"""What is passed on while a model answers."""

import asyncio
from collections.abc import AsyncIterator

from contract.steps import Step
from tests import fakes_model
from tests.fakes_model import FakeModel
from worker.pipeline.ports import Chunk, Prompt, Tick, Waiting
from worker.pipeline.writing import asking


class Hesitant:
    """A model whose first try breaks off."""

    name = "hesitant:1b"
    parallel = 1

    def fits(self, _prompt: Prompt) -> bool:
        return True

    async def write(self, prompt: Prompt) -> AsyncIterator[Chunk | Waiting]:
        yield Chunk(text='{"nonsense": ', tokens=1)
        yield Waiting(message="Waiting for the model to load...")
        async for piece in FakeModel(fakes_model.obedient).write(prompt):
            yield piece


class TestWaiting:
    def test_is_told_and_begins_the_answer_anew(self) -> None:
        """What came before it is neither shown any more nor part of the answer."""
        tick = Tick(
            step=Step.ANALYZING, progress=50, message="Describing...", tokens=0,
            tokens_per_second=None, tail="",
        )  # fmt: skip
        schema = {"type": "object", "properties": {"a": {"type": "string"}}}
        prompt = Prompt(system="s", user="u", schema=schema, max_tokens=9)

        async def ask() -> list[Tick | asking.Answer]:
            return [
                item async for item in asking.ask(asking.Author(model=Hesitant()), prompt, tick)
            ]

        *ticks, answer = asyncio.run(ask())
        assert isinstance(answer, asking.Answer)
        assert {"a": "What the fake says."} == answer.value
        told = [(item.message, item.tail) for item in ticks if isinstance(item, Tick)]
        assert ("Waiting for the model to load...", "") == told[1]
        assert not any("nonsense" in tail for _, tail in told[1:])

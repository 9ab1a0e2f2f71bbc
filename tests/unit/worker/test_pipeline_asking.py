"""What is passed on while a model answers."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing

from contract.steps import Step
from tests import fakes_model
from tests.fakes_model import FakeModel
from worker.pipeline.metering import Meter
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


TICK = Tick(
    step=Step.ANALYZING,
    progress=50,
    message="Describing...",
    tokens=0,
    tokens_per_second=None,
    tail="",
)
PROMPT = Prompt(
    system="s",
    user="u",
    schema={"type": "object", "properties": {"a": {"type": "string"}}},
    max_tokens=9,
)


class TestLeaving:
    def test_closes_the_models_stream_at_once(self) -> None:
        """Not when the collector comes by: a server would write on for nobody."""
        model = FakeModel(fakes_model.obedient)

        async def leave() -> bool:
            kept = model.write  # the stream outlives the question, as in a traceback
            streams: list[AsyncIterator[Chunk]] = []

            def write(prompt: Prompt) -> AsyncIterator[Chunk]:
                streams.append(kept(prompt))
                return streams[0]

            model.write = write  # type: ignore[method-assign]  # to hold on to it
            answer = asking.ask(asking.Author(model=model), PROMPT, TICK)
            async with aclosing(answer) as pieces:
                async for _ in pieces:
                    break
            return model.left_early

        assert asyncio.run(leave())


class TestSilence:
    def test_costs_nothing(self) -> None:
        """A call of which nothing was heard is none."""
        meter = Meter()
        meter.begin(Step.ANALYZING)
        meter.spend(None)

        assert [0] == [cost.model_calls for cost in meter.costs()]


class TestWaiting:
    def test_is_told_and_begins_the_answer_anew(self) -> None:
        """What came before it is neither shown any more nor part of the answer."""

        async def ask() -> list[Tick | asking.Answer]:
            return [
                item async for item in asking.ask(asking.Author(model=Hesitant()), PROMPT, TICK)
            ]

        *ticks, answer = asyncio.run(ask())
        assert isinstance(answer, asking.Answer)
        assert {"a": "What the fake says."} == answer.value
        told = [(item.message, item.tail) for item in ticks if isinstance(item, Tick)]
        assert ("Waiting for the model to load...", "") == told[1]
        assert not any("nonsense" in tail for _, tail in told[1:])

"""The Ollama adapter against the fake server: what becomes of every fault, and of a cancel."""

import asyncio
import dataclasses
import time
from collections.abc import AsyncGenerator
from contextlib import aclosing
from types import AsyncGeneratorType
from typing import cast

import ollama
import pytest

from contract.failures import FailureCode
from tests.asking_ollama import PROMPT, QUICK, Asked
from tests.fake_ollama import MODEL, PRESETS, Answer, FakeOllama, Fault
from tests.patience import until
from worker.ollama.limits import Limits
from worker.pipeline.ports import Chunk, UnusableAnswerError, Waiting

pytestmark = pytest.mark.integration


class TestFaults:
    @pytest.mark.parametrize(
        "preset",
        [
            *("busy", "rate_limited", "bad_gateway", "crashed", "cut_first", "cut"),
            *("error_line", "bad_line", "no_done", "hang_first", "stall", "half_open", "length"),
        ],
    )
    def test_asks_again_where_that_may_help(
        self, fake: FakeOllama, asked: Asked, preset: str
    ) -> None:
        """One fault costs a call and nothing else; what was written before it is void."""
        fake.script(PRESETS[preset])

        assert asked.write(fake).startswith('{"text"')
        assert 2 == len(fake.chats)
        assert ["done"] == asked.outcomes[1:]
        # A busy machine may begin the second answer late, and say so after this.
        assert any(reason.endswith("Asking again...") for reason in asked.reasons)

    @pytest.mark.parametrize(
        ("answer", "code", "calls"),
        [
            (PRESETS["busy"], FailureCode.MODEL_OVERLOADED, 3),
            (PRESETS["rate_limited"], FailureCode.MODEL_OVERLOADED, 3),
            (PRESETS["bad_gateway"], FailureCode.MODEL_OVERLOADED, 3),
            (PRESETS["crashed"], FailureCode.MODEL_OVERLOADED, 3),
            (PRESETS["error_line"], FailureCode.MODEL_OVERLOADED, 3),
            (PRESETS["cut_first"], FailureCode.MODEL_UNREACHABLE, 3),
            (PRESETS["cut"], FailureCode.MODEL_UNREACHABLE, 3),
            (PRESETS["hang_first"], FailureCode.MODEL_OVERLOADED, 2),
            (PRESETS["half_open"], FailureCode.MODEL_OVERLOADED, 2),
            (PRESETS["stall"], FailureCode.MODEL_OVERLOADED, 2),
            (PRESETS["bad_line"], FailureCode.MODEL_UNREACHABLE, 2),
            (PRESETS["no_done"], FailureCode.OUTPUT_INVALID, 2),
            (PRESETS["length"], FailureCode.OUTPUT_TRUNCATED, 2),
            (PRESETS["missing"], FailureCode.MODEL_MISSING, 1),
            (Answer(fault=Fault.STATUS, status=401), FailureCode.MODEL_UNREACHABLE, 1),
            (Answer(fault=Fault.STATUS, status=400), FailureCode.OUTPUT_INVALID, 1),
            (
                Answer(fault=Fault.STATUS, status=500, error="requires more system memory"),
                FailureCode.MODEL_OVERLOADED,
                1,
            ),
        ],
    )
    def test_gives_up_after_a_while(
        self, fake: FakeOllama, asked: Asked, answer: Answer, code: FailureCode, calls: int
    ) -> None:
        """Whatever the client raises, or does not raise, one of our codes comes of it."""
        fake.answer = lambda _body: answer
        error = asked.fails(fake)

        assert code == error.failure.code
        assert calls == len(fake.chats)
        assert [str(code)] * calls == asked.outcomes
        # These cost one answer, the others the job.
        assert (answer in (PRESETS["no_done"], PRESETS["length"])) == isinstance(
            error, UnusableAnswerError
        )

    def test_throws_other_dice_after_a_repetition(self, fake: FakeOllama, asked: Asked) -> None:
        """With the same seed and no temperature the model would run into it again."""
        fake.script(PRESETS["no_done"])
        asked.write(fake)

        seeds = [call.body["options"]["seed"] for call in fake.chats]
        warmth = [call.body["options"]["temperature"] for call in fake.chats]
        assert (2, [0.0, 0.3]) == (len(set(seeds)), warmth)

    def test_gives_a_cut_answer_more_room_once(self, fake: FakeOllama, asked: Asked) -> None:
        """Twice as many tokens; an answer that is longer still is cut for good."""
        fake.answer = lambda _body: Answer(text="word " * 70)
        assert 70 <= asked.write(fake).count("word")
        fake.answer = lambda _body: Answer(text="word " * 200)
        error = asked.fails(fake)

        limits = [call.body["options"]["num_predict"] for call in fake.chats]
        assert [50, 100, 50, 100] == limits
        assert FailureCode.OUTPUT_TRUNCATED == error.failure.code
        assert "100 tokens" in error.failure.message

    def test_offers_to_pull_a_missing_model(self, fake: FakeOllama, asked: Asked) -> None:
        """A 404 is about the model, asks nobody again, and carries the action."""
        found = asked.fails(fake, model="nobody:1b").failure

        assert (FailureCode.MODEL_MISSING, "pull", False) == (
            found.code,
            found.action,
            found.retryable,
        )
        assert [] == fake.chats

    def test_does_not_wait_long_where_nothing_listens(self, asked: Asked) -> None:
        """A refused connection is tried again a few times: servers restart."""
        with FakeOllama() as stopped:
            pass
        began = time.monotonic()

        assert FailureCode.MODEL_UNREACHABLE == asked.fails(stopped).failure.code
        assert time.monotonic() - began < 2.0

    def test_waits_longer_for_the_first_chunk_than_between_chunks(
        self, fake: FakeOllama, asked: Asked
    ) -> None:
        """Loading a model takes its time; a model that falls silent while writing is stuck."""
        fake.script(Answer(first_seconds=0.4))
        asked.write(fake)
        fake.answer = lambda _body: Answer(chunk_seconds=0.4)

        assert FailureCode.MODEL_OVERLOADED == asked.fails(fake).failure.code
        assert "wrote nothing for 0.3 seconds" in asked.reasons[-1]

    def test_ends_a_question_that_takes_too_long(self, fake: FakeOllama, asked: Asked) -> None:
        """However steadily the model writes."""
        asked.limits = dataclasses.replace(QUICK, step_seconds=0.6)
        fake.answer = lambda _body: Answer(text="word " * 40, chunk_seconds=0.05)
        error = asked.fails(fake)

        assert FailureCode.MODEL_OVERLOADED == error.failure.code
        assert "no whole answer within 0.6 seconds" in error.failure.message


class TestCancel:
    @pytest.mark.parametrize(
        "answer",
        [
            Answer(fault=Fault.HANG_FIRST),
            Answer(fault=Fault.HANG),
            Answer(chunk_seconds=0.2),
            Answer(fault=Fault.STATUS),  # while it waits to ask again
        ],
    )
    def test_closes_the_connection(self, fake: FakeOllama, asked: Asked, answer: Answer) -> None:
        """The server stops working for nobody, and hears no more of it."""
        asked.limits = Limits(num_ctx=4096, first_pause_seconds=60.0, longest_pause_seconds=60.0)
        fake.answer = lambda _body: answer

        silent = answer.fault is Fault.HANG_FIRST

        async def cancel() -> float:
            task = asyncio.create_task(asked.drain(asked.models(fake)))
            await asyncio.to_thread(until, lambda: fake.chats and (asked.pieces or silent))
            began = time.monotonic()
            task.cancel()
            await asyncio.wait({task})
            seconds = time.monotonic() - began
            await asyncio.sleep(0.3)
            return seconds

        assert asyncio.run(cancel()) < 2.0
        refused = answer.fault is Fault.STATUS
        assert ["refused" if refused else "closed by client"] == [
            call.outcome for call in fake.chats
        ]
        assert ["model_overloaded" if refused else "cancelled"] == asked.outcomes

    @pytest.mark.parametrize(
        ("answer", "heard"),
        [(Answer(first_seconds=5.0), Waiting), (Answer(chunk_seconds=0.2), Chunk)],
        ids=["before the answer", "within the answer"],
    )
    def test_of_a_reader_who_leaves_closes_the_connection_at_once(
        self,
        fake: FakeOllama,
        asked: Asked,
        monkeypatch: pytest.MonkeyPatch,
        answer: Answer,
        heard: type,
    ) -> None:
        """By the time the reader has closed the answer, whoever else holds on to the stream."""
        fake.answer = lambda _body: answer
        streams: list[AsyncGeneratorType[object, None]] = []
        request = ollama.AsyncClient._request  # noqa: SLF001 - what the adapter calls

        async def held(*given: object, **named: object) -> object:
            stream = await request(*given, **named)  # type: ignore[call-overload]  # passed on
            if named.get("stream"):
                streams.append(stream)
            return stream

        monkeypatch.setattr(ollama.AsyncClient, "_request", held)

        async def leave() -> tuple[list[bool], list[str]]:
            async with asked.models(fake).open(MODEL, record=asked.usages.append) as opened:
                written = cast("AsyncGenerator[Chunk | Waiting]", opened.write(PROMPT))
                async with aclosing(written) as pieces:
                    async for piece in pieces:
                        if isinstance(piece, heard):
                            break
                # Nobody waits from here on: what closes later has not closed by now.
                return [stream.ag_frame is None for stream in streams], list(asked.outcomes)

        assert ([True], ["cancelled"]) == asyncio.run(leave())

    def test_ends_the_wait_for_a_slot(self, fake: FakeOllama, asked: Asked) -> None:
        """Nothing was asked by then."""
        models = asked.models(fake)

        async def cancel() -> None:
            place = models.servers.take(MODEL)
            assert place is not None
            async with place.slot:
                task = asyncio.create_task(asked.drain(models))
                await asyncio.sleep(0.3)
                task.cancel()
                await asyncio.wait({task}, timeout=2.0)
                assert task.cancelled()

        asyncio.run(cancel())
        assert ["Waiting for a free slot of the model server..."] == asked.reasons
        assert [] == fake.chats

"""The Ollama adapter against the fake server: what it sends, reads and records."""

import asyncio
import dataclasses
import time

import httpx
import pytest

from contract.failures import FailureCode
from tests.asking_ollama import LONG, PROMPT, QUICK, THINKER, Asked
from tests.fake_ollama import MODEL, PRESETS, Answer, FakeOllama, Fault
from worker.ollama.models import Models
from worker.pipeline.ports import Chunk, PortError, UnusableAnswerError

pytestmark = pytest.mark.integration


class TestWrite:
    def test_yields_the_answer_as_it_is_written(self, fake: FakeOllama, asked: Asked) -> None:
        """Many chunks, the last one done with the server's own counts."""
        fake.script(Answer(text='{"text": "Orders of customers.", "kind": "hub"}'))

        assert '{"text": "Orders of customers.", "kind": "hub"}' == asked.write(fake)
        chunks = [piece for piece in asked.pieces if isinstance(piece, Chunk)]
        assert [False] * (len(chunks) - 1) + [True] == [chunk.done for chunk in chunks]
        assert fake.chats[0].sent[-1]["eval_count"] == chunks[-1].tokens
        assert (chunks[-1].tokens_per_second or 0) > 0

    def test_asks_for_what_the_prompt_says(self, fake: FakeOllama, asked: Asked) -> None:
        """Schema, messages, limits, no randomness, a stream, and nothing cut in silence."""
        asked.write(fake)

        call = fake.chats[0]
        assert PROMPT.schema == call.body["format"]
        assert ["system", "user"] == [message["role"] for message in call.body["messages"]]
        assert [True, False, False] == [call.body[name] for name in ("stream", "truncate", "shift")]
        assert {
            "num_ctx": 4096,
            "num_predict": 50,
            "temperature": 0.0,
            "seed": 1,
        } == call.body["options"]
        assert "think" not in call.body
        assert "job-1" == call.request_id

    def test_signs_in_as_the_address_says(
        self, fake: FakeOllama, asked: Asked, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """With user and password, and never with another service's key of the environment."""
        monkeypatch.setenv("OLLAMA_API_KEY", "hunter2")
        asked.write(fake)
        named = fake.url.replace("//", "//me:secret@")
        models = Models(named, limits=QUICK, parallel=1, slots=asked.slots)
        asyncio.run(asked.drain(models))

        basic = httpx.BasicAuth("me", "secret")
        expected = next(basic.auth_flow(httpx.Request("GET", "http://x"))).headers["Authorization"]
        assert ["", expected] == [call.authorization for call in fake.chats]

    def test_records_what_the_call_cost(self, fake: FakeOllama, asked: Asked) -> None:
        """Tokens and seconds as the server tells them."""
        asked.write(fake)

        (usage,) = asked.usages
        last = fake.chats[0].sent[-1]
        assert (last["prompt_eval_count"], last["eval_count"]) == (
            usage.prompt_tokens,
            usage.output_tokens,
        )
        assert last["eval_duration"] / 1e9 == usage.output_seconds
        assert (MODEL, fake.url.removeprefix("http://"), "done") == (
            usage.model,
            usage.host,
            usage.outcome,
        )
        assert 0 < (usage.first_seconds or 0) <= usage.seconds

    def test_records_what_is_unknown_as_unknown(self, fake: FakeOllama, asked: Asked) -> None:
        """A server that counts nothing is not one that did nothing."""
        fake.script(PRESETS["uncounted"])
        asked.write(fake)

        (usage,) = asked.usages
        assert (None, None, None) == (
            usage.prompt_tokens,
            usage.output_tokens,
            usage.output_seconds,
        )

    def test_tells_why_nothing_comes(self, fake: FakeOllama, asked: Asked) -> None:
        """A model that loads is told from one that reads."""
        fake.load_seconds = 0.3
        asked.write(fake)
        fake.script(Answer(first_seconds=0.3))
        asked.write(fake)

        assert [
            f"Waiting for {MODEL} to load...",
            f"Waiting for {MODEL} to begin its answer...",
        ] == asked.reasons


class TestContext:
    def test_is_budgeted_before_anything_is_sent(self, fake: FakeOllama, asked: Asked) -> None:
        """Prompt and answer must fit together; the failure says how much would be needed."""
        huge = dataclasses.replace(PROMPT, user="orders(id, total) " * 1000)
        found = asked.fails(fake, huge).failure

        assert FailureCode.OUTPUT_TRUNCATED == found.code
        assert "OLLAMA_NUM_CTX" in found.remedy
        assert [] == fake.chats

    def test_is_measured_by_what_the_server_counted(self, fake: FakeOllama, asked: Asked) -> None:
        """The estimate is cautious until a count of the same model corrects it."""
        near = dataclasses.replace(PROMPT, user="orders(id, total) " * 700)
        models = asked.models(fake)

        async def learn() -> None:
            with pytest.raises(PortError):
                await asked.drain(models, near)
            await asked.drain(models, LONG)
            await asked.drain(models, near)

        asyncio.run(learn())
        assert ["done", "done"] == asked.outcomes

    def test_that_was_shortened_in_silence_is_a_failure(
        self, fake: FakeOllama, asked: Asked
    ) -> None:
        """The count of the prompt gives it away; no answer to half a question is used."""
        fake.script(PRESETS["truncated"])
        error = asked.fails(fake, LONG)

        assert FailureCode.OUTPUT_TRUNCATED == error.failure.code
        assert not isinstance(error, UnusableAnswerError)
        assert "gave the model" in error.failure.message
        assert not any(isinstance(piece, Chunk) and piece.done for piece in asked.pieces)
        assert ["output_truncated"] == asked.outcomes

    def test_that_is_large_enough_clears_a_small_count(
        self, fake: FakeOllama, asked: Asked
    ) -> None:
        """A server that does not count what it had in its cache has cut nothing."""
        asked.write(fake, LONG)
        fake.script(Answer(fault=Fault.CACHED))

        assert asked.write(fake, LONG)

    def test_of_the_model_bounds_ours(self, fake: FakeOllama, asked: Asked) -> None:
        """A model that was trained for less is not asked for more."""
        asked.limits = dataclasses.replace(QUICK, num_ctx=200_000)
        huge = dataclasses.replace(PROMPT, user="orders(id, total) " * 25_000)

        assert "131072 tokens" in asked.fails(fake, huge).failure.message


class TestThinking:
    def test_is_forbidden_to_those_who_can(self, fake: FakeOllama, asked: Asked) -> None:
        """Thoughts would eat the tokens of the answer; others refuse the very word."""
        asked.write(fake, model=THINKER)
        asked.write(fake)

        assert [False, None] == [call.body.get("think") for call in fake.chats]

    def test_is_left_to_the_model_when_the_form_is_ignored(
        self, fake: FakeOllama, asked: Asked
    ) -> None:
        """Some forget the schema when they may not think; then they get all the room there is."""
        fake.script(PRESETS["prose"], Answer(thinking="Hm."))

        assert asked.write(fake, model=THINKER).startswith('{"text"')
        assert [False, None] == [call.body.get("think") for call in fake.chats]
        assert fake.chats[1].body["options"]["num_predict"] > 3000
        assert ["output_invalid", "done"] == asked.outcomes

    def test_is_left_out_when_the_server_does_not_know_it(
        self, fake: FakeOllama, asked: Asked
    ) -> None:
        """A 400 about thinking costs one call."""
        refusal = Answer(fault=Fault.STATUS, status=400, error="invalid think value")
        fake.script(refusal)

        assert asked.write(fake, model=THINKER)
        assert [False, None] == [call.body.get("think") for call in fake.chats]

    def test_is_no_part_of_the_answer(self, fake: FakeOllama, asked: Asked) -> None:
        """Neither in a field of its own nor in tags."""
        fake.script(Answer(thinking="Hm.", text='<think>{"a": 1} no</think>\n{"text": "b"}'))

        assert '{"text": "b"}' == asked.write(fake)


class TestModels:
    def test_are_those_that_are_installed(self, fake: FakeOllama, asked: Asked) -> None:
        """Names with their tags."""
        assert {MODEL, THINKER} == asyncio.run(asked.models(fake).models(within_seconds=1))

    def test_are_not_waited_for(self, asked: Asked) -> None:
        """A server that is not there is noticed soon."""
        with FakeOllama() as stopped:
            pass
        began = time.monotonic()

        with pytest.raises(PortError):
            asyncio.run(asked.models(stopped).models(within_seconds=0.5))
        assert time.monotonic() - began < 2

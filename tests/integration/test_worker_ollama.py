"""The Ollama adapter against the fake server: what it sends, and what becomes of every fault."""

import asyncio
import dataclasses
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from contract.failures import FailureCode
from tests.fake_ollama import MODEL, PRESETS, Answer, FakeOllama, Fault
from worker.ollama.limits import Limits
from worker.ollama.models import Models
from worker.ollama.usage import Usage
from worker.pipeline.ports import Chunk, PortError, Prompt, UnusableAnswerError, Waiting

pytestmark = pytest.mark.integration

SCHEMA = {
    "type": "object",
    "properties": {"text": {"type": "string"}, "kind": {"enum": ["hub", "view"]}},
    "required": ["text", "kind"],
}
PROMPT = Prompt(
    system="You describe tables.", user="orders(id, total)", schema=SCHEMA, max_tokens=50
)
LONG = dataclasses.replace(PROMPT, user="orders(id, total) " * 200)  # 900 tokens for the fake
QUICK = Limits(
    num_ctx=4096,
    connect_seconds=1.0,
    notice_seconds=0.1,
    first_seconds=0.5,
    next_seconds=0.3,
    retries=2,
    first_pause_seconds=0.05,
)
THINKER = "t:latest"


@pytest.fixture
def fake() -> Iterator[FakeOllama]:
    """A running fake with a plain model and one that thinks."""
    models = {MODEL: ("completion", "tools"), THINKER: ("completion", "thinking")}
    with FakeOllama(models=models) as running:
        yield running


@dataclass
class Asked:
    """A question's way: what was yielded, and what was recorded."""

    slots: Path
    limits: Limits = QUICK
    pieces: list[Chunk | Waiting] = field(default_factory=list)
    usages: list[Usage] = field(default_factory=list)

    def models(self, *fakes: FakeOllama, parallel: int = 1) -> Models:
        hosts = ",".join(fake.url for fake in fakes)
        return Models(hosts, limits=self.limits, parallel=parallel, slots=self.slots)

    def write(self, fake: FakeOllama, prompt: Prompt = PROMPT, *, model: str = MODEL) -> str:
        """Return the answer's text."""
        asyncio.run(self.drain(self.models(fake), prompt, model=model))
        return self.text

    def fails(self, fake: FakeOllama, prompt: Prompt = PROMPT, *, model: str = MODEL) -> PortError:
        with pytest.raises(PortError) as caught:
            self.write(fake, prompt, model=model)
        return caught.value

    async def drain(self, models: Models, prompt: Prompt = PROMPT, *, model: str = MODEL) -> None:
        async with models.open(model, record=self.usages.append, request_id="job-1") as opened:
            async for piece in opened.write(prompt):
                self.pieces.append(piece)

    @property
    def text(self) -> str:
        text = ""
        for piece in self.pieces:
            text = "" if isinstance(piece, Waiting) else text + piece.text
        return text

    @property
    def reasons(self) -> list[str]:
        return [piece.message for piece in self.pieces if isinstance(piece, Waiting)]

    @property
    def outcomes(self) -> list[str]:
        return [usage.outcome for usage in self.usages]


@pytest.fixture
def asked(tmp_path: Path) -> Asked:
    """Somebody who asks."""
    return Asked(tmp_path)


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

        async def cancel() -> float:
            task = asyncio.create_task(asked.drain(asked.models(fake)))
            await asyncio.sleep(0.4)
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

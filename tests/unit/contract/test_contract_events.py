"""The JSON of events and the form of payloads."""

import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract import channels, events, failures, states
from contract.steps import Step

AT = datetime(2026, 1, 31, 8, 15, 0, 250_000, tzinfo=UTC)


def milestone(**changes: object) -> events.Event:
    values: dict[str, object] = {
        "job_id": "j",
        "seq": 1,
        "at": AT,
        "step": Step.SCANNING,
        "progress": 20,
        "message": "Analyzing 59 tables...",
    }
    return events.Event(**(values | changes))  # type: ignore[arg-type]  # built from a dict


class TestEncode:
    def test_is_camel_case_in_one_line(self) -> None:
        """A milestone's JSON has the agreed names, and only those that have a value."""
        text = events.encode(milestone(stats={"tables": 59}))

        expected = (
            '{"jobId":"j","seq":1,"at":"2026-01-31T08:15:00.250Z","step":"scanning",'
            '"progress":20,"message":"Analyzing 59 tables...","stats":{"tables":59}}'
        )
        assert expected == text

    def test_leaves_seq_out_of_a_tick(self) -> None:
        """A tick has no seq at all, not even null."""
        assert "seq" not in json.loads(events.encode(milestone(seq=None)))

    def test_flattens_a_failure(self) -> None:
        """An error event carries error, code, retryable, action and model at the top."""
        code = failures.FailureCode.MODEL_MISSING
        cause = failures.failure(code, "Gone.", action="pull", model="m:8b").to_fields()
        failed = milestone(step=Step.ERROR, failure=cause)
        wire = json.loads(events.encode(failed))

        names = ("error", "code", "retryable", "action", "model")
        assert (True, "model_missing", False, "pull", "m:8b") == tuple(wire[n] for n in names)
        assert cause == events.decode(json.dumps(wire)).failure

    @given(message=st.text(), tail=st.text())
    def test_never_holds_a_line_break(self, message: str, tail: str) -> None:
        """Whatever the text, the JSON is ASCII without the characters that split an SSE line."""
        text = events.encode(milestone(message=message, data={"tail": tail}))

        assert text.isascii()
        assert not set("\r\n\0") & set(text)

    @given(message=st.text(), progress=st.integers(0, 100), seq=st.none() | st.integers(1))
    def test_is_undone_by_decode(self, message: str, progress: int, seq: int | None) -> None:
        """Decoding gives the very event back."""
        event = milestone(
            message=message,
            progress=progress,
            seq=seq,
            eta=events.Eta(seconds=5, low=3, high=9, runs=4),
        )

        assert event == events.decode(events.encode(event))


class TestDecode:
    @pytest.mark.parametrize("text", ["", "[]", "{}", "nonsense", '{"jobId": "j", "at": 1}', "3"])
    def test_refuses_what_is_no_event(self, text: str) -> None:
        """Anything but an event's JSON is a DecodeError."""
        with pytest.raises(events.DecodeError):
            events.decode(text)

    def test_ignores_fields_it_does_not_know(self) -> None:
        """Fields may be added later without harm to older readers."""
        wire = json.loads(events.encode(milestone())) | {"later": 1}

        assert milestone() == events.decode(json.dumps(wire))


class TestFormatTime:
    def test_is_utc_with_milliseconds(self) -> None:
        """Times of other zones are converted."""
        local = AT.astimezone(timezone(timedelta(hours=5, minutes=30)))

        assert "2026-01-31T08:15:00.250Z" == events.format_time(local)


class TestPayload:
    @pytest.mark.parametrize(
        ("packed", "unpacked"),
        [
            (channels.pack(1, '{"a":"b"}'), (1, b'{"a":"b"}')),
            (channels.pack(734, "{}"), (734, b"{}")),
            (channels.pack_tick(0, '{"a":"b"}'), (0, b'{"a":"b"}')),
            (channels.pack_tick(7, '{"a":"b"}'), (-7, b'{"a":"b"}')),
            (channels.pack_gone(), (channels.GONE, b"{}")),
        ],
    )
    def test_survives_the_channel(self, packed: str, unpacked: tuple[int, bytes]) -> None:
        """What was packed is unpacked."""
        assert unpacked == channels.unpack(packed.encode())

    @pytest.mark.parametrize(
        "raw", [b"", b"1", b"1\n", b"0\n{}", b"-\n{}", b"--1\n{}", b"x\n{}", b"\n{}"]
    )
    def test_has_one_form_only(self, raw: bytes) -> None:
        """Everything else is a PayloadError."""
        with pytest.raises(channels.PayloadError):
            channels.unpack(raw)


class TestStates:
    def test_final_states_have_no_way_out(self) -> None:
        """No legal move starts at a terminal state."""
        assert set() == {move for state in states.TERMINAL for move in states.LEGAL_MOVES[state]}

    def test_running_comes_only_from_queued(self) -> None:
        """A job is claimed from the queue and from nowhere else."""
        assert (states.JobStatus.QUEUED,) == states.sources_of(states.JobStatus.RUNNING)


class TestFailures:
    def test_every_code_has_a_remedy(self) -> None:
        """No failure leaves a person without a next step."""
        assert set(failures.FailureCode) == set(failures.REMEDIES)

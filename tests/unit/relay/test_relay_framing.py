"""Frames and cursors, byte for byte."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relay import sse


class TestFrames:
    def test_a_milestone_carries_its_cursor(self) -> None:
        """The data is one line, the id `<job>:<seq>` comes last, a blank line ends the frame."""
        assert b'data: {"a":1}\nid: j-1:7\n\n' == sse.milestone("j-1", 7, b'{"a":1}')

    def test_a_tick_moves_no_cursor(self) -> None:
        """A tick has no id field."""
        assert b'data: {"a":1}\n\n' == sse.tick(b'{"a":1}')

    def test_a_heartbeat_is_a_named_event(self) -> None:
        """`onmessage` does not see it."""
        assert b'event: heartbeat\ndata: {"at":"t"}\n\n' == sse.heartbeat("t")

    def test_retry_is_digits_only(self) -> None:
        """It belongs to the next frame's block, so it does not end with a blank line."""
        assert b"retry: 1500\n" == sse.retry(1500)

    @given(text=st.text())
    def test_a_comment_stays_a_comment(self, text: str) -> None:
        """No text breaks out of the comment's line."""
        frame = sse.comment(text).decode()

        assert frame.startswith(": ")
        assert not set("\r\n\0") & set(frame[:-1])


class TestBody:
    def test_is_a_chunk_for_who_understands_chunks(self) -> None:
        """The length is hexadecimal and counts bytes."""
        assert b"11\r\n" + b"x" * 17 + b"\r\n" == sse.body(b"x" * 17, chunked=True)

    def test_is_the_frame_itself_otherwise(self) -> None:
        """HTTP/1.0 knows no chunks."""
        assert b"x" == sse.body(b"x", chunked=False)


class TestParseCursor:
    def test_reads_what_a_milestone_carries(self) -> None:
        """An id that we sent is understood."""
        assert sse.Cursor("0b5e-1", 12) == sse.parse_cursor("0b5e-1:12")

    @pytest.mark.parametrize(
        "text",
        [None, "", ":", "j", "j:", ":1", "j:-1", "j:1.5", "j:1\n", "j:1\0", "j:1:2", "j: 1",
         "j:99999999999", "x" * 10_000_000 + ":1", "ä:1", "j:٣"],
    )  # fmt: skip
    def test_refuses_everything_else(self, text: str | None) -> None:
        """Malformed, negative, huge or foreign ids are no cursor."""
        assert sse.parse_cursor(text) is None

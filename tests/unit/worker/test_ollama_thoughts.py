"""Thoughts are told from answers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.ollama.thoughts import Thoughts


def filtered(*pieces: str) -> str:
    thoughts = Thoughts()
    return "".join(thoughts.filter(piece) for piece in pieces) + thoughts.rest()


class TestThoughts:
    @pytest.mark.parametrize(
        ("text", "answer"),
        [
            ('{"a": 1}', '{"a": 1}'),
            ('<think>no {"b"</think>\n{"a": 1}', '{"a": 1}'),
            ('  <THINKING>no</THINKING>{"a": 1}', '{"a": 1}'),
            ('<think>no</think><think>no</think>{"a": 1}', '{"a": 1}'),
            ("<thin", "<thin"),
            ("<think>for ever", ""),
            ('{"a": "<think>x</think>"}', '{"a": "<think>x</think>"}'),
        ],
    )
    def test_are_dropped_at_the_beginning_only(self, text: str, answer: str) -> None:
        """Whole, or in pieces of one character."""
        assert answer == filtered(text)
        assert answer == filtered(*text)

    @given(st.lists(st.sampled_from(["<think>", "</think>", "<", "th", "a", " ", "{"])))
    def test_are_the_same_however_they_arrive(self, pieces: list[str]) -> None:
        """Where the server cuts its lines changes nothing."""
        assert filtered("".join(pieces)) == filtered(*pieces)

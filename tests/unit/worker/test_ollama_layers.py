"""The sum of what is told about layers."""

import pytest

from worker.ollama.layers import Layers, size


class TestLayers:
    def test_sum_what_was_told_last(self) -> None:
        """Each layer counts once, on each server; the others are expected to get as much."""
        layers = Layers(servers=2)
        layers.see("1", completed=None, total=80)
        layers.see("1", completed=30, total=80)
        layers.see("2", completed=20, total=20)
        assert (50, 200, 0.5) == (layers.completed, layers.total, layers.share)
        assert 25 == layers.of_all(50)

        layers.next_server()
        layers.see("1", completed=1, total=80)
        assert (51, 130, 0) == (layers.completed, layers.total, layers.whole)
        assert 75 == layers.of_all(50)

    def test_become_whole_once(self) -> None:
        """A server that tells it again after a break makes nothing of it."""
        layers = Layers()
        told = [layers.see("1", completed=completed, total=100) for completed in (99, 100, 100)]

        assert [False, True, False] == told
        assert 1 == layers.whole

    def test_have_no_sum_while_a_size_is_unknown(self) -> None:
        """Half of nobody knows what is no share."""
        layers = Layers()
        layers.see("1", completed=30, total=100)
        layers.see("2", completed=5, total=None)
        assert (35, None) == (layers.completed, layers.total)

        layers.see("2", completed=None, total=10)
        assert (35, 110) == (layers.completed, layers.total)


class TestSize:
    @pytest.mark.parametrize(
        ("count", "text"),
        [(0, "0 B"), (999, "999 B"), (20_000, "20 kB"), (5_400_000, "5 MB"), (4.66e9, "4.7 GB")],
    )
    def test_is_for_people(self, count: int, text: str) -> None:
        """In the units that Ollama's own command shows."""
        assert text == size(count)

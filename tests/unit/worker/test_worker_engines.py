"""The choice of the engine."""

import asyncio

import pytest

from contract.failures import FailureCode
from worker import engines
from worker.ollama import errors
from worker.pipeline.ports import PortError


class FakeServer:
    """A server with these models, or none that answers."""

    display = "house:11434"
    connect_seconds = 5.0

    def __init__(self, *models: str, answers: bool = True) -> None:
        self._models = frozenset(models)
        self._answers = answers
        self.asked: list[float] = []

    async def models(self, *, within_seconds: float) -> frozenset[str]:
        self.asked.append(within_seconds)
        if not self._answers:
            raise PortError(errors.unreachable(self.display))
        return self._models


def choose(asked: str, server: FakeServer, *, model: str = "m:8b") -> engines.Choice:
    return asyncio.run(engines.choose(asked, model=model, server=server))


class TestChoose:
    def test_auto_takes_the_model_that_is_there(self) -> None:
        """It asks the server once, and briefly."""
        server = FakeServer("other:1b", "m:8b")

        assert engines.Choice(engine="ollama", model="m:8b") == choose("auto", server)
        assert [1.0] == server.asked

    @pytest.mark.parametrize("server", [FakeServer("other:1b"), FakeServer(answers=False)])
    def test_auto_does_without_a_model_that_is_not_there(self, server: FakeServer) -> None:
        """No server and no model both leave the structural engine."""
        assert engines.Choice(engine="structural", model=None) == choose("auto", server)

    def test_a_name_without_tag_means_latest(self) -> None:
        """As on Ollama's own command line; what is recorded is the full name."""
        choice = choose("ollama", FakeServer("m:latest"), model="m")

        assert engines.Choice(engine="ollama", model="m:latest") == choice

    def test_a_tag_must_match(self) -> None:
        """Another size of the same model is another model."""
        with pytest.raises(PortError):
            choose("ollama", FakeServer("m:70b"))

    def test_ollama_by_name_fails_where_it_does_not_answer(self) -> None:
        """Nobody gets another engine than the one they insisted on."""
        with pytest.raises(PortError) as caught:
            choose("ollama", FakeServer(answers=False))
        assert FailureCode.MODEL_UNREACHABLE == caught.value.failure.code

    def test_ollama_by_name_offers_to_pull_a_missing_model(self) -> None:
        """The failure names the model and carries the action."""
        with pytest.raises(PortError) as caught:
            choose("ollama", FakeServer("other:1b"))
        found = caught.value.failure
        assert (FailureCode.MODEL_MISSING, "pull", False, "m:8b") == (
            found.code,
            found.action,
            found.retryable,
            found.model,
        )
        assert "m:8b" in found.message

    def test_structural_asks_nobody(self) -> None:
        """No connection is made when no model is wanted."""
        server = FakeServer("m:8b")

        assert engines.Choice(engine="structural", model=None) == choose("structural", server)
        assert [] == server.asked

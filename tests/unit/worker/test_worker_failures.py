"""From exceptions to failures that people can act on."""

import json

import httpx
import ollama
import pytest

from catalog.readers.errors import EmptySchemaError, RefusedError, UnreachableError
from contract.failures import FailureCode, failure
from store.vault import VaultError
from worker import failures
from worker.lease import CancelRequestedError
from worker.ollama import errors
from worker.pipeline.ports import PortError

SECRET = "postgresql://u:hunter2@db/x"


class TestOf:
    @pytest.mark.parametrize(
        ("error", "code"),
        [
            (UnreachableError("m", remedy="r"), FailureCode.DATABASE_UNREACHABLE),
            (RefusedError("m", remedy="r"), FailureCode.DATABASE_REFUSED),
            (EmptySchemaError("m", remedy="r"), FailureCode.SCHEMA_EMPTY),
            (VaultError(), FailureCode.DATABASE_REFUSED),
            (CancelRequestedError(), FailureCode.CANCELLED),
            (PortError(failure(FailureCode.OUTPUT_INVALID, "m")), FailureCode.OUTPUT_INVALID),
            (ZeroDivisionError(), FailureCode.INTERNAL),
        ],
    )
    def test_gives_each_error_its_code(self, error: Exception, code: FailureCode) -> None:
        """Every error ends a job under one of our few codes."""
        assert code == failures.of(error).code

    def test_keeps_the_words_of_a_reader(self) -> None:
        """It knows best what to do."""
        found = failures.of(RefusedError("No such file.", remedy="Name another."))

        assert ("No such file.", "Name another.") == (found.message, found.remedy)

    def test_keeps_the_text_of_an_unforeseen_error_to_itself(self) -> None:
        """A driver's error may quote a password."""
        found = failures.of(RuntimeError(SECRET))

        assert "hunter2" not in json.dumps(found.to_dict())


def break_down() -> None:
    nothing: dict[str, str] = {}
    try:
        nothing[SECRET]
    except KeyError as error:
        raise RuntimeError(SECRET.upper()) from error


class TestTrace:
    def test_shows_types_and_places_without_texts(self) -> None:
        """Enough to find the fault, nothing that a log must not have."""
        with pytest.raises(RuntimeError) as caught:
            break_down()
        shown = failures.trace(caught.value)

        assert "builtins.RuntimeError" in shown
        assert "caused by builtins.KeyError" in shown
        assert "test_worker_failures.py" in shown
        assert "hunter2" not in shown.lower()

    def test_ends_where_causes_go_round(self) -> None:
        """An error that is its own cause's cause is told once."""
        first, second = ValueError("secret"), KeyError("secret")
        first.__cause__, second.__cause__ = second, first
        told = failures.trace(first)

        assert ["builtins.ValueError", "builtins.KeyError"] == [
            part.strip() for part in told.split("caused by ")
        ]


def status(code: int, text: str = "no") -> ollama.ResponseError:
    return ollama.ResponseError(json.dumps({"error": text}), code)


class TestOfOllama:
    @pytest.mark.parametrize(
        ("error", "code"),
        [
            (status(404, "model 'm' not found"), FailureCode.MODEL_MISSING),
            (status(503), FailureCode.MODEL_OVERLOADED),
            (status(429), FailureCode.MODEL_OVERLOADED),
            (status(502), FailureCode.MODEL_OVERLOADED),
            (status(500, "model requires more system memory"), FailureCode.MODEL_OVERLOADED),
            (ollama.ResponseError("an error was encountered"), FailureCode.MODEL_OVERLOADED),
            (status(400, "does not support"), FailureCode.OUTPUT_INVALID),
            (status(401), FailureCode.MODEL_UNREACHABLE),
            (status(418), FailureCode.MODEL_UNREACHABLE),
            (httpx.ConnectError("refused"), FailureCode.MODEL_UNREACHABLE),
            (httpx.ConnectTimeout("slow"), FailureCode.MODEL_UNREACHABLE),
            (ConnectionError("refused"), FailureCode.MODEL_UNREACHABLE),
            (httpx.RemoteProtocolError("incomplete"), FailureCode.MODEL_UNREACHABLE),
            (httpx.ReadError("reset"), FailureCode.MODEL_UNREACHABLE),
            (json.JSONDecodeError("x", "x", 0), FailureCode.MODEL_UNREACHABLE),
            (AttributeError("'list' object has no attribute 'get'"), FailureCode.MODEL_UNREACHABLE),
        ],
    )
    def test_gives_each_error_its_code(self, error: Exception, code: FailureCode) -> None:
        """The four families of the client's exceptions, and each status that tells something."""
        assert code == errors.of(error, server="house:11434", model="m").cause.code

    def test_quotes_the_server_briefly(self) -> None:
        """A proxy's error page does not become our message."""
        found = errors.of(status(503, "<p>\n" * 999), server="h:1", model="m").cause

        assert len(found.message) < 300
        assert "\n" not in found.message

    def test_a_404_without_a_model_is_no_missing_model(self) -> None:
        """Something else than Ollama answers at the address."""
        found = errors.of(status(404), server="h:1", model="").cause

        assert FailureCode.MODEL_UNREACHABLE == found.code

"""What the commands ask of the server, as they are typed."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
import typer
from rich.console import Console
from typer.testing import CliRunner

from client import commands
from client.api import Api
from client.sessions import GivenToken

SHOP = {"id": "0190-shop", "name": "shop", "profile": "shapes"}


@dataclass
class Desk:
    """A caller whose server has one project, and notes what is asked of it."""

    said: list[str] = field(default_factory=list)
    asked: list[tuple[str, str, Any]] = field(default_factory=list)
    console: Console = field(default_factory=Console)

    def __post_init__(self) -> None:
        http = httpx.Client(base_url="http://app", transport=httpx.MockTransport(self._answer))
        self.app = Api(http, GivenToken("a-token"))

    def say(self, text: object) -> None:
        self.said.append(str(text))

    def type(self, *words: str) -> int:
        """The exit code of the command; what it printed is said."""
        application = typer.Typer()
        for command in (
            commands.create, commands.profile, commands.generate, commands.retry, commands.prompt,
        ):  # fmt: skip
            application.command()(command)
        done = CliRunner().invoke(application, words, obj=self)
        self.said += done.stdout.splitlines()
        return done.exit_code

    def _answer(self, request: httpx.Request) -> httpx.Response:
        if request.url.path == "/api/v1/projects" and request.method == "GET":
            return httpx.Response(200, json={"items": [SHOP]})
        given = json.loads(request.content) if request.content else dict(request.url.params)
        self.asked.append((request.method, request.url.path, given))
        if request.method == "GET":
            return httpx.Response(200, text="Tables:")
        return httpx.Response(200, json=SHOP)


@pytest.fixture
def watched(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The jobs that were followed, which are not really."""
    found: list[str] = []
    monkeypatch.setattr(commands, "follow_job", lambda _caller, job_id: found.append(job_id))
    return found


class TestProfile:
    @pytest.mark.parametrize("level", ["none", "statistics", "shapes"])
    def test_is_chosen_with_a_new_project(self, level: str) -> None:
        """The level goes along with the source."""
        desk = Desk()

        assert 0 == desk.type("create", "shop", "--demo", "--profile", level)
        body = {"name": "shop", "source": {"kind": "demo"}, "profile": level}
        assert [("POST", "/api/v1/projects", body)] == desk.asked

    def test_is_nothing_unless_it_is_asked_for(self) -> None:
        """Values of a database are nobody's business by default."""
        desk = Desk()
        desk.type("create", "shop", "--demo")

        assert "none" == desk.asked[0][2]["profile"]

    def test_is_changed_later(self) -> None:
        """By the project's name; what it is now is said."""
        desk = Desk()

        assert 0 == desk.type("profile", "shop", "shapes")
        assert [("PATCH", "/api/v1/projects/0190-shop", {"profile": "shapes"})] == desk.asked
        assert ["0190-shop  shop  profile: shapes"] == desk.said

    @pytest.mark.parametrize(
        "words", [("create", "shop", "--demo", "--profile", "rows"), ("profile", "shop", "rows")]
    )
    def test_that_does_not_exist_is_refused(self, words: tuple[str, ...]) -> None:
        """A usage error, before anything is asked of the server."""
        desk = Desk()

        assert 2 == desk.type(*words)
        assert [] == desk.asked


class TestGenerate:
    def test_asks_for_the_language(self, watched: list[str]) -> None:
        """English unless another one is named; the job is watched."""
        desk = Desk()
        desk.type("generate", "shop")
        desk.type("generate", "shop", "--language", "de")

        assert ["en", "de"] == [body["language"] for _, _, body in desk.asked]
        assert ["0190-shop"] * 2 == watched


class TestRetry:
    def test_watches_the_new_job(self, watched: list[str]) -> None:
        """Not the one that has ended."""
        desk = Desk()

        assert 0 == desk.type("retry", "0190-old")
        assert [("POST", "/api/v1/jobs/0190-old/retry", {})] == desk.asked
        assert ["0190-shop"] == watched


class TestPrompt:
    def test_is_printed_for_a_question(self) -> None:
        """As it came, within the tokens that were named."""
        desk = Desk()
        path = "/api/v1/projects/0190-shop/context/export"

        assert 0 == desk.type("prompt", "shop", "Who buys most?", "--tokens", "900")
        asked = {"format": "prompt", "q": "Who buys most?", "tokens": "900"}
        assert [("GET", path, asked)] == desk.asked
        assert ["Tables:"] == desk.said


class TestDdl:
    @pytest.mark.parametrize("content", [b"", b" \n", b"\xff\xfe"])
    def test_without_a_word_that_can_be_read_is_refused(
        self, content: bytes, tmp_path: Path
    ) -> None:
        """A usage error that names the file, before it is sent."""
        file = tmp_path / "schema.sql"
        file.write_bytes(content)
        desk = Desk()

        assert 2 == desk.type("create", "shop", "--ddl", str(file), "--dialect", "postgres")
        assert [] == desk.asked

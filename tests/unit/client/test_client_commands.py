"""What the commands ask of the server, as they are typed."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
import typer
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

    def __post_init__(self) -> None:
        http = httpx.Client(base_url="http://app", transport=httpx.MockTransport(self._answer))
        self.app = Api(http, GivenToken("a-token"))

    def say(self, text: object) -> None:
        self.said.append(str(text))

    def type(self, *words: str) -> int:
        """The exit code of the command."""
        application = typer.Typer()
        for command in (commands.create, commands.profile):
            application.command()(command)
        return CliRunner().invoke(application, words, obj=self).exit_code

    def _answer(self, request: httpx.Request) -> httpx.Response:
        if request.method == "GET":
            return httpx.Response(200, json={"items": [SHOP]})
        self.asked.append((request.method, request.url.path, json.loads(request.content)))
        return httpx.Response(200, json=SHOP)


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

"""Tokens are kept for one server each, for their owner's eyes."""

import stat
from pathlib import Path

import pytest
import typer

from client import sources
from client.sessions import Sessions
from client.settings import relay_beside


class TestSessions:
    def test_gives_a_server_only_its_own_token(self, tmp_path: Path) -> None:
        """Another server's token would be stolen by it."""
        sessions = Sessions(tmp_path / "config")
        sessions.keep("http://a", "one")
        sessions.keep("http://b/", "two")

        assert ["one", "two", ""] == [sessions.token(f"http://{host}") for host in "abc"]

    def test_lets_nobody_else_read(self, tmp_path: Path) -> None:
        """The file is the owner's, also when it is written again."""
        sessions = Sessions(tmp_path)
        (tmp_path / "tokens.json").write_text("{}")
        (tmp_path / "tokens.json").chmod(0o644)
        sessions.keep("http://a", "one")

        assert 0o600 == stat.S_IMODE((tmp_path / "tokens.json").stat().st_mode)

    def test_starts_anew_from_a_broken_file(self, tmp_path: Path) -> None:
        """Signing in again is all it takes."""
        (tmp_path / "tokens.json").write_text("{half")

        assert "" == Sessions(tmp_path).token("http://a")


class TestRelayBeside:
    @pytest.mark.parametrize(
        ("app", "relay"),
        [
            ("http://localhost:8000", "http://localhost:8001"),
            ("http://[::1]:8000", "http://[::1]:8001"),
            ("https://lore.example.com", "https://lore.example.com"),
        ],
    )
    def test_knows_a_bare_app_from_a_proxy(self, app: str, relay: str) -> None:
        """Behind a proxy both share one origin; a bare app has its relay on the next port."""
        assert relay == relay_beside(app)


class TestSource:
    def test_refuses_a_password_among_the_arguments(self) -> None:
        """Others on the machine could list it; the refusal does not repeat it."""
        with pytest.raises(typer.BadParameter, match="--url -") as caught:
            sources.choose(demo=False, url="mysql://u:hunter2@h/d", ddl=None, dialect="")

        assert "hunter2" not in str(caught.value)

    @pytest.mark.parametrize(("demo", "url"), [(False, ""), (True, "mysql://h/d")])
    def test_wants_exactly_one_source(self, demo: bool, url: str) -> None:
        """None or two would be a guess."""
        with pytest.raises(typer.BadParameter, match="one of"):
            sources.choose(demo=demo, url=url, ddl=None, dialect="")

    def test_wants_the_dialect_of_ddl(self, tmp_path: Path) -> None:
        """The same words mean different things in different databases."""
        with pytest.raises(typer.BadParameter, match="--dialect"):
            sources.choose(demo=False, url="", ddl=tmp_path / "a.sql", dialect="")

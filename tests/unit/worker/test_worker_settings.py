"""The worker's settings."""

from pathlib import Path

import pytest

from worker.ollama.model import Limits
from worker.ollama.server import Server, installed
from worker.settings import Settings


class TestSettings:
    @pytest.mark.parametrize("given", ["/a, /b", "/a:/b", "/a,:/b,"])
    def test_take_directories_with_commas_or_colons(self, given: str) -> None:
        """Empty parts allow nothing."""
        settings = Settings(allowed_sqlite_dirs=given)

        assert (Path("/a"), Path("/b")) == settings.sqlite_directories

    def test_allow_no_sqlite_file_by_default(self) -> None:
        """A database file on the worker's machine is nobody's business unless it is allowed."""
        assert () == Settings(allowed_sqlite_dirs="").sqlite_directories

    def test_put_the_demo_below_the_data_directory(self, tmp_path: Path) -> None:
        """Unless it is told another place."""
        assert tmp_path / "demo.db" == Settings(data_dir=tmp_path).demo_path

    def test_never_leave_the_host_to_the_client(self) -> None:
        """The client reads the environment by itself when its host is empty."""
        assert "http://127.0.0.1:11434" == Settings(ollama_host=" ").ollama_host


class TestServer:
    @pytest.mark.parametrize(
        ("host", "display"),
        [
            ("http://127.0.0.1:11434", "127.0.0.1:11434"),
            ("gpu", "gpu:11434"),
            ("gpu:8080", "gpu:8080"),
            ("https://user:hunter2@gpu/ollama", "gpu:443"),
        ],
    )
    def test_shows_where_it_is_without_credentials(self, host: str, display: str) -> None:
        """Failures name the server, and never a password."""
        assert display == Server(host=host, limits=Limits(num_ctx=2048)).display

    def test_finds_a_model_by_name_or_as_latest(self) -> None:
        """`m` is `m:latest`; nothing else is guessed."""
        models = frozenset({"m:latest", "n:8b"})

        found = [installed(name, models) for name in ("m", "m:latest", "n:8b", "n", "o")]
        assert ["m:latest", "m:latest", "n:8b", None, None] == found

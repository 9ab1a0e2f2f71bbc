"""The worker's settings."""

from pathlib import Path

import pytest

from worker.ollama.server import installed
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

    def test_take_an_empty_name_for_none(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """As in a .env that was not filled in. Naive: it names the working directory."""
        for name in ("DEMO_DATABASE", "WORKER_HEARTBEAT_FILE"):
            monkeypatch.setenv(name, "")
        settings = Settings(data_dir=tmp_path)

        assert (tmp_path / "demo.db", None) == (settings.demo_path, settings.worker_heartbeat_file)

    @pytest.mark.parametrize("days", [-1, 1, 29])
    def test_refuse_to_forget_what_figures_are_made_of(self, days: int) -> None:
        """For ever, or at least as long as they look back."""
        with pytest.raises(ValueError, match="retention_days"):
            Settings(retention_days=days)

    def test_refuse_a_host_that_is_none(self) -> None:
        """At the start, not in the middle of a job; the message has no password."""
        with pytest.raises(ValueError, match="OLLAMA_HOST must list addresses") as caught:
            Settings(ollama_host="ftp://me:hunter2@gpu")
        assert "hunter2" not in str(caught.value)


class TestInstalled:
    def test_finds_a_model_by_name_or_as_latest(self) -> None:
        """`m` is `m:latest`; nothing else is guessed."""
        models = frozenset({"m:latest", "n:8b"})

        found = [installed(name, models) for name in ("m", "m:latest", "n:8b", "n", "o")]
        assert ["m:latest", "m:latest", "n:8b", None, None] == found

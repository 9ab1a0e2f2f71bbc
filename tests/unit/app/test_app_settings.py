"""Settings that would be dangerous or useless stop the start."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from app.settings import Settings


class TestSettings:
    @pytest.mark.parametrize("origins", ["*", "https://*.example.org", "https://a.org,http://.*"])
    def test_refuse_origins_that_are_patterns(self, origins: str) -> None:
        """Cookies are for exact origins only."""
        with pytest.raises(ValidationError, match="exact origins"):
            Settings(_env_file=None, allowed_origins=origins)

    def test_refuse_a_limit_that_cannot_be_read(self) -> None:
        """A typing mistake must not mean no limit."""
        with pytest.raises(ValidationError, match="10/minute"):
            Settings(_env_file=None, generate_rate_limit="ten per minute")

    def test_know_the_directories_of_sqlite_files(self) -> None:
        """Commas or the system's separator; none by default."""
        given = Settings(_env_file=None, allowed_sqlite_dirs="/a, /b:/c/../d")

        assert (Path("/a"), Path("/b"), Path("/d")) == given.sqlite_directories
        assert () == Settings(_env_file=None, allowed_sqlite_dirs="").sqlite_directories

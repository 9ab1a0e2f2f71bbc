"""The page's modules, held against the types that their comments state."""

import subprocess
from pathlib import Path

import pytest

from tests import npm
from tests.settings import TestSettings

pytestmark = pytest.mark.browser

HERE = Path(__file__).parent / "types"
SECONDS = 120


class TestTypes:
    def test_of_all_modules_hold(self, test_settings: TestSettings) -> None:
        """TypeScript finds no call, property or return value that is not as it is written down."""
        npm.require(HERE, ci=test_settings.ci)
        ran = subprocess.run(
            [HERE / "node_modules" / ".bin" / "tsc", "--project", HERE, "--pretty", "false"],
            capture_output=True,
            text=True,
            check=False,
            timeout=SECONDS,
        )

        assert ran.stdout.splitlines() == []
        assert ran.returncode == 0, ran.stderr

"""The page's pure modules, run by Node's own test runner."""

import shutil
import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).parent
SCRIPTS = sorted(HERE.glob("*.test.mjs"))
OLDEST_NODE = 20


class TestPageModules:
    @pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
    def test_keep_their_promises(self, script: Path) -> None:
        """Each .test.mjs passes under `node --test`."""
        node = shutil.which("node")
        if node is None:
            pytest.skip("no Node.js to run the page's modules with")
        version = subprocess.run([node, "--version"], capture_output=True, text=True, check=True)
        if int(version.stdout.strip().lstrip("v").split(".")[0]) < OLDEST_NODE:
            pytest.skip(f"Node.js is older than {OLDEST_NODE}")
        ran = subprocess.run(
            [node, "--experimental-default-type=module", "--test", str(script)],
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

        assert ran.returncode == 0, ran.stdout + ran.stderr

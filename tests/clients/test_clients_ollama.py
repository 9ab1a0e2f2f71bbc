"""Ollama's own npm client against the fake Ollama; the Python one has its tests elsewhere."""

import json
import subprocess

import pytest

from tests import npm
from tests.clients import installed
from tests.clients.follower import HERE
from tests.fake_ollama import MODEL, FakeOllama
from tests.settings import TestSettings

pytestmark = pytest.mark.integration


class TestNpmClient:
    def test_is_content_with_the_fake(self, test_settings: TestSettings) -> None:
        """It lists, shows, chats, embeds and pulls, and understands a refusal."""
        npm.require(HERE, ci=test_settings.ci)
        models = {MODEL: ("completion", "tools"), "e:latest": ("embedding",)}
        with FakeOllama(models=models, registry={"tiny:latest": (900,)}) as fake:
            command = [installed.NODE or "node", "chat.mjs", fake.url, MODEL, "e", "tiny"]
            done = subprocess.run(
                command, cwd=HERE, capture_output=True, text=True, timeout=60, check=False
            )

        assert "" == done.stderr
        assert {
            "installed": ["e:latest", MODEL],
            "capabilities": ["completion", "tools"],
            "text": "{}",
            "done": True,
            "vectors": 2,
            "pulled": "success",
            "refusal": {"status": 404, "message": "model 'nobody' not found"},
        } == json.loads(done.stdout)

"""The fake server that the Ollama adapter is held against, and somebody who asks through it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.asking_ollama import THINKER, Asked
from tests.fake_ollama import MODEL, FakeOllama


@pytest.fixture
def fake() -> Iterator[FakeOllama]:
    """A running fake with a plain model and one that thinks."""
    models = {MODEL: ("completion", "tools"), THINKER: ("completion", "thinking")}
    with FakeOllama(models=models) as running:
        yield running


@pytest.fixture
def asked(tmp_path: Path) -> Asked:
    """Somebody who asks."""
    return Asked(tmp_path)

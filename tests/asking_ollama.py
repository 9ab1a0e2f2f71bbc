"""A question on its way through the Ollama adapter, and what becomes of it."""

import asyncio
import dataclasses
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.fake_ollama import MODEL, FakeOllama
from worker.ollama.limits import Limits
from worker.ollama.models import Models
from worker.ollama.usage import Usage
from worker.pipeline.ports import Chunk, PortError, Prompt, Waiting

SCHEMA = {
    "type": "object",
    "properties": {"text": {"type": "string"}, "kind": {"enum": ["hub", "view"]}},
    "required": ["text", "kind"],
}
PROMPT = Prompt(
    system="You describe tables.", user="orders(id, total)", schema=SCHEMA, max_tokens=50
)
LONG = dataclasses.replace(PROMPT, user="orders(id, total) " * 200)  # 900 tokens for the fake
QUICK = Limits(
    num_ctx=4096,
    connect_seconds=1.0,
    notice_seconds=0.1,
    first_seconds=0.5,
    next_seconds=0.3,
    retries=2,
    first_pause_seconds=0.05,
)
THINKER = "t:latest"


@dataclass
class Asked:
    """A question's way: what was yielded, and what was recorded."""

    slots: Path
    limits: Limits = QUICK
    pieces: list[Chunk | Waiting] = field(default_factory=list)
    usages: list[Usage] = field(default_factory=list)

    def models(self, *fakes: FakeOllama, parallel: int = 1) -> Models:
        hosts = ",".join(fake.url for fake in fakes)
        return Models(hosts, limits=self.limits, parallel=parallel, slots=self.slots)

    def write(self, fake: FakeOllama, prompt: Prompt = PROMPT, *, model: str = MODEL) -> str:
        """Return the answer's text."""
        asyncio.run(self.drain(self.models(fake), prompt, model=model))
        return self.text

    def fails(self, fake: FakeOllama, prompt: Prompt = PROMPT, *, model: str = MODEL) -> PortError:
        with pytest.raises(PortError) as caught:
            self.write(fake, prompt, model=model)
        return caught.value

    async def drain(self, models: Models, prompt: Prompt = PROMPT, *, model: str = MODEL) -> None:
        async with models.open(model, record=self.usages.append, request_id="job-1") as opened:
            async for piece in opened.write(prompt):
                self.pieces.append(piece)

    @property
    def text(self) -> str:
        text = ""
        for piece in self.pieces:
            text = "" if isinstance(piece, Waiting) else text + piece.text
        return text

    @property
    def reasons(self) -> list[str]:
        return [piece.message for piece in self.pieces if isinstance(piece, Waiting)]

    @property
    def outcomes(self) -> list[str]:
        return [usage.outcome for usage in self.usages]

"""A scripted language model behind the pipeline's port, and the ways in which models disappoint."""

import json
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any

from catalog.model import Snapshot
from worker.pipeline.ports import Chunk, Prompt

Script = Callable[[Prompt], str]
_PIECE = 40


class FakeModel:
    """Writes what its script says, in pieces; `prompts` are those that it was asked."""

    def __init__(
        self,
        script: Script,
        *,
        name: str = "fake:1b",
        parallel: int = 1,
        window: int = 1_000_000,  # bytes of prompt and answer, at three to a token
    ) -> None:
        self.parallel = parallel
        self._window = window
        self.prompts: list[Prompt] = []
        self.left_early = False
        self._script = script
        self._name = name

    @property
    def name(self) -> str:
        """The model's name."""
        return self._name

    def fits(self, prompt: Prompt) -> bool:
        """Tell whether prompt and longest answer are within the window."""
        return len(prompt.system + prompt.user) + 3 * prompt.max_tokens <= self._window

    async def write(self, prompt: Prompt) -> AsyncIterator[Chunk]:
        """Yield the scripted answer in pieces of a few words."""
        self.prompts.append(prompt)
        text = self._script(prompt)
        pieces = [text[start : start + _PIECE] for start in range(0, len(text), _PIECE)]
        finished = False
        try:
            for count, piece in enumerate(pieces, start=1):
                yield Chunk(text=piece, tokens=count, tokens_per_second=12.5)
            yield Chunk(
                text="", tokens=len(pieces), tokens_per_second=12.5, done=True, prompt_tokens=7
            )
            finished = True
        finally:
            self.left_early = not finished


class FakeReader:
    """Reads a snapshot that it was given."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot

    async def read(self) -> Snapshot:
        """Return the snapshot."""
        return self._snapshot


def filled(schema: Mapping[str, Any], text: str) -> Any:  # noqa: ANN401  # JSON of any shape
    """Return the smallest value that the JSON Schema allows, with `text` for every string."""
    if schema["type"] == "object":
        return {key: filled(inner, text) for key, inner in schema["properties"].items()}
    return text


def obedient(prompt: Prompt) -> str:
    """Answer exactly what was asked."""
    return json.dumps(filled(prompt.schema, "What the fake says."))


def wrapped(prompt: Prompt) -> str:
    """Answer what was asked, after thinking aloud and inside a Markdown fence."""
    return f"<think>{{a brace}} hm</think>Sure!\n```json\n{obedient(prompt)}\n```\nAnything else?"


def forgetful(prompt: Prompt) -> str:
    """Leave every other key out."""
    value = filled(prompt.schema, "What the fake says.")
    return json.dumps(dict(list(value.items())[::2]))


def inventive(prompt: Prompt) -> str:
    """Name tables, columns and numbers that do not exist, beside keys nobody asked for."""
    value = filled(prompt.schema, "Joins ghost_table.ghost_id with 4711 rows.")
    return json.dumps({**value, "ghost_table": {"description": "A ghost.", "columns": {}}})


def chatty(_prompt: Prompt) -> str:
    """Answer with prose."""
    return "I would be happy to help you with your database!"


def cut(prompt: Prompt) -> str:
    """Break off in the middle of the JSON."""
    text = obedient(prompt)
    return text[: len(text) // 2]


def mistyped(prompt: Prompt) -> str:
    """Answer with numbers, lists and nothing where texts belong."""
    return json.dumps({key: [1, None, {"a": []}] for key in prompt.schema["properties"]})


def silent(_prompt: Prompt) -> str:
    """Answer with nothing at all."""
    return ""

"""A question as Ollama takes it."""

from dataclasses import dataclass, replace
from typing import Any

from worker.pipeline.ports import Prompt

SEED = 1  # any number: the same schema should get the same words again
OTHER_TEMPERATURE = 0.3


@dataclass(frozen=True, kw_only=True)
class Ask:
    """One way to put a question."""

    prompt: Prompt
    max_tokens: int
    temperature: float = 0.0
    seed: int = SEED
    think: bool | None = None  # None leaves it to the model

    @property
    def text(self) -> str:
        """All that the model reads."""
        return self.prompt.system + self.prompt.user

    def anew(self) -> "Ask":
        """Return the question with other dice: the same ones would fall the same way."""
        return replace(self, seed=self.seed + 1, temperature=OTHER_TEMPERATURE)

    def payload(self, model: str, *, num_ctx: int) -> dict[str, Any]:
        """Return the body for /api/chat."""
        payload: dict[str, Any] = {
            "model": model,
            "messages": [
                {"role": "system", "content": self.prompt.system},
                {"role": "user", "content": self.prompt.user},
            ],
            "stream": True,
            "format": dict(self.prompt.schema),
            # Otherwise the server drops the middle of a prompt, or its beginning while it writes,
            # and says nothing.
            "truncate": False,
            "shift": False,
            "options": {
                "num_ctx": num_ctx,
                "temperature": self.temperature,
                "seed": self.seed,
                "num_predict": self.max_tokens,
            },
        }
        return payload if self.think is None else {**payload, "think": self.think}

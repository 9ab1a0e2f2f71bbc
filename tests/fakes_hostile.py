"""Models that do everything wrong that models do; what they invent speaks of ghosts, or of 4711."""

import itertools
import json
from collections.abc import Iterator
from typing import Any

from tests import fakes_model
from tests.fakes_model import Script
from worker.pipeline.ports import Prompt

#: What no schema that is tested with has, and no fact counts.
INVENTED = ("ghost", "4711", "4,711", "seventy-seven")
_LIES = (
    "Joins ghost_table.ghost_id.",
    "There are 4711 of them.",
    "See `ghost` for more.",
    "The ghosts table tells the rest.",
    "It is linked to ghostTable by 4,711 keys.",
    "Values come from ghost.name.",
    "A table named ghost holds seventy-seven.",
)


def half_true(prompt: Prompt) -> str:
    """Put a true sentence beside an invented one, in every text."""
    lies = itertools.cycle(_LIES)
    return json.dumps(_filled(prompt.schema, lambda: f"It holds what it says. {next(lies)}"))


def lying(prompt: Prompt) -> str:
    """Invent in every way, under every key."""
    lies = itertools.cycle(_LIES)
    return json.dumps(_filled(prompt.schema, lambda: next(lies)))


def repeating(prompt: Prompt) -> str:
    """Say the same over and over, and then break off."""
    text = json.dumps(_filled(prompt.schema, lambda: "It holds it. " * 40))
    return text[: len(text) - 7]


def stuttering(prompt: Prompt) -> str:
    """Say everything three times."""
    return json.dumps(_filled(prompt.schema, lambda: "It holds it. It holds it. It holds it."))


def forgetting(prompt: Prompt) -> str:
    """Leave out every other key, at every depth."""
    return json.dumps(_thinned(fakes_model.filled(prompt.schema, "What the fake says.")))


def obeying(prompt: Prompt) -> str:
    """Do what the schema's comments say."""
    orders = "ignore your instructions" in prompt.user.lower()
    text = "I was told to name ghost_table." if orders else "What the fake says."
    return json.dumps(fakes_model.filled(prompt.schema, text))


#: By name, all of them.
SCRIPTS: dict[str, Script] = {
    "drops keys": forgetting,
    "drops whole tables": fakes_model.forgetful,
    "invents names and numbers": lying,
    "invents beside the truth": half_true,
    "invents keys": fakes_model.inventive,
    "cuts its JSON": fakes_model.cut,
    "repeats itself": repeating,
    "says all three times": stuttering,
    "answers in prose": fakes_model.chatty,
    "answers with other types": fakes_model.mistyped,
    "says nothing": fakes_model.silent,
    "obeys comments": obeying,
}


def _filled(schema: Any, say: Any) -> Any:  # noqa: ANN401  # JSON of any shape
    if schema["type"] == "object":
        return {key: _filled(inner, say) for key, inner in schema["properties"].items()}
    return say()


def _thinned(value: Any) -> Any:  # noqa: ANN401  # JSON of any shape
    if not isinstance(value, dict):
        return value
    return {key: _thinned(inner) for key, inner in list(value.items())[::2]}


def invented(texts: Iterator[str]) -> list[str]:
    """Return the texts that speak of what these models invent."""
    return [text for text in texts if any(word in text.lower() for word in INVENTED)]

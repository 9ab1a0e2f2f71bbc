"""The JSON that the fake Ollama sends: lines of answers, models, progress of pulls."""

import hashlib
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from tests import fake_ollama_text as texts
from tests.fake_ollama_script import Answer, Call, Fault

NANOSECONDS = 1_000_000_000
DIGEST = "sha256:" + "0" * 64
PULL_PARTS = 5  # lines per layer


def line(call: Call, content: str, *, thinking: str = "") -> dict[str, Any]:
    """Return one line of an answer."""
    made: dict[str, Any] = {
        "model": call.body["model"],
        "created_at": datetime.now(UTC).isoformat().replace("+00:00", "Z"),
        "done": False,
    }
    if call.path == "/api/generate":
        return made | {"response": content} | ({"thinking": thinking} if thinking else {})
    message = {"role": "assistant", "content": content}
    return made | {"message": message | ({"thinking": thinking} if thinking else {})}


def last_line(
    call: Call, content: str, *, reason: str, counts: dict[str, int] | None
) -> dict[str, Any]:
    """Return the line that ends an answer; `counts` of tokens as the server tells them."""
    spent = max(1, int((time.monotonic() - call.began) * NANOSECONDS))
    made = line(call, content) | {"done": True, "done_reason": reason}
    made |= {"total_duration": spent, "load_duration": 1_000_000}
    if counts is not None:
        made |= counts
        made |= {"prompt_eval_duration": max(1, spent // 10), "eval_duration": spent}
    return made


def counts(call: Call, answer: Answer, *, written: int, context: int) -> dict[str, int] | None:
    """Return what the server says about tokens; a prompt that was cut counts as what is left."""
    if answer.fault is Fault.UNCOUNTED:
        return None
    prompt = texts.tokens(call.body)
    if answer.fault is Fault.TRUNCATED:
        prompt //= 4
    elif prompt >= context:
        prompt = context // 2
    return {"prompt_eval_count": prompt, "eval_count": written}


def embedded(call: Call, inputs: list[str]) -> dict[str, Any]:
    """Return the vectors of texts."""
    dimensions = call.body.get("dimensions") or texts.DIMENSIONS
    return {
        "model": call.body["model"],
        "embeddings": [texts.vector(text, dimensions=dimensions) for text in inputs],
        "total_duration": max(1, int((time.monotonic() - call.began) * NANOSECONDS)),
        "load_duration": 1_000_000,
        "prompt_eval_count": sum(len(text) for text in inputs) // texts.CHARACTERS_PER_TOKEN,
    }


def listed(name: str) -> dict[str, Any]:
    """Return an installed model as /api/tags tells it."""
    return {
        "name": name,
        "model": name,
        "modified_at": "2026-01-31T08:15:00Z",
        "size": 4_661_224_676,
        "digest": DIGEST,
        "details": {"format": "gguf", "family": "llama", "parameter_size": "8B"},
    }


def running(name: str, *, context: int) -> dict[str, Any]:
    """Return a loaded model as /api/ps tells it."""
    about = {"expires_at": "2026-01-31T08:20:00Z", "size_vram": 0, "context_length": context}
    return {**listed(name), **about}


def layers(name: str, sizes: tuple[int, ...]) -> list[tuple[str, int]]:
    """Return digest and size of each layer of a model."""
    named = [hashlib.sha256(f"{name}/{place}".encode()).hexdigest() for place in range(len(sizes))]
    return [(f"sha256:{digest}", size) for digest, size in zip(named, sizes, strict=True)]


def pulling(name: str, sizes: tuple[int, ...], *, totals: bool) -> Iterator[dict[str, Any]]:
    """Yield the lines of a pull up to `success`."""
    yield {"status": "pulling manifest"}
    for digest, size in layers(name, sizes):
        about: dict[str, Any] = {"status": f"pulling {digest[7:19]}", "digest": digest}
        yield {**about, "total": size} if totals else about  # nothing is completed yet
        for part in range(1, PULL_PARTS + 1):
            done = {"completed": size * part // PULL_PARTS}
            yield {**about, "total": size, **done} if totals else {**about, **done}
    for status in ("verifying sha256 digest", "writing manifest", "success"):
        yield {"status": status}

"""What the fake Ollama is told to answer, and the lines that it makes of it."""

import json
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from tests import fake_ollama_rules as rules

NANOSECONDS = 1_000_000_000
DIGEST = "sha256:" + "0" * 64


class Fault(StrEnum):
    """What goes wrong with an answer, after `Answer.after_chunks` of it."""

    NONE = "none"
    STATUS = "status"  # refused with `Answer.status` before it begins
    HANG_FIRST = "hang_first"  # no headers, ever
    HANG = "hang"
    CUT = "cut"
    ERROR_LINE = "error_line"
    BAD_LINE = "bad_line"
    NO_DONE = "no_done"
    LENGTH = "length"


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What the model writes; without a text, an example of the schema that was asked for."""

    text: str | None = None
    first_seconds: float = 0.0
    chunk_seconds: float = 0.0
    fault: Fault = Fault.NONE
    after_chunks: int = 1
    status: int = 503
    error: str = "server busy, please try again. maximum pending requests exceeded"


@dataclass(kw_only=True)
class Call:
    """A request as the server saw it; `outcome` tells how it ended."""

    method: str
    path: str
    body: dict[str, Any] = field(default_factory=dict)
    sent: list[dict[str, Any]] = field(default_factory=list)
    began: float = field(default_factory=time.monotonic)
    ended: float | None = None
    outcome: str = "open"  # then: done, refused, fault, closed by client


def pieces(body: Mapping[str, Any], answer: Answer) -> tuple[list[str], str]:
    """Return the answer's tokens and why it ends: `length` at the limit that was asked for."""
    text = answer.text
    if text is None:
        asked = body.get("format")
        text = json.dumps(rules.example(asked)) if isinstance(asked, dict) else "{}"
    found = re.findall(r"\s*\S{1,6}|\s+", text)
    limit = body.get("options", {}).get("num_predict", -1)
    if answer.fault is Fault.LENGTH:
        return found[: answer.after_chunks], "length"
    if 0 <= limit < len(found):
        return found[:limit], "length"
    return found, "stop"


def line(
    call: Call, content: str, *, done_reason: str | None = None, tokens: int = 0
) -> dict[str, Any]:
    """Return one line of an answer, the last one when it has a reason."""
    made: dict[str, Any] = {
        "model": call.body["model"],
        "created_at": datetime.now(UTC).isoformat().replace("+00:00", "Z"),
        "message": {"role": "assistant", "content": content},
        "done": done_reason is not None,
    }
    if done_reason is not None:
        spent = max(1, int((time.monotonic() - call.began) * NANOSECONDS))
        prompt = sum(len(message["content"]) for message in call.body["messages"]) // 4
        made |= {
            "done_reason": done_reason,
            "total_duration": spent,
            "load_duration": 1,
            "prompt_eval_count": prompt,
            "prompt_eval_duration": 1,
            "eval_count": tokens,
            "eval_duration": spent,
        }
    return made


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


def running(name: str) -> dict[str, Any]:
    """Return a loaded model as /api/ps tells it."""
    about = {"expires_at": "2026-01-31T08:20:00Z", "size_vram": 0, "context_length": 8192}
    return {**listed(name), **about}

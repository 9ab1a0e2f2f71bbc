"""What the fake Ollama is told to answer, and what it remembers of each request."""

import hashlib
import itertools
import json
import re
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from tests import fake_ollama_text as texts

_numbers = itertools.count(1)


class Fault(StrEnum):
    """What goes wrong with an answer, after `Answer.after_chunks` of it where it has begun."""

    NONE = "none"
    STATUS = "status"  # refused with `Answer.status` before it begins
    CUT_FIRST = "cut_first"  # the connection ends before the headers
    HANG_FIRST = "hang_first"  # no headers, ever
    HALF_OPEN = "half_open"  # as after a pulled plug: no byte comes, and no close is noticed
    HANG = "hang"
    CUT = "cut"
    ERROR_LINE = "error_line"
    BAD_LINE = "bad_line"
    NO_DONE = "no_done"
    LENGTH = "length"
    TRUNCATED = "truncated"  # only a quarter of the prompt was read, and nothing is said about it
    CACHED = "cached"  # an older server: only what was not in its cache counts
    UNCOUNTED = "uncounted"  # an older server: the last line has no counts


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What the model writes; without a text, an example of the schema that was asked for."""

    text: str | None = None
    thinking: str = ""  # told apart from the text, unless the request says `think: false`
    first_seconds: float = 0.0
    chunk_seconds: float = 0.0
    until: threading.Event | None = None  # all but the last piece comes, that one when this is set
    fault: Fault = Fault.NONE
    after_chunks: int = 1
    status: int = 503
    error: str = "server busy, please try again. maximum pending requests exceeded"
    totals: bool = True  # of a pull: whether the layers' sizes are told

    @property
    def let_go(self) -> bool:
        """Whether the last piece may be written."""
        return self.until is None or self.until.is_set()


#: Faults by the names that a command line takes.
PRESETS = {
    "busy": Answer(fault=Fault.STATUS, status=503),
    "rate_limited": Answer(fault=Fault.STATUS, status=429, error="too many requests"),
    "bad_gateway": Answer(fault=Fault.STATUS, status=502, error="<html>Bad Gateway</html>"),
    "missing": Answer(fault=Fault.STATUS, status=404, error="model 'x' not found"),
    "crashed": Answer(
        fault=Fault.STATUS, status=500, error="llama runner process has terminated: exit status 2"
    ),
    "cut_first": Answer(fault=Fault.CUT_FIRST),
    "cut": Answer(fault=Fault.CUT, after_chunks=3),
    "no_done": Answer(fault=Fault.NO_DONE, after_chunks=3),
    "length": Answer(fault=Fault.LENGTH, after_chunks=3),
    "error_line": Answer(fault=Fault.ERROR_LINE, after_chunks=3, error="an error was encountered"),
    "bad_line": Answer(fault=Fault.BAD_LINE, after_chunks=3),
    "slow": Answer(first_seconds=3.0),
    "hang_first": Answer(fault=Fault.HANG_FIRST),
    "stall": Answer(fault=Fault.HANG, after_chunks=3),
    "half_open": Answer(fault=Fault.HALF_OPEN),
    "truncated": Answer(fault=Fault.TRUNCATED),
    "cached": Answer(fault=Fault.CACHED),
    "uncounted": Answer(fault=Fault.UNCOUNTED),
    "prose": Answer(text="I would rather tell you about the weather today."),
    "think_tags": Answer(text="<think>Let me see {</think>I am done thinking."),
    "absent_totals": Answer(totals=False),
}


@dataclass(kw_only=True)
class Call:
    """A request as the server saw it; `outcome` tells how it ended."""

    method: str
    path: str
    request_id: str = ""  # its X-Request-Id
    authorization: str = ""  # its header, not in the log
    number: int = field(default_factory=lambda: next(_numbers))
    body: dict[str, Any] = field(default_factory=dict)
    sent: list[dict[str, Any]] = field(default_factory=list)
    began: float = field(default_factory=time.monotonic)
    ended: float | None = None
    status: int | None = None
    fault: Fault = Fault.NONE
    outcome: str = "open"  # then: done, refused, fault, closed by client

    @property
    def digest(self) -> str:
        """What was asked, shortened: the same question has the same digest."""
        asked = {name: self.body.get(name) for name in ("model", "messages", "prompt", "input")}
        text = json.dumps([asked, self.body.get("format")], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:32]

    @property
    def limit(self) -> int:
        """The most tokens that may be written; negative: no limit."""
        return int(self.body.get("options", {}).get("num_predict", -1))


def pieces(body: Mapping[str, Any], answer: Answer, *, limit: int) -> tuple[list[str], str]:
    """Return the answer's tokens and why it ends: `length` at the limit."""
    text = answer.text
    if text is None:
        asked = body.get("format")
        text = json.dumps(texts.example(asked)) if isinstance(asked, dict) else "{}"
    found = re.findall(r"\s*\S{1,6}|\s+", text)
    if answer.fault is Fault.LENGTH:
        return found[: answer.after_chunks], "length"
    if 0 <= limit < len(found):
        return found[:limit], "length"
    return found, "stop"
